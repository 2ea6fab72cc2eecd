"""Forums where each tag has a topic of its own: made for what is subscribed in General."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from telegram import ChatMemberAdministrator
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.core.messages import Button
from bot.core.outcomes import TopicGone
from bot.core.query import Query
from bot.core.text import shorten
from bot.telegram.answers import classify
from bot.telegram.keyboards import in_rows, pack
from bot.telegram.request import NotSentError
from bot.telegram.turn import Turn
from storage.records import NO_TOPIC, Place, Subscription, TopicId

logger = logging.getLogger(__name__)

LONGEST_NAME = 128
"""Telegram's limit for a topic's name (createForumTopic)."""
MOST_POINTERS = 30
"""Topics that one message in General points to."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each wish goes."""

    wanted: dict[Place, list[Query]] = field(default_factory=dict)
    refused: list[Query] = field(default_factory=list)
    """Those that stay in General, as no topic may be made."""
    unsure: list[Query] = field(default_factory=list)
    """Those whose topic may have been made before a crash."""


async def placed(turn: Turn, queries: Sequence[Query]) -> Placed:
    """Find or make the topics for wishes in General, where the chat wants that."""
    here = turn.place
    if not turn.chat.settings.topics:
        return Placed({here: list(queries)})
    if here.topic_id != NO_TOPIC:
        await turn.services.tag_topics.adopt(here, queries)
        return Placed({here: list(queries)})
    found = Placed()
    for query in queries:
        if await turn.services.subscriptions.named(here, query) is not None:
            found.wanted.setdefault(here, []).append(query)
            continue
        topic = await _topic(turn, query)
        if topic == NO_TOPIC:
            found.unsure.append(query)
        elif topic is None:
            found.refused.append(query)
            found.wanted.setdefault(here, []).append(query)
        else:
            found.wanted.setdefault(replace(here, topic_id=topic), []).append(query)
    return found


async def placed_in_any_case(turn: Turn, queries: Sequence[Query]) -> dict[Place, list[Query]]:
    """Find or make topics for many; what gets none now stays here, and nothing is asked."""
    wanted: dict[Place, list[Query]] = {}
    here = wanted.setdefault(turn.place, [])
    left = list(queries)
    try:
        while left:
            found = await placed(turn, left[:1])
            here += found.unsure
            for place, some in found.wanted.items():
                wanted.setdefault(place, []).extend(some)
            del left[0]
    except TelegramError as error:
        logger.info("topics for %d tags were not made: %s", len(left), error)
    here += left
    return {place: some for place, some in wanted.items() if some}


def has_topics(turn: Turn) -> bool:
    """Tell whether this is General of a forum where each tag has a topic of its own."""
    return turn.chat.settings.topics and turn.place.topic_id == NO_TOPIC


def there(turn: Turn, place: Place) -> Turn:
    """Return the turn as one in another topic, where its answer is to stand."""
    if place == turn.place:
        return turn
    texts = turn.languages.of(turn.chat.settings.language)
    return replace(turn, place=place, via=None, texts=texts, message_id=None, pressed=None)


async def tell(turn: Turn, found: Placed) -> None:
    """Tell in General what became of wishes that are not answered there."""
    texts = turn.texts
    away = [
        (place, query.shown)
        for place, queries in found.wanted.items()
        for query in queries
        if place != turn.place
    ]
    said, rows = _pointers(turn, away)
    said += [texts.no_topic(query.shown) for query in found.refused]
    for query in found.unsure:
        said.append(texts.topic_unsure(query.shown))
        label = texts.make_topic_label() if len(found.unsure) == 1 else query.shown[:60]
        rows.append([Button(label, data=pack("topic", await turn.token(query.shown)))])
    if said:
        await turn.say("\n".join(said), rows)


async def tell_none(turn: Turn) -> None:
    """Say that a place has no subscription; in General, which ones have a topic of their own."""
    found = await elsewhere(turn)
    said, rows = _pointers(turn, [(one.place, one.shown) for one in found[:MOST_POINTERS]])
    await turn.show("\n".join(said) or turn.texts.no_subscriptions(), rows)


async def point_to(turn: Turn, queries: Sequence[Query]) -> list[str]:
    """Return where those of these are that General does not have, as far as they are somewhere."""
    wanted = {one.canonical() for one in queries}
    found = [one for one in await elsewhere(turn) if one.query in wanted]
    return _pointers(turn, [(one.place, one.shown) for one in found[:MOST_POINTERS]])[0]


async def elsewhere(turn: Turn) -> list[Subscription]:
    """Return what is subscribed in the topics of tags, where General asks for it; else nothing."""
    if not has_topics(turn):
        return []
    kept = await turn.services.subscriptions.of_chat(turn.chat.id)
    return [one for one in kept if one.place != turn.place]


def _pointers(
    turn: Turn, away: Sequence[tuple[Place, str]]
) -> tuple[list[str], list[list[Button]]]:
    """Return lines that say what has a topic of its own, and buttons that lead there."""
    texts = turn.texts
    labels = [texts.topic_label()] if len(away) == 1 else [one[:60] for _, one in away]
    buttons = [
        Button(label, url=_link(place)) for label, (place, _) in zip(labels, away, strict=True)
    ]
    return [texts.has_topic(shown) for _, shown in away], in_rows(buttons)


def _link(place: Place) -> str:
    return f"https://t.me/c/{str(place.chat_id).removeprefix('-100')}/{place.topic_id}"


async def may_make(turn: Turn) -> bool:
    """Tell whether the bot may make topics here."""
    try:
        member = await turn.bot.get_chat_member(turn.chat.id, turn.bot.id)
    except (BadRequest, Forbidden):
        return False
    return isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics)


async def _topic(turn: Turn, query: Query) -> TopicId | None:
    """Return a tag's topic, made if need be; None: it cannot be; NO_TOPIC: it may be there."""
    kept = turn.services.tag_topics
    known = await kept.begin(turn.chat.id, query)
    if known and await _is_gone(turn, known):
        await kept.forget(turn.chat.id, query)
        known = await kept.begin(turn.chat.id, query)
    if known is not None:
        return known
    name = query.shown.removeprefix("#") if query.plain else query.shown
    try:
        made = await _make(turn, shorten(name, LONGEST_NAME))
    except (BadRequest, Forbidden):
        await kept.forget(turn.chat.id, query)
        return None
    except TelegramError as error:
        if isinstance(error, RetryAfter) or isinstance(error.__cause__, NotSentError):
            await kept.forget(turn.chat.id, query)
        raise
    await kept.made(replace(turn.place, topic_id=made), query)
    return made


async def _make(turn: Turn, name: str) -> TopicId:
    made: list[TopicId] = []

    async def make() -> None:
        topic = await turn.bot.create_forum_topic(turn.chat.id, name)
        made.append(TopicId(topic.message_thread_id))

    await turn.through_floods(make)
    return made[0]


async def _is_gone(turn: Turn, topic: TopicId) -> bool:
    """Tell whether nobody can write into a topic any more; Telegram has no better question."""
    try:
        await turn.bot.send_chat_action(
            turn.chat.id, ChatAction.TYPING, message_thread_id=int(topic)
        )
    except BadRequest as error:
        return isinstance(classify(error), TopicGone)
    return False
