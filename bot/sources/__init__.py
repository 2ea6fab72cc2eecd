"""The door to the web: fetching, parsing and discovering sources."""
