"""/latest and /search: stories now, newest first, with buttons that turn the pages."""

import re

from bot.core.messages import Button
from bot.services.latest import MOST, PAGE, Page
from bot.services.subscriptions import Preview, read
from bot.telegram.commands.proposals import proposals
from bot.telegram.commands.table import Command, Press
from bot.telegram.commands.topics import elsewhere
from bot.telegram.keyboards import pack
from bot.telegram.stories import story_lines
from bot.telegram.turn import Turn

FURTHEST = 300
"""How far back the pages go, in stories; beyond, a search with more words serves better."""
_BELOW_ZERO = re.compile(r"[-−–][0-9]{1,4}")
_NUMBER_LAST = re.compile(r"(?:(?P<tag>.*?)\s+)?(?P<number>[0-9]{1,4})", re.DOTALL)


async def latest(turn: Turn) -> None:
    """Show the newest stories of a tag, or of all tags of the place."""
    typed, size = split(turn.argument)
    if size < 1:
        await turn.say(turn.texts.how_many(MOST))
        return
    await _latest(turn, typed, 0, size)


async def latest_page(turn: Turn) -> None:
    """Turn to a page, in the same message."""
    start, size = turn.number(0) or 0, turn.number(1) or PAGE
    typed = await turn.carried(2) if turn.rest(2) else ""
    if typed is None or not 0 <= start <= FURTHEST:
        await turn.say_plain(turn.texts.stale_button())
        return
    await _latest(turn, typed, start, max(1, min(size, MOST)))


async def search(turn: Turn) -> None:
    """Search in all stored stories."""
    if not turn.argument:
        await turn.say(turn.texts.search_usage())
        return
    await _search(turn, turn.argument[:200], 0)


async def search_page(turn: Turn) -> None:
    """Turn to a page of what was found, in the same message."""
    start = turn.number(0) or 0
    words = await turn.carried(1)
    if not words or not 0 <= start <= FURTHEST:
        await turn.say_plain(turn.texts.stale_button())
        return
    await _search(turn, words, start)


def split(argument: str) -> tuple[str, int]:
    """Part `[TAG] [N]`; a number at the end counts stories, up to 25; below 1 it makes no sense.

    After a tag, -5 leaves out stories with a 5.
    """
    if _BELOW_ZERO.fullmatch(argument):
        return "", 0
    found = _NUMBER_LAST.fullmatch(argument)
    if not found:
        return argument, PAGE
    return found["tag"] or "", min(int(found["number"]), MOST)


async def _latest(turn: Turn, typed: str, start: int, size: int) -> None:
    if not typed:
        await _latest_of_all(turn, start, size)
        return
    queries = read(typed)
    if not queries:
        await turn.say(turn.texts.no_tag(typed))
        return
    if len(queries) > 1:
        await turn.say(turn.texts.one_tag_at_a_time([query.shown for query in queries]))
        return
    query = queries[0]
    meant = await turn.services.subscriptions.meant(turn.place, query)
    found = await turn.services.latest.of_tag(meant, start, size)
    if not found.stories and not start:
        proposed, rows = await proposals(turn, meant, Preview(0, ()))
        nothing = turn.texts.no_stories(query.shown)
        await turn.show("\n\n".join(filter(None, (nothing, proposed))), rows)
        return
    said = turn.texts.latest_of(query.shown), ""
    await _show(turn, found, said, (start, size), ("lt", str(size)), typed=query.shown)


async def _latest_of_all(turn: Turn, start: int, size: int) -> None:
    """Show the newest stories of the place; General has those of its tags' topics too."""
    topics = await elsewhere(turn)
    if topics:
        found = await turn.services.latest.of_chat(turn.chat.id, start, size)
    else:
        found = await turn.services.latest.of_place(turn.place, start, size)
    nothing = turn.texts.no_stories_yet()
    if not (found.stories or topics or await turn.services.subscriptions.of(turn.place)):
        nothing = turn.texts.no_subscriptions()
    await _show(
        turn, found, (turn.texts.latest_of_all(), nothing), (start, size), ("lt", str(size))
    )


async def _search(turn: Turn, words: str, start: int) -> None:
    found = await turn.services.latest.search(words, start)
    said = turn.texts.found(words), turn.texts.found_nothing(words)
    await _show(turn, found, said, (start, PAGE), ("sr",), typed=words)


async def _show(
    turn: Turn,
    found: Page,
    said: tuple[str, str],
    at: tuple[int, int],
    again: tuple[str, ...],
    *,
    typed: str = "",
) -> None:
    """Show the page `at` (start, size) with its buttons.

    `said` stands over it, or instead of it; `again` is the buttons' verb and all but the start,
    `typed` what they shall carry, which is kept only where there are some.
    """
    title, nothing = said
    start, size = at
    if not found.stories:
        await turn.show(turn.texts.no_more() if start else nothing)
        return
    html, count = story_lines(turn, found.stories, title)
    turns = [("◀︎", max(0, start - size))] if start else []
    if found.more or count < len(found.stories):
        turns.append(("▶︎", start + count))
    verb, *arguments = again
    if turns and typed:
        arguments.append(await turn.token(typed))
    await turn.show(html, [[Button(one, data=pack(verb, to, *arguments)) for one, to in turns]])


LATEST = Command(
    "latest",
    latest,
    lambda texts: texts.menu_latest(),
    usage="[TAG] [N]",
    more=lambda texts: texts.more_latest(),
)
SEARCH = Command("search", search, lambda texts: texts.menu_search(), usage="WORDS")
PRESSES = (Press("lt", latest_page), Press("sr", search_page))
