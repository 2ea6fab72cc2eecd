"""/trends: a picture of stories per day, for the place's tags or for one, with its sources."""

from zoneinfo import ZoneInfo

from bot.core.charts import Chart, best_shares
from bot.core.messages import Button
from bot.core.query import Query
from bot.services.subscriptions import Preview, read
from bot.services.trends import Trends
from bot.telegram.commands.proposals import proposals, subscribe_button
from bot.telegram.commands.table import Command, Press
from bot.telegram.commands.topics import elsewhere, has_topics
from bot.telegram.keyboards import Rows, pack
from bot.telegram.turn import Turn

STYLES = ("light", "dark")


async def trends(turn: Turn) -> None:
    """Draw what was typed: a tag, or nothing for all of the place's."""
    await _trends(turn, turn.argument)


async def restyle(turn: Turn) -> None:
    """Draw the picture of a button again, dark or light; the chat keeps that choice."""
    style = turn.arguments[0] if turn.arguments else ""
    typed = await turn.carried(1) if turn.rest(1) else ""
    if typed is None or style not in STYLES:
        await turn.say_plain(turn.texts.stale_button())
        return
    await turn.services.preferences.paint(turn.chat.id, style)
    await _trends(turn, typed, style)


async def _trends(turn: Turn, typed: str, style: str = "") -> None:
    if not typed:
        await _of_place(turn, style)
        return
    queries = read(typed)
    if len(queries) != 1:
        await turn.say(turn.texts.one_tag_for_trends())
        return
    await _of_query(turn, queries[0], style)


async def _of_place(turn: Turn, style: str) -> None:
    topics = has_topics(turn)
    found = await turn.services.trends.of_place(turn.place, _zone(turn), topics=topics)
    if not found.series:
        empty = not (await turn.services.subscriptions.of(turn.place) or await elsewhere(turn))
        texts = turn.texts
        await turn.say(texts.no_subscriptions() if empty else texts.no_stories_yet())
        return
    await _show(turn, found, "", style)


async def _of_query(turn: Turn, query: Query, style: str) -> None:
    meant = await turn.services.subscriptions.meant(turn.place, query)
    found = await turn.services.trends.of_query(meant, query.shown, _zone(turn))
    if not found.series:
        proposed, rows = await proposals(turn, meant, Preview(0, ()))
        nothing = turn.texts.no_stories(query.shown)
        await turn.say("\n\n".join(filter(None, (nothing, proposed))), rows)
        return
    await _show(turn, found, query.shown, style)


async def _show(turn: Turn, found: Trends, typed: str, style: str) -> None:
    texts = turn.texts
    style = style or turn.chat.settings.pictures
    chart = Chart(
        title=typed or texts.trends_title(),
        days=texts.days_below(found.days),
        series=found.series,
        shares=best_shares(found.sources, texts.other_sources()),
        shares_title=texts.shares_title(),
        language=texts.language,
        dark=style == "dark",
    )
    caption = texts.trends(found.days, found.series, chart.shares, at_least=found.at_least)
    rows = await _buttons(turn, typed, dark=chart.dark)
    picture = await turn.services.painter.draw(chart)
    if picture:
        await turn.picture(picture, caption, rows)
    else:
        await turn.say(caption)


async def _buttons(turn: Turn, typed: str, *, dark: bool) -> Rows:
    other = STYLES[not dark]
    token = await turn.token(typed) if typed else ""
    label = turn.texts.light_label() if dark else turn.texts.dark_label()
    rows = [[Button(label, data=pack("trend", other, *filter(None, [token])))]]
    if typed:
        label = turn.texts.subscribe_label(typed[:30])
        rows.append([await subscribe_button(turn, typed, label=label)])
    return rows


def _zone(turn: Turn) -> ZoneInfo:
    return ZoneInfo(turn.chat.settings.time_zone)


TRENDS = Command(
    "trends",
    trends,
    lambda texts: texts.menu_trends(),
    usage="[TAG]",
    more=lambda texts: texts.more_trends(),
)
PRESSES = (Press("trend", restyle),)
