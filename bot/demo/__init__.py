"""Tagwire without a token: a Bot API server on loopback, a newsroom, a terminal chat."""
