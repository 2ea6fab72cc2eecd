"""What a chat chooses for all of its alerts."""

import zoneinfo
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from bot.clock import Clock
from bot.core.spoken import SPOKEN
from bot.services.digests import settings_changed
from storage.records import SUMMARIES, ChatId, ChatSettings
from storage.store import Store

ROUNDUPS = (3, 10, 30, 0)
"""Stories in ten minutes from which they come together; 0: always one by one."""
_MINUTES = 10

Choice = Callable[[ChatSettings], ChatSettings]


class Preferences:
    """Keeps what chats choose."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def choose(self, chat_id: ChatId, name: str, value: str) -> ChatSettings | None:
        """Choose a value; None where there is no such choice, or the chat is not known."""
        choice = _choice(name, value)
        return await self._change(chat_id, choice) if choice is not None else None

    async def speak(self, chat_id: ChatId, code: str) -> ChatSettings | None:
        """Choose the chat's language; None where we don't speak that, or the chat is not known."""
        if code not in SPOKEN:
            return None
        return await self._change(chat_id, lambda kept: replace(kept, language=code))

    async def _change(self, chat_id: ChatId, choice: Choice) -> ChatSettings | None:
        async with self._store.write() as tx:
            chat = await tx.chats.get(chat_id)
            if chat is None:
                return None
            settings = choice(chat.settings)
            await tx.chats.save_settings(chat_id, settings)
            await settings_changed(tx, replace(chat, settings=settings), self._clock.now())
        return settings


def find_zone(typed: str) -> str:
    """Return the time zone that was typed, such as Europe/Lisbon or Lisbon; empty: none."""
    return _zones().get(_folded(typed), "")


def _choice(name: str, value: str) -> Choice | None:
    """Return what a choice does to the settings."""
    match name, value:
        case "summary", length if length in SUMMARIES:
            return lambda kept: replace(kept, summary=length)
        case "previews", "on" | "off":
            return lambda kept: replace(kept, previews=value == "on")
        case "buttons", "few" | "none":
            return lambda kept: replace(kept, buttons=value)
        case "roundup", count if count in {str(number) for number in ROUNDUPS}:
            return lambda kept: replace(kept, burst_stories=int(count), burst_minutes=_MINUTES)
        case "zone", zone if find_zone(zone) == zone:
            return lambda kept: replace(kept, time_zone=zone)
        case _:
            return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Return each zone by its name in small letters, and by its city where that is one zone's."""
    names = sorted(name for name in zoneinfo.available_timezones() if _is_plain(name))
    cities: dict[str, str] = {}
    for name in names:
        cities.setdefault(_folded(name.rpartition("/")[2]), name)
    return cities | {_folded(name): name for name in names}


def _is_plain(name: str) -> bool:
    return name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/", "posix/")))


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
