"""What may be asked of stories, in one transaction."""
