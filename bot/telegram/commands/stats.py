"""/stats: how the bot is doing, in words at once and then as a picture."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.core.charts import Chart, Panel, Series
from bot.core.hours import NOTHING, starts
from bot.core.messages import Button, foreign
from bot.core.render import when
from bot.core.text import clean_line
from bot.services.privacy import KEPT_DAYS
from bot.services.stats import Figures, Live, Pulse
from bot.telegram.access import Who
from bot.telegram.commands.table import Command, Press
from bot.telegram.commands.trends import STYLES
from bot.telegram.keyboards import pack
from bot.telegram.texts import code
from bot.telegram.turn import Turn
from storage.records import DeliveryState, Source

WORST = 5


async def stats(turn: Turn) -> None:
    """Show queue, rates, sources and errors; the words do not wait for the picture."""
    figures = await turn.services.stats.figures()
    lines = [*_of_queue(turn, figures), *_of_process(turn, figures.live)]
    lines.append(turn.texts.rows(figures.rows))
    lines.extend(_of_sources(turn, figures))
    await turn.say("\n".join((turn.texts.stats_title(), *lines)))
    await _draw(turn, figures.pulse, turn.chat.settings.pictures)


async def restyle(turn: Turn) -> None:
    """Draw the picture anew, dark or light; the chat keeps that choice."""
    style = turn.rest(0)
    if style not in STYLES:
        await turn.say_plain(turn.texts.stale_button())
        return
    await turn.services.preferences.paint(turn.chat.id, style)
    await _draw(turn, (await turn.services.stats.figures()).pulse, style)


def _of_queue(turn: Turn, figures: Figures) -> Iterator[str]:
    count = figures.deliveries.get
    yield turn.texts.queue(
        waiting=count(DeliveryState.WAITING, 0),
        sending=count(DeliveryState.SENDING, 0),
        edits=count(DeliveryState.EDIT_WAITING, 0) + count(DeliveryState.EDITING, 0),
    )
    if figures.oldest_wait_s is not None and figures.oldest_wait_s >= 1:
        yield turn.texts.late(int(figures.oldest_wait_s))
    yield turn.texts.past_alerts(
        sent=count(DeliveryState.SENT, 0), dropped=count(DeliveryState.DROPPED, 0), days=KEPT_DAYS
    )


def _of_process(turn: Turn, live: Live | None) -> Iterator[str]:
    if live is None:
        return
    hours = (turn.clock.now() - live.since).total_seconds() / 3600
    if live.sent is not None:
        yield turn.texts.sent_since(live.sent, hours=hours, floods=live.floods)
    yield turn.texts.rate(live.rate)
    if live.jobs_failing:
        yield turn.texts.jobs_failing(live.jobs_failing)


def _of_sources(turn: Turn, figures: Figures) -> Iterator[str]:
    yield turn.texts.failing(len(figures.failing), figures.sources)
    for one in figures.failing[:WORST]:
        fault = foreign(clean_line(turn.texts.fault(one.error), 120)).html
        yield f"⚠ {code(_name(one))} · {fault} (×{one.failures})"
    if figures.pulse.slowest:
        slow = [(_name(one), seconds) for one, seconds in figures.pulse.slowest]
        yield turn.texts.slowest(slow)


def _name(source: Source) -> str:
    return clean_line(source.title or source.url, 80)


async def _draw(turn: Turn, pulse: Pulse, style: str) -> None:
    """Show the picture, where there is something to draw and somebody who draws."""
    if not (any(hour != NOTHING for hour in pulse.hours) or pulse.slowest):
        return
    chart = _chart(turn, pulse, dark=style == "dark")
    picture = await turn.services.painter.draw(chart)
    if picture:
        label = turn.texts.light_label() if chart.dark else turn.texts.dark_label()
        rows = [[Button(label, data=pack("stats", STYLES[not chart.dark]))]]
        await turn.picture(picture, _caption(turn, pulse), rows)


def _chart(turn: Turn, pulse: Pulse, *, dark: bool) -> Chart:
    texts, hours = turn.texts, pulse.hours
    sent, dropped, failed, floods = texts.hour_names()
    messages = (
        Series(sent, tuple(one.sent for one in hours)),
        Series(dropped, tuple(one.dropped for one in hours)),
    )
    queue = Series("", tuple(one.waiting for one in hours))
    errors = (
        Series(failed, tuple(one.failed for one in hours)),
        Series(floods, tuple(one.floods for one in hours)),
    )
    of_messages, of_queue, of_errors = texts.panel_titles()
    zone = ZoneInfo(turn.chat.settings.time_zone)
    return Chart(
        title=texts.pulse_title(),
        days=texts.hours_below([at.astimezone(zone) for at in starts(pulse.at)]),
        panels=(
            Panel(of_messages, messages),
            Panel(of_queue, (queue,)),
            Panel(of_errors, errors),
        ),
        shares=tuple((_name(one), round(seconds, 1)) for one, seconds in pulse.slowest),
        shares_title=texts.slowest_title(),
        language=texts.language,
        dark=dark,
    )


def _caption(turn: Turn, pulse: Pulse) -> str:
    whole = NOTHING
    for hour in pulse.hours:
        whole = whole.plus(hour)
    number, busiest = max(enumerate(pulse.hours), key=lambda pair: (pair[1].sent, pair[0]))
    since = when(starts(pulse.at)[number], turn.chat.settings, turn.clock.now())
    return turn.texts.pulse(whole, busiest.sent, since)


STATS = Command("stats", stats, lambda texts: texts.menu_stats(), who=Who.OPERATORS)
PRESSES = (Press("stats", restyle, Who.OPERATORS),)
