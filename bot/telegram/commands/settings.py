"""/settings: what holds for all alerts of a chat, changed by buttons."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.messages import Button
from bot.services.preferences import ROUNDUPS, find_zone
from bot.telegram.access import Who
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import in_rows, pack, ticked
from bot.telegram.turn import Turn
from storage.records import SUMMARIES, ChatSettings

ZONES = (
    "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Sao_Paulo", "UTC",
    "Europe/London", "Europe/Berlin", "Africa/Lagos", "Africa/Nairobi", "Europe/Moscow",
    "Asia/Dubai", "Asia/Kolkata", "Asia/Jakarta", "Asia/Shanghai", "Asia/Seoul", "Asia/Tokyo",
    "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
"""Zones that most people live near; any other can be typed."""


async def settings(turn: Turn) -> None:
    """Show the chat's settings, or take the time zone that was typed."""
    if not turn.argument:
        await _show(turn, turn.chat.settings)
        return
    zone = find_zone(turn.argument)
    if not zone:
        await turn.say(turn.texts.unknown_zone(turn.argument))
        return
    await _choose(turn, "zone", zone)


async def choose(turn: Turn) -> None:
    """Take the value of a button, in the same message."""
    name, _, value = turn.rest(0).partition(":")
    await _choose(turn, name, value)


async def zones(turn: Turn) -> None:
    """Show time zones to choose from."""
    now, kept = turn.clock.now(), turn.chat.settings.time_zone
    buttons = [
        Button(ticked(zone_label(zone, now), on=zone == kept), data=pack("set", "zone", zone))
        for zone in ZONES
    ]
    back = Button(turn.texts.back_label(), data=pack("settings"))
    await turn.show(turn.texts.choose_zone(), [*in_rows(buttons), [back]])


async def back(turn: Turn) -> None:
    """Show the settings again, in the same message."""
    await _show(turn, turn.chat.settings)


async def _choose(turn: Turn, name: str, value: str) -> None:
    kept = await turn.services.preferences.choose(turn.chat.id, name, value)
    if kept is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    await _show(turn, kept)


async def _show(turn: Turn, kept: ChatSettings) -> None:
    texts = turn.texts
    lengths = [
        _button(texts.length(one), "summary", one, on=one == kept.summary) for one in SUMMARIES
    ]
    roundups = [
        _button(texts.roundup(one), "roundup", str(one), on=one == kept.burst_stories)
        for one in ROUNDUPS
    ]
    switches = [
        _button(texts.previews_label(), "previews", "off" if kept.previews else "on",
                on=kept.previews),
        _button(texts.why_label(), "buttons", "few" if kept.buttons == "none" else "none",
                on=kept.buttons != "none"),
    ]  # fmt: skip
    rows = [lengths, roundups, switches, [zone_button(turn, kept)]]
    await turn.show(texts.settings(kept.burst_stories), rows)


def _button(label: str, name: str, value: str, *, on: bool) -> Button:
    return Button(ticked(label, on=on), data=pack("set", name, value))


def zone_button(turn: Turn, kept: ChatSettings | None = None) -> Button:
    """Make the button that leads to the time zones; it tells the one in force."""
    zone = (kept or turn.chat.settings).time_zone
    label = turn.texts.zone_label(zone_label(zone, turn.clock.now()))
    return Button(label, data=pack("zones"))


def zone_label(zone: str, now: datetime) -> str:
    """Return the zone's city and the time there, which says more than an offset."""
    local = now.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
    return f"{zone.rpartition('/')[2].replace('_', ' ')} {local:%H:%M}"


SETTINGS = Command(
    "settings",
    settings,
    lambda texts: texts.menu_settings(),
    usage="[CITY]",
    more=lambda texts: texts.more_settings(),
    who=Who.MANAGERS,
)
PRESSES = (
    Press("set", choose, Who.MANAGERS),
    Press("zones", zones, Who.MANAGERS),
    Press("settings", back, Who.MANAGERS),
)
