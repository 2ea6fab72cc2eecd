"""Where Telegram delivers updates: it alone, and each update is safe before it is confirmed."""

import asyncio
import hmac
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from aiohttp import web

from storage.errors import StoreError

HEADER = "X-Telegram-Bot-Api-Secret-Token"
READ_S = 10.0
"""How long a delivery's body may take."""
KEEP_S = 20.0
"""How long it may take until an update is safe."""
AGAIN_S = 1
"""What Telegram is asked to wait before it delivers again."""


class Ears(Protocol):
    """Who takes updates."""

    @property
    def secret(self) -> str:
        """What Telegram proves itself with; empty: nothing is taken now."""
        ...

    async def receive(self, update: Mapping[str, Any]) -> bool:
        """Make an update safe, though it may have come before; False: no room now.

        Raises StoreError.
        """
        ...


class Deliveries:
    """Answers 200 when an update is safe, 503 when it shall come again, and little else."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self.refused = 0
        """Deliveries without the right secret: they are not Telegram's."""
        self.put_off = 0
        """Deliveries that shall come again: too much waits, or the database does not answer."""

    def route(self, path: str) -> web.RouteDef:
        """Return the page."""
        return web.post(path, self._deliver)

    async def _deliver(self, request: web.Request) -> web.Response:
        secret = self._ears.secret
        if not secret:
            return self._later()
        given = request.headers.get(HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, secret.encode()):
            self.refused += 1
            return web.Response(status=HTTPStatus.FORBIDDEN)
        update = await _read(request)
        if update is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        try:
            async with asyncio.timeout(KEEP_S):
                taken = await self._ears.receive(update)
        except (StoreError, TimeoutError):
            return self._later()
        return web.Response() if taken else self._later()

    def _later(self) -> web.Response:
        self.put_off += 1
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return web.Response(status=status, headers={"Retry-After": str(AGAIN_S)})


async def _read(request: web.Request) -> dict[str, Any] | None:
    """Read an update; None where it is none. A body that is too large raises 413."""
    try:
        async with asyncio.timeout(READ_S):
            update = json.loads(await request.read())
    except (ValueError, RecursionError, TimeoutError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
