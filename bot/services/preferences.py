"""What a chat chooses for all of its alerts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from bot.clock import Clock
from bot.core.silence import minute_read
from bot.core.spoken import SPOKEN
from bot.core.timing import written
from bot.core.under import UNDER, toggled
from bot.services.digests import settings_changed
from bot.services.zones import find_zone
from storage.records import SUMMARIES, ChatId, ChatSettings
from storage.store import Store

ROUNDUPS = (3, 10, 30, 0)
"""Stories in ten minutes from which they come together; 0: always one by one."""
QUIET_FROM, QUIET_TO = "22:00", "07:00"
"""The quiet hours of who has not chosen others."""
_MINUTES = 10

Choice = Callable[[ChatSettings], ChatSettings]


class Preferences:
    """Keeps what chats choose."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def choose(self, chat_id: ChatId, name: str, value: str) -> ChatSettings | None:
        """Choose a value; None where there is no such choice, or the chat is not known."""
        choice = _choice(name, value, many=chat_id < 0)
        return await self._change(chat_id, choice) if choice is not None else None

    async def speak(self, chat_id: ChatId, code: str) -> ChatSettings | None:
        """Choose the chat's language; None where we don't speak that, or the chat is not known."""
        if code not in SPOKEN:
            return None
        return await self._change(chat_id, lambda kept: replace(kept, language=code))

    async def paint(self, chat_id: ChatId, style: str) -> ChatSettings | None:
        """Choose the ground of pictures, `light` or `dark`; None where the chat is not known."""
        return await self._change(chat_id, lambda kept: replace(kept, pictures=style))

    async def _change(self, chat_id: ChatId, choice: Choice) -> ChatSettings | None:
        async with self._store.write() as tx:
            chat = await tx.chats.get_to_change(chat_id)
            if chat is None:
                return None
            settings = choice(chat.settings)
            await tx.chats.save_settings(chat_id, settings)
            await settings_changed(tx, replace(chat, settings=settings), self._clock.now())
        return settings


def _choice(name: str, value: str, *, many: bool) -> Choice | None:
    """Return what a choice does to the settings; `many`: of a group or a channel."""
    if name == "under":
        return _under(value, many=many)
    taken = _TAKEN.get(name)
    fields = taken(value) if taken is not None else None
    return None if fields is None else lambda kept: replace(kept, **fields(kept))


Fields = Callable[[ChatSettings], dict[str, Any]]
"""Which of the settings become what."""


def _summary(value: str) -> Fields | None:
    return (lambda _: {"summary": value}) if value in SUMMARIES else None


def _previews(value: str) -> Fields | None:
    return (lambda _: {"previews": value == "on"}) if value in {"on", "off"} else None


def _topics(value: str) -> Fields | None:
    return (lambda _: {"topics": value == "on"}) if value in {"on", "off"} else None


def _buttons(value: str) -> Fields | None:
    return (lambda _: {"buttons": value}) if value in {"few", "none"} else None


def _under(value: str, *, many: bool) -> Choice | None:
    if value not in UNDER:
        return None
    return lambda kept: replace(kept, buttons=toggled(kept.buttons, value, many=many))


def _roundup(value: str) -> Fields | None:
    if value not in {str(number) for number in ROUNDUPS}:
        return None
    return lambda _: {"burst_stories": int(value), "burst_minutes": _MINUTES}


def _zone(value: str) -> Fields | None:
    return (lambda _: {"time_zone": value}) if find_zone(value) == value else None


def _quiet_from(value: str) -> Fields | None:
    """Let the quiet hours begin then; where there were none, they end in the morning."""
    minute = minute_read(value.replace(".", ":"))
    if minute is None:
        return None
    return lambda kept: {"quiet_from": written(minute), "quiet_to": kept.quiet_to or QUIET_TO}


def _quiet_to(value: str) -> Fields | None:
    minute = minute_read(value.replace(".", ":"))
    if minute is None:
        return None
    return lambda kept: {"quiet_from": kept.quiet_from or QUIET_FROM, "quiet_to": written(minute)}


def _quiet(value: str) -> Fields | None:
    if value == "off":
        return lambda _: {"quiet_from": "", "quiet_to": ""}
    if value == "on":
        return lambda _: {"quiet_from": QUIET_FROM, "quiet_to": QUIET_TO}
    return None


def _quiet_breaking(value: str) -> Fields | None:
    return (lambda _: {"quiet_breaking": value == "on"}) if value in {"on", "off"} else None


_TAKEN: Mapping[str, Callable[[str], Fields | None]] = MappingProxyType({
    "summary": _summary, "previews": _previews, "topics": _topics, "buttons": _buttons,
    "roundup": _roundup, "zone": _zone, "quiet": _quiet, "quietfrom": _quiet_from,
    "quietto": _quiet_to, "quietbreak": _quiet_breaking,
})  # fmt: skip
