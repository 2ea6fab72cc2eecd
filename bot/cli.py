"""The commands of `tagwire`, thin: each calls a service."""
