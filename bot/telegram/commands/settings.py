"""/settings: what holds for all alerts of a chat, changed by buttons."""

from collections.abc import Sequence
from datetime import datetime

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.core.messages import Button
from bot.core.render import when
from bot.core.under import UNDER, chosen
from bot.core.zones import zone_of
from bot.services.preferences import ROUNDUPS
from bot.services.zones import city_of, find_zone, nearest_zone, suggest_zones
from bot.telegram.access import Who
from bot.telegram.commands.language import language_button
from bot.telegram.commands.table import Command, Press
from bot.telegram.commands.topics import may_make
from bot.telegram.keyboards import in_rows, pack, ticked
from bot.telegram.turn import Turn
from storage.records import NO_END, SUMMARIES, ChatSettings

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
    language = turn.chat.settings.language
    zone = find_zone(turn.argument, language)
    if zone:
        await _choose(turn, "zone", zone)
        return
    meant = suggest_zones(turn.argument, language, ZONES)
    if not meant:
        await turn.say(turn.texts.unknown_zone(turn.argument))
        return
    await turn.say(turn.texts.which_zone(turn.argument), in_rows(_zone_buttons(turn, meant)))


async def located(turn: Turn) -> None:
    """Take the time zone of the location that somebody shared; the location is not kept."""
    latitude, _, longitude = turn.argument.partition(" ")
    zone = nearest_zone(float(latitude), float(longitude))
    kept = await turn.services.preferences.choose(turn.chat.id, "zone", zone)
    if kept is not None:
        city = zone_label(zone, turn.clock.now(), kept.language)
        await turn.say(turn.texts.zone_taken(city), keyboard=ReplyKeyboardRemove())


async def where(turn: Turn) -> None:
    """Ask for the location, by a button in place of the person's keyboard."""
    button = KeyboardButton(turn.texts.share_location_label(), request_location=True)
    keyboard = ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    await turn.say(turn.texts.share_location(), keyboard=keyboard)


async def choose(turn: Turn) -> None:
    """Take the value of a button, in the same message."""
    name, _, value = turn.rest(0).partition(":")
    await _choose(turn, name, value)


async def zones(turn: Turn) -> None:
    """Show time zones to choose from."""
    rows = in_rows(_zone_buttons(turn, ZONES))
    if turn.private:
        rows.append([Button(turn.texts.by_location_label(), data=pack("where"))])
    await turn.show(turn.texts.choose_zone(), [*rows, [_back(turn)]])


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
    if (name, value) == ("topics", "on") and not await may_make(turn):
        await turn.say(turn.texts.needs_topics())
        return
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
    if turn.forum or kept.topics:
        switch = "off" if kept.topics else "on"
        rows.insert(-1, [_button(texts.topics_label(), "topics", switch, on=kept.topics)])
    said = texts.settings(kept.burst_stories)
    paused = await turn.services.hushes.paused_until(turn.place)
    if paused is not None:
        until = "" if paused >= NO_END else when(paused, kept, turn.clock.now())
        said = f"{said}\n{texts.is_paused(until)}"
    await turn.show(said, rows)


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
    city = zone_label(kept.time_zone, turn.clock.now(), kept.language)
    said = texts.quiet(kept.quiet_from, kept.quiet_to, city, breaking=kept.quiet_breaking)
    await turn.show(said, rows)


async def _under(turn: Turn, kept: ChatSettings) -> None:
    here = chosen(kept.buttons, many=not turn.private)
    rows = [[_button(turn.texts.under_name(one), "under", one, on=one in here)] for one in UNDER]
    await turn.show(turn.texts.under(), [*rows, [_back(turn)]])


def _zone_buttons(turn: Turn, zones: Sequence[str]) -> list[Button]:
    kept, now = turn.chat.settings, turn.clock.now()
    return [
        Button(
            ticked(zone_label(zone, now, kept.language), on=zone == kept.time_zone),
            data=pack("set", "zone", zone),
        )
        for zone in zones
    ]


def _back(turn: Turn) -> Button:
    return Button(turn.texts.back_label(), data=pack("settings"))


def _packed(time: str) -> str:
    """Write a time for a button's data, whose parts a colon separates."""
    return time.replace(":", ".")


def _button(label: str, name: str, value: str, *, on: bool) -> Button:
    return Button(ticked(label, on=on), data=pack("set", name, value))


def zone_button(turn: Turn, kept: ChatSettings | None = None) -> Button:
    """Make the button that leads to the time zones; it tells the one in force."""
    settings = kept or turn.chat.settings
    city = zone_label(settings.time_zone, turn.clock.now(), settings.language)
    label = turn.texts.zone_label(city)
    return Button(label, data=pack("zones"))


def zone_label(zone: str, now: datetime, language: str) -> str:
    """Return the zone's city and the time there, which says more than an offset."""
    return f"{city_of(zone, language)} {now.astimezone(zone_of(zone)):%H:%M}"


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
    Press("where", where, Who.MANAGERS),
    Press("quiet", quiet, Who.MANAGERS),
    Press("under", under, Who.MANAGERS),
    Press("settings", back, Who.MANAGERS),
)
