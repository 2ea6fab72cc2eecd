"""`python -m bot` is `tagwire`."""
