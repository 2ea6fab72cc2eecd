"""One use case per file; each opens its own transactions."""
