"""/settings: what holds for all alerts of a chat, changed by buttons."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.messages import Button
from bot.core.under import UNDER, chosen
from bot.services.preferences import ROUNDUPS, find_zone
from bot.telegram.access import Who
from bot.telegram.commands.language import language_button
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
EVENINGS = ("21:00", "22:00", "23:00", "00:00")
MORNINGS = ("06:00", "07:00", "08:00", "09:00")


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
    await turn.show(turn.texts.choose_zone(), [*in_rows(buttons), [_back(turn)]])


async def quiet(turn: Turn) -> None:
    """Show the quiet hours."""
    await _quiet(turn, turn.chat.settings)


async def under(turn: Turn) -> None:
    """Show which buttons stand under alerts."""
    await _under(turn, turn.chat.settings)


async def back(turn: Turn) -> None:
    """Show the settings again, in the same message."""
    await _show(turn, turn.chat.settings)


async def _choose(turn: Turn, name: str, value: str) -> None:
    """Take a choice, and show the page where it stands."""
    kept = await turn.services.preferences.choose(turn.chat.id, name, value)
    if kept is None:
        await turn.say_plain(turn.texts.stale_button())
    elif name.startswith("quiet"):
        await _quiet(turn, kept)
    elif name == "under":
        await _under(turn, kept)
    else:
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
    switch = "off" if kept.previews else "on"
    looks = [
        _button(texts.previews_label(), "previews", switch, on=kept.previews),
        Button(texts.under_label(), data=pack("under")),
    ]
    hours = texts.quiet_label(kept.quiet_from, kept.quiet_to)
    digest = (await turn.services.digests.of(turn.place)).rhythm
    rows = [
        lengths,
        roundups,
        looks,
        [Button(hours, data=pack("quiet"))],
        [Button(texts.digest_label(digest), data=pack("digest"))],
        [zone_button(turn, kept), language_button(turn)],
    ]
    await turn.show(texts.settings(kept.burst_stories), rows)


async def _quiet(turn: Turn, kept: ChatSettings) -> None:
    texts = turn.texts
    begins = [
        _button(texts.from_label(one), "quietfrom", _packed(one), on=one == kept.quiet_from)
        for one in EVENINGS
    ]
    ends = [
        _button(texts.to_label(one), "quietto", _packed(one), on=one == kept.quiet_to)
        for one in MORNINGS
    ]
    rows = [begins, ends, [_back(turn)]]
    if kept.quiet_from:
        through = "off" if kept.quiet_breaking else "on"
        rows[2:2] = [
            [_button(texts.breaking_label(), "quietbreak", through, on=kept.quiet_breaking)],
            [_button(texts.no_quiet_label(), "quiet", "off", on=False)],
        ]
    city = zone_label(kept.time_zone, turn.clock.now())
    said = texts.quiet(kept.quiet_from, kept.quiet_to, city, breaking=kept.quiet_breaking)
    await turn.show(said, rows)


async def _under(turn: Turn, kept: ChatSettings) -> None:
    here = chosen(kept.buttons)
    rows = [[_button(turn.texts.under_name(one), "under", one, on=one in here)] for one in UNDER]
    await turn.show(turn.texts.under(), [*rows, [_back(turn)]])


def _back(turn: Turn) -> Button:
    return Button(turn.texts.back_label(), data=pack("settings"))


def _packed(time: str) -> str:
    """Write a time for a button's data, whose parts a colon separates."""
    return time.replace(":", ".")


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
    Press("quiet", quiet, Who.MANAGERS),
    Press("under", under, Who.MANAGERS),
    Press("settings", back, Who.MANAGERS),
)
