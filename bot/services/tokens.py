"""Short tokens for long texts, for the 64 bytes that a button carries."""

from base64 import urlsafe_b64encode
from hashlib import blake2b

from storage.store import Store

SHORT_BYTES = 40
"""A text up to so many bytes of UTF-8 travels in the button itself."""


class Tokens:
    """Keeps texts that a button's data has no room for; equal texts have equal tokens."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, text: str) -> str:
        """Return a token of at most 41 bytes for the text."""
        raw = text.encode()
        if len(raw) <= SHORT_BYTES:
            return f"={text}"
        token = urlsafe_b64encode(blake2b(raw, digest_size=12).digest()).decode()
        async with self._store.write() as tx:
            await tx.state.put(f"button.{token}", raw)
        return f"~{token}"

    async def get(self, token: str) -> str | None:
        """Return the text of a token; None for one that nobody made."""
        if token.startswith("="):
            return token[1:]
        async with self._store.read() as tx:
            kept = await tx.state.get(f"button.{token.removeprefix('~')}")
        return kept.decode() if kept is not None else None
