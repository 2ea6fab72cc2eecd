"""Delivers updates to a bot's webhook, one after the other, until each is taken."""

import asyncio

import aiohttp

from bot.demo.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
RETRY_S = 0.2
"""Pause after a refusal; the real server doubles it, up to two minutes."""


class Postman:
    """Carries updates to one address while it is set."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._round: asyncio.Task[None] | None = None

    async def follow(self, url: str, secret: str) -> None:
        """Deliver to this address from now on; an empty one ends the rounds."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)
            self._round = None
        if url:
            self._round = asyncio.create_task(self._walk(url, secret), name="postman")

    async def _walk(self, url: str, secret: str) -> None:
        headers = {SECRET_HEADER: secret} if secret else {}
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                update = await self._world.updates.next_unconfirmed()
                if await self._taken(session, url, update):
                    self._world.updates.confirm(update["update_id"])
                    self._world.changed()
                else:
                    await self._world.clock.sleep(RETRY_S)

    @staticmethod
    async def _taken(session: aiohttp.ClientSession, url: str, update: dict[str, object]) -> bool:
        try:
            async with session.post(url, json=update) as answer:
                return answer.ok
        except aiohttp.ClientError:
            return False
