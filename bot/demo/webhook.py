"""Delivers updates to a bot's webhook: chats side by side, those of a chat one after the other."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.demo.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
RETRY_S = 0.2
"""Pause after a refusal that asks for none; the real server doubles it, up to two minutes."""


class Postman:
    """Carries updates to one address while it is set."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rounds: asyncio.Task[None] | None = None

    async def follow(self, hook: Mapping[str, Any]) -> None:
        """Deliver to this webhook from now on; an empty one ends the rounds."""
        if self._rounds is not None:
            self._rounds.cancel()
            await asyncio.gather(self._rounds, return_exceptions=True)
            self._rounds = None
        if hook:
            self._rounds = asyncio.create_task(self._walk(hook), name="postman")

    async def _walk(self, hook: Mapping[str, Any]) -> None:
        headers = {SECRET_HEADER: hook["secret"]} if hook["secret"] else {}
        arrived = self._world.updates.arrived
        flying: dict[asyncio.Task[None], int] = {}
        try:
            async with aiohttp.ClientSession(headers=headers) as session:
                while True:
                    arrived.clear()
                    for update in self._world.updates.waiting():
                        line = _line_of(update)
                        if line not in flying.values() and len(flying) < hook["at_once"]:
                            carry = self._carry(session, hook["url"], update)
                            flying[asyncio.create_task(carry)] = line
                    news = asyncio.ensure_future(arrived.wait())
                    await asyncio.wait({news, *flying}, return_when=asyncio.FIRST_COMPLETED)
                    news.cancel()
                    flying = {task: line for task, line in flying.items() if not task.done()}
        finally:
            for task in flying:
                task.cancel()
            await asyncio.gather(*flying, return_exceptions=True)

    async def _carry(
        self, session: aiohttp.ClientSession, url: str, update: Mapping[str, Any]
    ) -> None:
        """Deliver once; after a refusal, pause as the bot asks."""
        pause = RETRY_S
        try:
            async with session.post(self._inside(url), json=update) as answer:
                if answer.ok:
                    self._world.updates.taken(update["update_id"])
                    self._world.changed()
                    return
                pause = float(answer.headers.get("Retry-After", RETRY_S))
                words = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientError:
            words = "Connection refused"
        trouble = {"last_error_date": self._world.unix_time(), "last_error_message": words}
        self._world.profile.webhook_trouble = trouble
        self._world.changed()
        await self._world.clock.sleep(pause)

    def _inside(self, url: str) -> str:
        """Return where a reverse proxy before the bot would lead."""
        for public, inside in self._world.proxies.items():
            if url.startswith(f"{public}/") or url == public:
                return inside + url.removeprefix(public)
        return url


def _line_of(update: Mapping[str, Any]) -> int:
    """Return the chat in whose order an update stands; 0 where it has none."""
    for content in update.values():
        if isinstance(content, dict):
            chat = content.get("chat") or content.get("message", {}).get("chat", {})
            return int(chat.get("id", 0))
    return 0
