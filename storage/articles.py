"""What may be asked of articles, in one transaction."""
