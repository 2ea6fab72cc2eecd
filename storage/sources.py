"""What may be asked of sources, in one transaction."""
