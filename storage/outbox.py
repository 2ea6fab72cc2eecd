"""What may be asked of deliveries, in one transaction."""
