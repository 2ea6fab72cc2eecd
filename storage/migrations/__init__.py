"""The history of the schema, run by Alembic."""

HEAD = "0007"
"""The newest revision."""
