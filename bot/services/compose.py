"""Deliveries as messages: renders each text once for all who get the same."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile

from bot.core import render
from bot.core.messages import Button, Message
from bot.core.outcomes import Mend
from bot.core.render import ENGLISH, Wording
from bot.core.under import chosen
from storage.records import DIGEST, ChatKind, DeliveryDue, Place, Story

_FOR_GOOD = datetime.max.replace(tzinfo=UTC)
_KEPT = 1_000
"""Rendered messages kept: one story goes to many chats, in a few languages and zones."""

Words = Callable[[str], Wording]
Buttons = Sequence[Sequence[Button]]
Under = Callable[[Story, Sequence[str], Wording], Buttons]
"""Makes the buttons of these names under a story's alert."""

Further = Callable[[str], Buttons]
"""Makes the buttons that turn the pages of a digest, by the word that its deliveries share."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to one place next: one alert, one edit, or several stories as a roundup.

    `goes_on` marks the further pages of a roundup.
    """

    dues: tuple[DeliveryDue, ...]
    stories: tuple[Story, ...]
    goes_on: bool = False
    roundup: bool = False
    most: int = 0
    """The most stories of a roundup that share a message; 0: as many as find room."""
    good_until: float = float("inf")
    """Seconds of the clock; later its lease may run out while it is being sent."""
    leased_until: datetime = _FOR_GOOD
    """The same as a time of day, by which others tell when the lease runs out."""

    @property
    def head(self) -> DeliveryDue:
        """Return the delivery that stands for all."""
        return self.dues[0]

    @property
    def is_digest(self) -> bool:
        """Tell whether it was asked for at its time."""
        return self.head.together.startswith(DIGEST)

    @property
    def alike(self) -> int:
        """Return how many at its beginning have lost as many answers as the first.

        Only those share a message: one that may have arrived must not go along with every new one.
        """
        return sum(1 for _ in takewhile(self._as_head, self.dues))

    def _as_head(self, due: DeliveryDue) -> bool:
        return due.uncertain == self.head.uncertain

    @property
    def place(self) -> Place:
        """Return where it goes."""
        return self.dues[0].place

    def first(self, count: int) -> "Parcel":
        """Return the part with so many stories."""
        return replace(self, dues=self.dues[:count], stories=self.stories[:count])

    def good(self, now: datetime, monotonic: float) -> bool:
        """Tell whether it may still be sent; a machine that slept, or a clock put right, knows."""
        return monotonic < self.good_until and now < self.leased_until

    def halved(self, count: int) -> "Parcel":
        """Return it with messages of half as many stories as this one that could not be sent."""
        return replace(self, most=max(1, count // 2))

    def rest(self, count: int) -> "Parcel | None":
        """Return what the first so many stories leave over; it comes without a sound of its own."""
        if count >= len(self.dues):
            return None
        dues = tuple(replace(due, silent=True) for due in self.dues[count:])
        stories = self.stories[count:]
        return replace(self, dues=dues, stories=stories, goes_on=True, most=2 * self.most)


def english(_language: str) -> Wording:
    """Return the wording for every language while there are no others."""
    return ENGLISH


def no_buttons(_story: Story, _names: Sequence[str], _wording: Wording) -> Buttons:
    """Return none."""
    return ()


def no_pages(_together: str) -> Buttons:
    """Return none: what a digest's first message has no room for comes in further ones."""
    return ()


class Composer:
    """Makes messages of parcels."""

    def __init__(
        self, words: Words = english, under: Under = no_buttons, further: Further = no_pages
    ) -> None:
        self._words = words
        self._under = under
        self._further = further
        self._kept: OrderedDict[object, Message] = OrderedDict()

    def message(self, parcel: Parcel, now: datetime) -> Message:
        """Return the parcel's message; of a roundup its first page, which knows its stories."""
        settings = parcel.head.settings
        if parcel.roundup:
            return self._roundup(parcel, now)
        story, tags = parcel.stories[0], parcel.head.tags
        key = (
            story.id, len(story.articles), tags, settings.language, settings.time_zone,
            settings.previews, settings.summary, _buttons_of(parcel.head), _quarter(now),
        )  # fmt: skip
        kept = self._kept.get(key)
        if kept is None:
            kept = self._alert(story, tags, parcel.head, now)
            self._kept[key] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept

    def mend(self, parcel: Parcel, message: Message, mend: Mend, now: datetime) -> Message:
        """Return the message as Telegram may take it after it refused it."""
        if mend is Mend.BARE and len(parcel.dues) == 1:
            wording = self._words(parcel.head.settings.language)
            return render.bare(parcel.stories[0], wording=wording)
        if mend is Mend.SHORTER and len(parcel.dues) == 1:
            return self._shorter(parcel.stories[0], parcel.head, now)
        if mend is Mend.NO_BUTTONS:
            return replace(message, buttons=())
        return message

    def _shorter(self, story: Story, head: DeliveryDue, now: datetime) -> Message:
        alone = replace(story, articles=story.articles[:1])
        brief = replace(head, settings=replace(head.settings, summary="none"))
        return self._alert(alone, (), brief, now)

    def _alert(
        self, story: Story, tags: Sequence[str], head: DeliveryDue, now: datetime
    ) -> Message:
        wording = self._words(head.settings.language)
        message = render.alert(story, tags, head.settings, now, wording=wording)
        under = self._under(story, _buttons_of(head), wording)
        return replace(message, buttons=tuple(tuple(row) for row in under))

    def _roundup(self, parcel: Parcel, now: datetime) -> Message:
        settings = parcel.head.settings
        wording = self._words(settings.language)
        pairs = zip(parcel.stories, parcel.dues, strict=True)
        marked = [replace(story, tags=due.tags) for story, due in pairs]
        page = marked[: min(parcel.most or len(marked), parcel.alike)]
        pages = render.story_list(
            page,
            settings,
            now,
            title="" if parcel.goes_on else _title(parcel, wording),
            by_tag=parcel.is_digest,
            wording=wording,
        )
        if parcel.is_digest and len(pages) > 1:
            return self._with_pages(pages[0], parcel.head.together, len(page))
        return pages[0]

    def _with_pages(self, first: Message, together: str, stories: int) -> Message:
        """Return a digest's first page, which stands for all where buttons turn to the others."""
        buttons = tuple(tuple(row) for row in self._further(together))
        return replace(first, buttons=buttons, stories=stories) if buttons else first


def _buttons_of(head: DeliveryDue) -> tuple[str, ...]:
    return chosen(head.settings.buttons, many=head.chat_kind is not ChatKind.PRIVATE)


def _title(parcel: Parcel, wording: Wording) -> str:
    count = len(parcel.dues)
    if parcel.is_digest:
        return wording.digest(count)
    return wording.meanwhile(count) if parcel.head.together else wording.stories(count)


def _quarter(now: datetime) -> datetime:
    """Return the quarter of an hour: in every zone, midnight falls on one."""
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
