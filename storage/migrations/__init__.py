"""The history of the schema, run by Alembic."""

HEAD = "0003"
"""The newest revision."""
