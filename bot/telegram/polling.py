"""Long polling that survives: outages, one broken update, a silent server, a revoked token."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.errors import TagwireError, TokenRejectedError
from bot.services.inbox import number_of
from bot.telegram.patience import Patience
from storage.errors import StoreError

ALLOWED_UPDATES = ("message", "channel_post", "callback_query", "my_chat_member", "inline_query")
"""What the bot uses; pinned, for Telegram remembers the last bot's choice."""
POLL_S = 30
"""How long Telegram may hold a poll open."""
LATE_S = 15.0
"""How much later than promised a poll's answer may come; then the next poll begins."""
SILENCE_S = 90.0
"""A poll that neither answers nor fails for so long is dead."""
REVOKED = (
    "Telegram no longer accepts the bot's token. Put a valid TELEGRAM_BOT_TOKEN in place and "
    "start again."
)


class Records(Protocol):
    """Where updates are kept before they are confirmed."""

    async def room(self) -> None:
        """Wait until more may be recorded."""
        ...

    async def record(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Keep those that are new; raises StoreError."""
        ...


class ListeningBot(ExtBot[None]):
    """PTB's bot, with updates as raw objects: one that cannot be parsed must not stop the rest."""

    async def raw_updates(self, offset: int, *, poll_s: float) -> list[dict[str, Any]]:
        """Fetch the updates from `offset` on, which confirms those before it."""
        data = {"offset": offset, "timeout": poll_s, "allowed_updates": list(ALLOWED_UPDATES)}
        answer = await self._post("getUpdates", data, read_timeout=poll_s + LATE_S)
        if not isinstance(answer, list):
            raise TelegramError("getUpdates did not answer with a list")
        return [update for update in answer if isinstance(update, dict)]


class Poller:
    """Fetches updates and has them recorded; never gives up but for a rejected token.

    The next poll confirms what the last one brought, and so it begins when that is recorded. A
    restart begins with what is not confirmed; whoever records knows what of it was seen before.
    """

    def __init__(
        self, bot: ListeningBot, records: Records, clock: Clock, *, poll_s: float = POLL_S
    ) -> None:
        self._bot = bot
        self._records = records
        self._clock = clock
        self._poll_s = poll_s
        self._offset = 0
        self._patience = Patience()
        self._no_webhook = False
        self.heard_at = clock.monotonic()
        """When Telegram last answered, by the clock's `monotonic`."""

    async def run(self) -> None:
        """Poll until cancelled; raise TokenRejectedError, or TagwireError after a dead silence."""
        while True:
            await self._records.room()
            try:
                async with asyncio.timeout(SILENCE_S):
                    raw = await self._poll()
            except InvalidToken:
                raise TokenRejectedError(REVOKED) from None
            except TelegramError as error:
                if isinstance(error, Conflict):
                    self._no_webhook = False  # Perhaps somebody has set one.
                await self._clock.sleep(self._patience.pause(error))
            except TimeoutError:
                raise TagwireError(
                    f"Telegram's getUpdates was silent for {SILENCE_S:.0f} s; stopping, "
                    "so that a supervisor can start the bot afresh."
                ) from None
            else:
                self.heard_at = self._clock.monotonic()
                await self._record(raw)

    async def confirm(self) -> None:
        """Tell Telegram what was recorded, so that a restart does not see it again."""
        if self._offset:
            await self._bot.raw_updates(self._offset, poll_s=0)

    async def _poll(self) -> list[dict[str, Any]]:
        if not self._no_webhook:
            # While one of an earlier life is set, Telegram answers no poll.
            await self._bot.delete_webhook(drop_pending_updates=False)
            self._no_webhook = True
        return await self._bot.raw_updates(self._offset, poll_s=self._poll_s)

    async def _record(self, raw: list[dict[str, Any]]) -> None:
        try:
            if raw:
                await self._records.record(raw)
        except StoreError as error:
            await self._clock.sleep(self._patience.pause(error))
            return
        self._patience.well()
        numbers = [number for one in raw if (number := number_of(one)) is not None]
        self._offset = max([self._offset, *(number + 1 for number in numbers)])
        if raw and not numbers:
            await self._clock.sleep(1)  # What has no number cannot be confirmed.
