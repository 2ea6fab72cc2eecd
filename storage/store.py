"""The door: open a store, then read or write in one transaction."""
