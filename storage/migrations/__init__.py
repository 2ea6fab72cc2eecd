"""The history of the schema, run by Alembic."""

HEAD = "0004"
"""The newest revision."""
