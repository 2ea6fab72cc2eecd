"""Long polling that survives: outages, one broken update, a silent server, a revoked token."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.errors import TagwireError, TokenRejectedError

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "channel_post", "callback_query", "my_chat_member")
"""What the bot uses; pinned, for Telegram remembers the last bot's choice."""
POLL_S = 30
"""How long Telegram may hold a poll open."""
SILENCE_S = 90.0
"""A poll that neither answers nor fails for so long is dead."""
SETTLE_S = 0.5
"""How long the next poll, which confirms the last one's updates, waits for their handlers."""
KEPT = timedelta(hours=24)
"""Telegram keeps unconfirmed updates that long, and may renumber them after a quiet week."""
STATE = "telegram.update"

Handle = Callable[[Update], Awaitable[None]]


class Memory(Protocol):
    """Where the number of the last handled update is kept."""

    async def get(self, name: str) -> bytes | None:
        """Return what was put under that name, or None."""
        ...

    async def put(self, name: str, value: bytes) -> None:
        """Keep a value under a name."""
        ...


class ListeningBot(ExtBot[None]):
    """PTB's bot, with updates as raw objects: one that cannot be parsed must not stop the rest."""

    async def raw_updates(self, offset: int, *, poll_s: float) -> list[dict[str, Any]]:
        """Fetch the updates from `offset` on, which confirms those before it."""
        data = {"offset": offset, "timeout": poll_s, "allowed_updates": list(ALLOWED_UPDATES)}
        answer = await self._post("getUpdates", data, read_timeout=poll_s + 15)
        if not isinstance(answer, list):
            raise TelegramError("getUpdates did not answer with a list")
        return [update for update in answer if isinstance(update, dict)]


class Poller:
    """Fetches updates and hands each over once; never gives up but for a rejected token."""

    def __init__(
        self, bot: ListeningBot, memory: Memory, clock: Clock, *, poll_s: float = POLL_S
    ) -> None:
        self._bot = bot
        self._memory = memory
        self._clock = clock
        self._poll_s = poll_s
        self._offset = 0
        self._errors = 0
        self.heard_at = clock.monotonic()
        """When Telegram last answered, by the clock's `monotonic`."""

    async def run(self, handle: Handle, settled: Callable[[], Awaitable[None]]) -> None:
        """Poll until cancelled; raise TokenRejectedError, or TagwireError after a dead silence."""
        await self._remember()
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    raw = await self._bot.raw_updates(self._offset, poll_s=self._poll_s)
            except InvalidToken:
                raise TokenRejectedError(
                    "Telegram no longer accepts the bot's token. Put a valid TELEGRAM_BOT_TOKEN "
                    "in place and start again."
                ) from None
            except TelegramError as error:
                await self._clock.sleep(self._pause(error))
            except TimeoutError:
                raise TagwireError(
                    f"Telegram's getUpdates was silent for {SILENCE_S:.0f} s; stopping, "
                    "so that a supervisor can start the bot afresh."
                ) from None
            else:
                self._errors = 0
                self.heard_at = self._clock.monotonic()
                await self._hand_over(raw, handle, settled)

    async def confirm(self) -> None:
        """Tell Telegram what was handled, so that a restart does not see it again."""
        if self._offset:
            await self._bot.raw_updates(self._offset, poll_s=0)

    async def _hand_over(
        self, raw: list[dict[str, Any]], handle: Handle, settled: Callable[[], Awaitable[None]]
    ) -> None:
        fresh = [one for one in raw if _number(one) >= self._offset]
        for one in fresh:
            update = self._parse(one)
            if update is not None:
                await handle(update)
        if not raw:
            return
        self._offset = max(self._offset, *(_number(one) + 1 for one in raw))
        try:
            async with asyncio.timeout(SETTLE_S):
                await settled()
        except TimeoutError:
            logger.debug("some handlers still run; polling goes on")
        kept = {"next": self._offset, "at": self._clock.now().isoformat()}
        await self._memory.put(STATE, json.dumps(kept).encode())

    def _parse(self, one: dict[str, Any]) -> Update | None:
        try:
            return Update.de_json(one, self._bot)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
            logger.warning(
                "skipped an update that cannot be read",
                extra={"update_id": _number(one)},
                exc_info=error,
            )
            return None

    async def _remember(self) -> None:
        kept = await self._memory.get(STATE)
        if kept is None:
            return
        state = json.loads(kept)
        if self._clock.now() - datetime.fromisoformat(state["at"]) < KEPT:
            self._offset = int(state["next"])

    def _pause(self, error: TelegramError) -> float:
        """Seconds until the next try: what Telegram asks for, else 1, 2, 4 … 30."""
        self._errors += 1
        if isinstance(error, RetryAfter):
            return wait_s(error)
        if isinstance(error, Conflict):
            logger.error(
                "Another program polls with the same token. Stop it: only one may. (%s)", error
            )
            return 30.0
        level = logging.INFO if isinstance(error, TimedOut) else logging.WARNING
        logger.log(level, "polling Telegram failed, trying again: %s", error)
        return float(min(30, 2 ** min(self._errors - 1, 5)))


def wait_s(error: RetryAfter) -> float:
    """Seconds of a flood wait, whichever type this release of PTB gives."""
    # The public attribute warns that its type will change; the private one has the new type.
    given = error._retry_after  # noqa: SLF001
    return given.total_seconds()


def _number(one: dict[str, Any]) -> int:
    number = one.get("update_id")
    return number if isinstance(number, int) else -1
