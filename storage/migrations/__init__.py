"""The history of the schema, run by Alembic."""

HEAD = "0001"
"""The newest revision."""
