"""Whole-house stories: from a published article to a message in a chat, over real HTTP."""
