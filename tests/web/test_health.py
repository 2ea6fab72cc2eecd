"""/healthz tells well from ill, and nothing secret."""

from dataclasses import replace

import aiohttp
import pytest

from bot.web import health
from bot.web.health import Health
from tests.web.conftest import Listen

WELL = Health(
    parts=("chat", "deliver"),
    database=True,
    queue=3,
    telegram_silent_s=12.345,
    sending_paused=False,
    sending_silent_s=0.04,
    jobs_failing=0,
)


@pytest.mark.parametrize(
    ("now", "status", "word"),
    [
        (WELL, 200, "ok"),
        (replace(WELL, telegram_silent_s=None), 200, "ok"),
        (replace(WELL, jobs_failing=2), 200, "ok"),
        (replace(WELL, telegram_silent_s=health.SILENCE_S), 503, "trouble"),
        (replace(WELL, database=False, queue=None), 503, "trouble"),
        (replace(WELL, sending_paused=None, sending_silent_s=None), 200, "ok"),
        (replace(WELL, sending_paused=True), 503, "trouble"),
        (replace(WELL, sending_silent_s=health.SILENCE_S), 503, "trouble"),
    ],
    ids=[
        "well",
        "does not listen to Telegram",
        "jobs fail",
        "Telegram is silent",
        "no database",
        "delivers nothing",
        "paused",
        "takes none",
    ],
)
async def test_the_status_tells(
    listen: Listen, client: aiohttp.ClientSession, now: Health, status: int, word: str
) -> None:
    async def look() -> Health:
        return now

    url = await listen(health.route(look))
    async with client.get(f"{url}/healthz") as answer:
        assert answer.status == status
        assert answer.headers["Cache-Control"] == "no-store"
        told = await answer.json()
    silent = now.telegram_silent_s
    assert told == {
        "status": word,
        "parts": ["chat", "deliver"],
        "database": now.database,
        "queue": now.queue,
        "telegram_silent_s": round(silent, 1) if silent is not None else None,
        "sending_paused": now.sending_paused,
        "sending_silent_s": 0.0 if now.sending_silent_s == 0.04 else now.sending_silent_s,
        "jobs_failing": now.jobs_failing,
    }
    async with client.head(f"{url}/healthz") as answer:
        assert answer.status == status
