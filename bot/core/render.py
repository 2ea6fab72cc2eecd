"""Stories as Telegram messages: the only writer of markup."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time

from bot.core.breadth import best_headline
from bot.core.digests import heading
from bot.core.messages import Message, Piece, bold, foreign, hashtag, is_link, join, link, ours
from bot.core.summary import LENGTHS, summarise
from bot.core.tags import hashtag as spell_hashtag
from bot.core.text import shorten
from bot.core.wires import wires
from bot.core.zones import zone_of
from storage.records import Article, ChatSettings, Story

HEADLINE_UNITS = 300
NAME_UNITS = 80
STORIES_A_MESSAGE = 30
_NAMES = 12
_AGENCIES = 2
_TAGS = 30
_BULLET = ours("• ")
_DOT = " · "


def _count_stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count} stories"


def _count_digest(count: int) -> str:
    return f"Your digest: {_count_stories(count)}"


def _count_meanwhile(count: int) -> str:
    return f"Meanwhile: {_count_stories(count)}"


@dataclass(frozen=True, slots=True)
class Wording:
    """The phrases of our own that stand in messages; English unless translated."""

    also: str = "Also:"
    more: str = "+{count}"
    untitled: str = "Untitled"
    why: str = "Why?"
    less: str = "Less like this"
    mute: str = "Mute source"
    snooze: str = "Snooze 8 h"
    share: str = "Share"
    """All five on buttons under an alert; plain."""
    stories: Callable[[int], str] = _count_stories
    """How many stories a roundup brings; a function, as languages count differently."""
    digest: Callable[[int], str] = _count_digest
    """Stands over a digest of so many stories."""
    meanwhile: Callable[[int], str] = _count_meanwhile
    """Stands over what quiet hours or a pause held back."""
    untagged: str = "More"
    """Stands in a digest over what none of the tags there brought."""
    apart: tuple[str, str] = ("", "")
    """What sets each of several names apart, in languages that run to the left."""


ENGLISH = Wording()


def alert(
    story: Story,
    tags: Sequence[str],
    settings: ChatSettings,
    now: datetime,
    *,
    wording: Wording = ENGLISH,
) -> Message:
    """Return the message of one story: headline, source, summary, who else has it, hashtags.

    `tags` (as shown) are the chat's that the story carries. Nothing of the story can act in the
    chat, and all limits of Telegram are kept.
    """
    told = best_headline(story.articles)
    body = [
        _headline(told, wording),
        _source_line(told, settings, now),
        _summary(told, settings),
        _also(story, told, wording),
        _hashtags(tags),
    ]
    whole = join(body)
    while not whole.fits() and len(body) > 1:
        body.pop()
        whole = join(body)
    return Message(whole.html, whole.plain, told.url if settings.previews else "")


def bare(story: Story, *, wording: Wording = ENGLISH) -> Message:
    """Return a story's headline and address alone, for when Telegram finds the rest too long."""
    headline = _headline(best_headline(story.articles), wording)
    return Message(headline.html, headline.plain)


def teaser(
    story: Story, settings: ChatSettings, now: datetime, *, wording: Wording = ENGLISH
) -> tuple[str, str, str]:
    """Return a story's headline, a line about it, and its address, as plain texts for a list."""
    told = best_headline(story.articles)
    source = join([foreign(_credited(told)), ours(_shown_at(told, settings, now))], _DOT).plain
    summary = _summary(told, replace(settings, summary="short")).plain
    title = shorten(told.title or told.by or wording.untitled, HEADLINE_UNITS)
    return title, "\n".join(filter(None, (source, summary))), told.url if is_link(told.url) else ""


def roundup(
    stories: Sequence[Story],
    settings: ChatSettings,
    now: datetime,
    *,
    wording: Wording = ENGLISH,
) -> list[Message]:
    """Return many stories in as few messages as Telegram's limits allow, newest first."""
    newest = sorted(stories, key=lambda story: story.last_at, reverse=True)
    title = wording.stories(len(newest))
    return story_list(newest, settings, now, title=title, wording=wording)


def story_list(
    stories: Sequence[Story],
    settings: ChatSettings,
    now: datetime,
    *,
    title: str = "",
    per_page: int = STORIES_A_MESSAGE,
    by_tag: bool = False,
    wording: Wording = ENGLISH,
) -> list[Message]:
    """Return the stories as pages, in the order given, split only between two stories.

    `title` (our own words, or a tag) stands in bold on the first page. A page holds at most
    `per_page` stories, fewer where one of Telegram's limits comes first. With `by_tag` each tag
    stands once over the stories that follow.
    """
    head = bold(foreign(title)) if title else Piece()
    items = (
        (_tag_heading(story, wording), _item(story, settings, now, wording, under=heading(story)))
        if by_tag
        else (Piece(), _item(story, settings, now, wording))
        for story in stories
    )
    return [
        Message(page.html, page.plain, stories=count)
        for page, count in _pages(head, items, per_page)
    ]


def _pages(
    head: Piece, items: Iterable[tuple[Piece, Piece]], per_page: int
) -> Iterator[tuple[Piece, int]]:
    """Fill pages; what heads an item stands there where the item before has another heading."""
    kept: list[Piece] = [head] if head else []
    count, over = 0, Piece()
    for above, item in items:
        new = [item] if above == over else [above, item]
        if count and (count >= per_page or not join([*kept, *new], "\n\n").fits()):
            yield join(kept, "\n\n"), count
            kept, count, new = [], 0, [above, item]
        kept += new
        over = above
        count += 1
    if kept:
        yield join(kept, "\n\n"), count


def _tag_heading(story: Story, wording: Wording) -> Piece:
    tag = heading(story)
    spelt = spell_hashtag(tag) if tag else ""
    return bold(hashtag(spelt)) if spelt else bold(foreign(tag or wording.untagged))


def _item(
    story: Story, settings: ChatSettings, now: datetime, wording: Wording, *, under: str = ""
) -> Piece:
    """Return a story of a list; `under` stands over it already."""
    told = best_headline(story.articles)
    names = _names(story, told)
    line = join([_source_line(told, settings, now), _also_briefly(names, wording)], _DOT)
    tags = [tag for tag in story.tags if tag != under]
    return join([_BULLET + _headline(told, wording), line, _hashtags(tags)])


def _also_briefly(names: Iterable[str], wording: Wording) -> Piece:
    """Name the next source of a story, and count the others."""
    first, *others = [*names] or [""]
    if not first:
        return Piece()
    named = [ours(wording.also), foreign(shorten(first, NAME_UNITS))]
    if others:
        named.append(ours(wording.more.format(count=len(others))))
    return join(named, " ")


def _headline(article: Article, wording: Wording) -> Piece:
    title = shorten(article.title or article.by or wording.untitled, HEADLINE_UNITS)
    text = link(title, article.url)
    return text if is_link(article.url) else bold(text)


def _source_line(article: Article, settings: ChatSettings, now: datetime) -> Piece:
    return join([foreign(_credited(article)), ours(_shown_at(article, settings, now))], _DOT)


def _shown_at(article: Article, settings: ChatSettings, now: datetime) -> str:
    return when(article.published_at or article.seen_at, settings, now)


def _credited(article: Article) -> str:
    """Return the source's name, with the news agencies that the text is signed with."""
    by = shorten(article.by, NAME_UNITS)
    signed = wires().credits(article.body or article.summary)
    agencies = [agency for agency in signed if agency.casefold() not in by.casefold()]
    return f"{by} ({', '.join(agencies[:_AGENCIES])})" if by and agencies else by


def _summary(article: Article, settings: ChatSettings) -> Piece:
    length = settings.summary if settings.summary in LENGTHS else "short"
    return foreign(
        summarise(article.title, article.summary, article.body, article.language, length)
    )


def _names(story: Story, told: Article) -> dict[str, str]:
    """Return name -> address of the story's other sources, each once, first seen first."""
    names: dict[str, str] = {}
    for article in story.articles:
        if article.by and article.by != told.by:
            names.setdefault(article.by, article.url)
    return names


def _also(story: Story, told: Article, wording: Wording) -> Piece:
    names = _names(story, told)
    if not names:
        return Piece()
    shown = [
        _apart(_linked_name(shorten(name, NAME_UNITS), url), wording)
        for name, url in list(names.items())[:_NAMES]
    ]
    if len(names) > _NAMES:
        shown.append(ours(wording.more.format(count=len(names) - _NAMES)))
    return ours(wording.also + " ") + join(shown, ", ")


def _apart(name: Piece, wording: Wording) -> Piece:
    before, after = wording.apart
    return ours(before) + name + ours(after)


def _linked_name(name: str, url: str) -> Piece:
    marked = link(name, url)
    return Piece(marked.html, foreign(name).plain, marked.units, marked.entities)


def _hashtags(tags: Sequence[str]) -> Piece:
    spelt = [spell_hashtag(tag) for tag in tags[:_TAGS]]
    return join([hashtag(text) for text in dict.fromkeys(spelt) if text], " ")


def when(moment: datetime, settings: ChatSettings, now: datetime) -> str:
    """Return the moment in the chat's zone and language: the time, with the date if not today."""
    zone, locale = zone_of(settings.time_zone), locale_of(settings.language)
    local, today = moment.astimezone(zone), now.astimezone(zone)
    time = format_time(local, _clock(locale), locale=locale)
    if local.date() == today.date():
        return time
    year = "" if local.year == today.year else "y"
    return f"{format_skeleton(f'{year}MMMd', local, locale=locale)}, {time}"


@lru_cache(maxsize=64)
def _clock(locale: Locale) -> str:
    """Return how a time of day is written, with *morning* and *afternoon* in words of the language.

    Babel's short form of Korean times has AM and PM in Latin letters, which no Korean writes.
    """
    return str(locale.time_formats["short"].pattern).replace("a", "aaaa")


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Return how a language writes dates and numbers; English where that is not known."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
