"""The web side: what others may ask of the bot over HTTP, a file for each thing.

A file offers routes; `server` listens and serves what it is given. Nothing here knows Telegram.
"""
