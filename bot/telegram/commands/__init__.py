"""The commands of the chat, one file per command or close family."""
