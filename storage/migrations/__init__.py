"""The history of the schema, run by Alembic."""

HEAD = "0002"
"""The newest revision."""
