"""Short tokens for long texts, for the 64 bytes that a button carries."""

from base64 import urlsafe_b64encode
from hashlib import blake2b

from bot.clock import Clock
from storage.records import ChatId
from storage.store import Store

SHORT_BYTES = 40
"""A text up to so many bytes of UTF-8 travels in the button itself."""
MOST_IN_A_CHAT = 100
"""Longer texts of one chat; the buttons of those that were put first are too old then."""


class Tokens:
    """Keeps texts that a button's data has no room for; equal texts have equal tokens.

    They are a chat's own: another chat cannot ask for them, and they go when it is forgotten.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def put(self, chat_id: ChatId, text: str) -> str:
        """Return a token of at most 41 bytes for a text on a button of that chat."""
        raw = text.encode()
        if len(raw) <= SHORT_BYTES:
            return f"={text}"
        token = urlsafe_b64encode(blake2b(raw, digest_size=12).digest()).decode()
        now = self._clock.now()
        async with self._store.write() as tx:
            await tx.buttons.put(chat_id, token, text, now, MOST_IN_A_CHAT)
        return f"~{token}"

    async def get(self, chat_id: ChatId, token: str) -> str | None:
        """Return the text of a token; None for one that was never made there, or long ago."""
        if token.startswith("="):
            return token[1:]
        async with self._store.read() as tx:
            return await tx.buttons.get(chat_id, token.removeprefix("~"))
