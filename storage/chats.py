"""What may be asked of chats, in one transaction."""
