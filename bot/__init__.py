"""Tagwire: a Telegram bot that pushes the news stories that carry your tags."""
