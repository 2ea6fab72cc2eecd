"""The history of the schema, run by Alembic."""

HEAD = "0009"
"""The newest revision."""
