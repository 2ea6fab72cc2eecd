"""The only place that puts the house together."""
