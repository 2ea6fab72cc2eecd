"""The history of the schema, run by Alembic."""

HEAD = "0010"
"""The newest revision."""
