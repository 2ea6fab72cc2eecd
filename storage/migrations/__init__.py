"""The history of the schema, run by Alembic."""

HEAD = "0006"
"""The newest revision."""
