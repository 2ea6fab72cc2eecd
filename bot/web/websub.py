"""Where hubs ask back and deliver; an address is secret, and a delivery proves itself."""

import asyncio
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Protocol

from aiohttp import web

from bot.core.websub import links
from bot.services.hubs import Delivery, Known
from storage.errors import StoreError

PATH = "/websub/"
LARGEST = 5_000_000
"""Bytes of a delivery; as many as of a feed."""
READ_S = 10.0
"""How long a delivery's body may take."""
_AT_ONCE = 8
"""Bodies that are read side by side; they lie in memory."""
_ANSWER = 2_048
"""Characters of a challenge; hubs send some dozens."""


class Hears(Protocol):
    """Who answers hubs and takes what they push; raises StoreError."""

    async def verify(self, token: str, said: Mapping[str, str]) -> str | None:
        """Return what to answer a hub that asks back, or None."""
        ...

    async def knows(self, token: str) -> Known:
        """Tell what a callback address is."""
        ...

    async def take(self, token: str, delivery: Delivery) -> bool:
        """Take a delivery; False where it does not prove itself."""
        ...


class HubSide:
    """Answers hubs: 2xx when something is safe, and little else."""

    def __init__(self, hears: Hears) -> None:
        self._hears = hears
        self._room = asyncio.Semaphore(_AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        """Return the pages."""
        path = PATH + "{token:[A-Za-z0-9_-]{16,64}}"
        return [web.get(path, self._verify, allow_head=False), web.post(path, self._deliver)]

    async def _verify(self, request: web.Request) -> web.Response:
        said = dict(request.query)
        if len(said.get("hub.challenge", "")) > _ANSWER:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        try:
            answer = await self._hears.verify(request.match_info["token"], said)
        except StoreError:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        if answer is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return web.Response(text=answer, headers={"X-Content-Type-Options": "nosniff"})

    async def _deliver(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        try:
            known = await self._hears.knows(token)
            if known is not Known.YES:
                ended = known is Known.ENDED
                return web.Response(status=HTTPStatus.GONE if ended else HTTPStatus.NOT_FOUND)
            async with self._room, asyncio.timeout(READ_S):
                body = await _read(request)
            if body is None:
                return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            taken = await self._hears.take(token, _delivery(request, body))
        except TimeoutError:
            return web.Response(status=HTTPStatus.REQUEST_TIMEOUT)
        except StoreError:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response(status=HTTPStatus.ACCEPTED if taken else HTTPStatus.FORBIDDEN)


async def _read(request: web.Request) -> bytes | None:
    """Read a body; None where it is too large."""
    if (request.content_length or 0) > LARGEST:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _delivery(request: web.Request, body: bytes) -> Delivery:
    found: Iterable[str] = request.headers.getall("Link", [])
    return Delivery(
        body=body,
        content_type=request.headers.get("Content-Type", ""),
        signature=request.headers.get("X-Hub-Signature", ""),
        links=links(found),
    )
