"""The history of the schema, run by Alembic."""

HEAD = "0012"
"""The newest revision."""
