"""Telegram delivers updates to an address of ours: set with a secret, and watched."""

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING, Protocol

from telegram import WebhookInfo
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.clock import Clock
from bot.errors import ConfigurationError, TagwireError, TokenRejectedError
from bot.logs import redact
from bot.telegram.patience import Patience
from bot.telegram.polling import ALLOWED_UPDATES, REVOKED, SILENCE_S, ListeningBot
from storage.errors import StoreError

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)

AT_ONCE = 40
"""Deliveries that Telegram may make side by side: its default; those of a chat never are."""
WATCH_S = 60.0
"""How often Telegram is asked whether the webhook still stands: quiet bots hear nothing else."""
SECRET = "telegram.webhook.secret"  # noqa: S105 - the name under which it is kept


class Memory(Protocol):
    """Where the secret is kept."""

    async def get(self, name: str) -> bytes | None:
        """Return what was put under that name, or None."""
        ...

    async def put(self, name: str, value: bytes) -> None:
        """Keep a value under a name."""
        ...


class Webhook:
    """Keeps a webhook set, as long as `run` runs.

    Telegram proves with `secret` that a delivery is its own. It is random, made once in a
    database's life, and told to Telegram alone.
    """

    def __init__(self, bot: ListeningBot, memory: Memory, clock: Clock, url: str) -> None:
        self._bot = bot
        self._memory = memory
        self._clock = clock
        self._url = url
        self._patience = Patience()
        self._complained_of: datetime | None = None
        self.secret = ""
        """Empty until deliveries may come."""
        self.heard_at = clock.monotonic()
        """When Telegram last delivered or answered, by the clock's `monotonic`."""

    def heard(self) -> None:
        """Note that Telegram delivered something."""
        self.heard_at = self._clock.monotonic()

    async def run(self) -> None:
        """Set the webhook and watch over it until cancelled.

        Raises TokenRejectedError, ConfigurationError where Telegram refuses the address, or
        TagwireError after a dead silence.
        """
        stands = False
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    stands = stands and await self._still_stands()
                    if not stands:
                        await self._set()
            except InvalidToken:
                raise TokenRejectedError(REVOKED) from None
            except BadRequest as error:
                raise ConfigurationError(
                    f"Telegram refuses TAGWIRE_WEBHOOK_URL: {redact(error.message)}. Use an "
                    "address that it can reach, or leave it out for long polling."
                ) from None
            except (TelegramError, StoreError) as error:
                await self._clock.sleep(self._patience.pause(error))
            except TimeoutError:
                raise TagwireError(
                    f"Telegram was silent for {SILENCE_S:.0f} s; stopping, so that a supervisor "
                    "can start the bot afresh."
                ) from None
            else:
                stands = True
                self._patience.well()
                self.heard()
                await self._clock.sleep(WATCH_S)

    async def _set(self) -> None:
        self.secret = await self._kept_secret()
        await self._bot.set_webhook(
            self._url,
            max_connections=AT_ONCE,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
            secret_token=self.secret,
        )
        logger.info("Telegram delivers updates to %s", self._url)

    async def _kept_secret(self) -> str:
        kept = await self._memory.get(SECRET)
        if kept is None:
            kept = secrets.token_urlsafe(32).encode()
            await self._memory.put(SECRET, kept)
        return kept.decode()

    async def _still_stands(self) -> bool:
        info = await self._bot.get_webhook_info()
        if info.url != self._url:
            logger.error("Somebody changed the webhook; setting it again. Is the token used twice?")
            return False
        self._complain(info)
        return True

    def _complain(self, info: WebhookInfo) -> None:
        """Log why Telegram could not deliver, once for each time it says so."""
        if info.last_error_date is None or info.last_error_date == self._complained_of:
            return
        self._complained_of = info.last_error_date
        logger.warning(
            "Telegram could not deliver to the webhook (%s); %d updates wait there",
            redact(info.last_error_message or "no reason given"),
            info.pending_update_count,
        )
