"""/healthz: whether this process does what it is for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

SILENCE_S = 120.0
"""A process that heard nothing of Telegram for so long, though it should, is not well."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a process is doing; nothing in it is secret."""

    parts: tuple[str, ...]
    database: bool
    """Whether it answers."""
    queue: int | None
    """Messages that wait to be sent; None: the database does not say."""
    telegram_silent_s: float | None
    """Seconds since Telegram last answered; None: this process does not listen to it."""
    sending_paused: bool | None
    """Whether the database takes no endings, so that nothing is sent; None: it delivers nothing."""
    sending_silent_s: float | None
    """How long messages wait while Telegram takes none; None: it delivers nothing."""
    jobs_failing: int
    """Jobs whose last run failed or was too slow."""

    @property
    def well(self) -> bool:
        """Whether nobody needs to look; jobs that fail are tried again by themselves."""
        silent = max(self.telegram_silent_s or 0.0, self.sending_silent_s or 0.0)
        return self.database and not self.sending_paused and silent < SILENCE_S


def route(look: Callable[[], Awaitable[Health]]) -> web.RouteDef:
    """Return the page; 200 when all is well, else 503."""

    async def healthz(_: web.Request) -> web.Response:
        health = await look()
        told = {
            "status": "ok" if health.well else "trouble",
            "parts": health.parts,
            "database": health.database,
            "queue": health.queue,
            "telegram_silent_s": _rounded(health.telegram_silent_s),
            "sending_paused": health.sending_paused,
            "sending_silent_s": _rounded(health.sending_silent_s),
            "jobs_failing": health.jobs_failing,
        }
        status = HTTPStatus.OK if health.well else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response(told, status=status, headers={"Cache-Control": "no-store"})

    return web.get("/healthz", healthz)


def _rounded(seconds: float | None) -> float | None:
    return round(seconds, 1) if seconds is not None else None
