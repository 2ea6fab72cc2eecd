"""Small values that outlive a restart, in one transaction."""
