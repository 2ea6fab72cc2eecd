"""The history of the schema, run by Alembic."""

HEAD = "0008"
"""The newest revision."""
