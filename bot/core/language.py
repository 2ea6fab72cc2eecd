"""Which language a text is in."""


def guess(_text: str, hint: str = "") -> str:
    """Return the language in two letters, or empty where unknown; `hint` is the source's word."""
    primary = hint.strip().lower().replace("_", "-").partition("-")[0]
    return primary if len(primary) == 2 and primary.isascii() and primary.isalpha() else ""
