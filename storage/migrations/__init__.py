"""The history of the schema, run by Alembic."""

HEAD = "0011"
"""The newest revision."""
