"""/sources and /addsource: what is read and how it is doing; adds one after a look."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from bot.core.health import Health, doing, health
from bot.core.messages import Button, foreign, link
from bot.core.text import clean_line
from bot.core.urls import address_shown
from bot.services.sources import Proposal
from bot.telegram.access import Who, offered
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import pack, pages
from bot.telegram.manual import Manual
from bot.telegram.texts import code
from bot.telegram.turn import Turn
from storage.records import Source, SourceKind

LINES = 20
LONGEST_TITLE = 120
LONGEST_LABEL = 80


async def sources(turn: Turn) -> None:
    """List the sources with their health."""
    await _list(turn, 0)


async def sources_page(turn: Turn) -> None:
    """Turn to a page of the list."""
    await _list(turn, max(0, turn.number(0) or 0))


async def add_source(turn: Turn) -> None:
    """Look at an address and ask whether it shall be added."""
    if not turn.argument:
        await turn.say(turn.texts.add_source_usage())
        return
    await _propose(turn, turn.argument.split()[0])


async def look_pressed(turn: Turn) -> None:
    """Look at another source of the same page."""
    url = await turn.carried(0)
    if url is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    await _propose(turn, url)


async def _propose(turn: Turn, url: str) -> None:
    found = await _looked_at(turn, url)
    rows = [
        [Button(_label(one.title, one.url), data=pack("look", await turn.token(one.url)))]
        for one in found.others
    ]
    if found.known is not None:
        await turn.show(turn.texts.source_known(_name(turn, found.known)), rows)
        return
    add = Button(turn.texts.add_label(), data=pack("add", await turn.token(found.source.url)))
    cancel = Button(turn.texts.cancel(), data=pack("keep"))
    await turn.show(_question(turn, found), [[add, cancel], *rows])


async def add_pressed(turn: Turn) -> None:
    """Add the source that was asked about."""
    url = await turn.carried(0)
    if url is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    found = await _looked_at(turn, url)
    source, added = await turn.services.sources.add(found.source)
    title = _name(turn, source)
    await turn.show(turn.texts.source_added(title) if added else turn.texts.source_known(title))


async def _looked_at(turn: Turn, url: str) -> Proposal:
    operator = turn.services.chats.is_operator(turn.user_id)
    guest = None if operator else turn.user_id or turn.place.chat_id
    return await turn.services.sources.propose(url, by=turn.user_id, guest=guest)


def _question(turn: Turn, found: Proposal) -> str:
    texts = turn.texts
    if found.source.kind is SourceKind.TEMPLATE:
        return f"{texts.add_template_question(found.source.url)}\n{texts.add_this()}"
    lines = [f"• {link(one.title, one.url).html}" for one in found.newest]
    said = texts.add_source_question(found.source.url, clean_line(found.source.title, 80))
    return "\n".join((said, *lines, texts.add_this()))


async def _list(turn: Turn, page: int) -> None:
    every = await turn.services.sources.listed()
    if not every:
        may_add = offered(turn.services.chats, Who.SOURCE_KEEPERS, turn.user_id)
        await turn.show(turn.texts.no_sources(may_add=may_add))
        return
    now = turn.clock.now()
    start = page * LINES
    lines = [_line(turn, one, now) for one in every[start : start + LINES]]
    more = len(every) > start + LINES
    title = turn.texts.sources_title(len(every), Counter(map(doing, every)))
    await turn.show("\n".join((title, *lines)), [pages("so", page, more=more)])


def _label(title: str, url: str) -> str:
    """Return title and address for a button: the sources of one page often have one title."""
    address = url.partition("://")[2]
    name = clean_line(title, LONGEST_LABEL // 2)
    return clean_line(f"{name} · {address}" if name else address, LONGEST_LABEL)


def _name(turn: Turn, one: Source) -> str:
    """Return the title; without one the address, whole only to operators among themselves."""
    whole = turn.private and turn.services.chats.is_operator(turn.user_id)
    return clean_line(one.title or (one.url if whole else address_shown(one.url)), LONGEST_TITLE)


def _line(turn: Turn, one: Source, now: datetime) -> str:
    texts, found = turn.texts, health(one, now)
    sign = "⚠" if found.error else "•"
    return " · ".join((f"{sign} {code(_name(turn, one))}", *_facts(texts, one, found)))


def _facts(texts: Manual, one: Source, found: Health) -> Iterator[str]:
    """Give what is known of a source's health, the weightiest first."""
    if found.error:
        yield foreign(clean_line(texts.fault(found.error), LONGEST_TITLE)).html
    if found.doing == "asked":
        yield texts.source_per_tag(one.tags)
    elif found.doing == "gone":
        yield texts.source_ended()
    elif found.doing == "unread":
        yield texts.source_never()
    elif found.doing == "failing" and found.failing_days >= 1:
        yield texts.source_failing(int(found.failing_days))
    elif found.doing == "read":
        yield from _times(texts, found)


def _times(texts: Manual, found: Health) -> Iterator[str]:
    if found.read_s is not None:
        yield texts.source_ago(int(found.read_s // 60))
    if found.news_s is not None:
        yield texts.source_news(int(found.news_s // 60))
    if found.rhythm_s is not None:
        yield texts.source_rhythm(round(found.rhythm_s / 60))
    if found.pushed_s is not None:
        yield texts.source_pushed()
    if found.next_s:
        yield texts.source_next(round(found.next_s / 60))


SOURCES = Command("sources", sources, lambda texts: texts.menu_sources())
ADD_SOURCE = Command(
    "addsource",
    add_source,
    lambda texts: texts.menu_addsource(),
    usage="URL",
    more=lambda texts: texts.more_addsource(),
    who=Who.SOURCE_KEEPERS,
)
PRESSES = (
    Press("so", sources_page),
    Press("add", add_pressed, Who.SOURCE_KEEPERS),
    Press("look", look_pressed, Who.SOURCE_KEEPERS),
)
