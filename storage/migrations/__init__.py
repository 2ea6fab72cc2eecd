"""The history of the schema, run by Alembic."""

HEAD = "0005"
"""The newest revision."""
