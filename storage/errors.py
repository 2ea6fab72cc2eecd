"""What can go wrong in storage."""
