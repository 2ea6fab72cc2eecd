"""What may be asked of subscriptions, in one transaction."""
