"""The web side of a house: which pages it has, and what its parts tell them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.app.source_metrics import of_sources
from bot.app.workshop import Workshop
from bot.jobs import Jobs
from bot.services.counts import Counts
from bot.services.hubs import Hubs
from bot.services.inbox import Inbox
from bot.services.pages import Pages
from bot.services.poll import Poller
from bot.services.tag_pages import TagPages
from bot.services.vitals import Patience, Sending, Stored, Vitals
from bot.sources.reader import Reader
from bot.telegram.application import ChatSide
from bot.telegram.pacing import Pace
from bot.web import health, metrics
from bot.web.health import Health
from bot.web.metrics import Metric, Sample
from bot.web.server import WebSide
from bot.web.tags import TagSide
from bot.web.webhook import Deliveries
from bot.web.websub import HubSide


@dataclass(frozen=True, slots=True)
class Rooms:
    """What of the house its web side looks at."""

    parts: frozenset[str]
    jobs: Jobs
    pace: Pace
    poller: Poller
    sent: Counts | None
    """None: this process delivers nothing."""
    chat: ChatSide | None
    """None: this process answers no chats."""
    inbox: Inbox
    sending: Callable[[], Sending | None]
    hubs: Hubs | None
    """None: nobody outside reaches us."""


class Front:
    """Listens where the settings say, if they do."""

    def __init__(self, shop: Workshop, rooms: Rooms) -> None:
        self._settings = shop.settings
        self._clock = shop.clock
        self._reader = shop.web
        self._rooms = rooms
        self._vitals = Vitals(shop.store, shop.clock)
        self._patience = Patience(shop.clock)
        self._tags = TagPages(shop.store, shop.clock)
        self._deliveries = Deliveries(rooms.chat) if rooms.chat is not None else None
        self._web: WebSide | None = None

    @property
    def url(self) -> str:
        """Where it listens; empty where it doesn't."""
        return self._web.url if self._web is not None else ""

    async def start(self) -> None:
        """Listen; raises ConfigurationError where that cannot be."""
        listen = self._settings.listen
        if listen is None:
            return
        routes = [health.route(self.health), metrics.route(self.metrics)]
        if self._settings.webhook_url and self._deliveries is not None:
            routes.append(self._deliveries.route(self._settings.webhook_path))
        if self._settings.access == "public":
            routes += TagSide(self._tags, self._settings.public_origin).routes()
        if self._rooms.hubs is not None:
            routes += HubSide(self._rooms.hubs).routes()
        self._web = WebSide(routes)
        await self._web.start(*listen)

    async def stop(self) -> None:
        """Listen no more."""
        if self._web is not None:
            await self._web.stop()

    async def health(self) -> Health:
        """Tell how this process is doing."""
        stored = await self._vitals.look()
        chat, sending = self._rooms.chat, self._rooms.sending()
        return Health(
            parts=tuple(sorted(self._rooms.parts)),
            database=stored is not None,
            queue=stored.waiting if stored is not None else None,
            telegram_silent_s=chat.silent_s if chat is not None else None,
            sending_paused=sending.paused if sending is not None else None,
            sending_silent_s=self._patience.waited_s(sending, stored),
            jobs_failing=len(self._rooms.jobs.failing),
        )

    async def metrics(self) -> Iterable[Metric]:
        """Tell the figures of this process, and those that all processes share."""
        stored = await self._vitals.look()
        feeds = await self._vitals.feeds() if stored is not None else ()
        return [
            *_of_database(stored),
            *of_sources(feeds, self._clock.now()),
            *_of_deliveries(self._rooms.sent, self._rooms.pace),
            *_of_sending(self._rooms.sending(), self._patience, stored),
            *_of_polls(self._rooms.poller if "poll" in self._rooms.parts else None, self._reader),
            *_of_jobs(self._rooms.jobs),
            *_of_chat(self._rooms.chat, self._rooms.inbox),
            *_of_webhook(self._deliveries if self._settings.webhook_url else None),
            *_of_hubs(self._rooms.hubs),
        ]


def _of_database(stored: Stored | None) -> list[Metric]:
    found = [
        _gauge("database_up", "Whether the database answers.", float(stored is not None)),
    ]
    if stored is not None:
        found += [
            _gauge("queue", "Messages that are not yet sent.", stored.waiting),
            _gauge("sources", "Sources that are polled.", stored.sources),
            _gauge("sources_failing", "Sources whose last poll failed.", stored.failing),
        ]
    return found


def _of_deliveries(counts: Counts | None, pace: Pace) -> list[Metric]:
    if counts is None:
        return []
    return [
        _counter("sent", "Messages that Telegram took.", counts.sent),
        _counter("edited", "Messages edited because their story grew.", counts.edited),
        _counter("roundups", "Messages that told several stories.", counts.roundups),
        _counter("postponed", "Deliveries that wait for another try.", counts.postponed),
        _counter("given_up", "Deliveries that can never be made.", counts.given_up),
        _counter("dropped", "Deliveries for chats that went to sleep.", counts.dropped),
        _counter("broken", "Deliveries that failed on our side.", counts.broken),
        _counter("floods", "Flood waits that Telegram asked for.", pace.floods),
    ]


def _of_sending(sending: Sending | None, patience: Patience, stored: Stored | None) -> list[Metric]:
    waited = patience.waited_s(sending, stored)
    if sending is None or waited is None:
        return []
    return [
        _gauge("sending_paused", "Whether the database takes no endings.", float(sending.paused)),
        _gauge("sending_silent_seconds", "Since messages wait in vain for Telegram.", waited),
    ]


def _of_polls(poller: Poller | None, reader: Reader) -> list[Metric]:
    if poller is None:
        return []
    return [
        _counter("polls", "Polls of sources.", poller.polls),
        _counter("polls_failed", "Polls of sources that failed.", poller.failed),
        _counter("parsers_killed", "Parsers that a document was too much for.", reader.killed),
        *_of_pages(poller.pages),
    ]


def _of_pages(pages: Pages | None) -> list[Metric]:
    if pages is None:
        return []
    return [
        _counter("pages", "Pages that gave an article its text.", pages.read),
        _counter("pages_vain", "Pages that gave none, or came too late.", pages.vain),
    ]


def _of_jobs(jobs: Jobs) -> list[Metric]:
    runs = tuple(
        Sample(times, {"job": job, "outcome": outcome})
        for (job, outcome), times in sorted(jobs.counts.items())
    )
    return [Metric("tagwire_jobs_total", "counter", "Runs of jobs, by how they ended.", runs)]


def _of_chat(chat: ChatSide | None, inbox: Inbox) -> list[Metric]:
    if chat is None:
        return []
    return [
        _gauge(
            "telegram_silent_seconds", "Since Telegram last answered or delivered.", chat.silent_s
        ),
        _counter("updates", "Updates of Telegram that were taken.", inbox.recorded),
        _counter("updates_repeated", "Updates that came again.", inbox.repeated),
        _counter("updates_dropped", "Updates of chats that flood the bot.", chat.dropped),
        _gauge("updates_open", "Updates that are not yet answered.", inbox.waiting),
    ]


def _of_webhook(deliveries: Deliveries | None) -> list[Metric]:
    if deliveries is None:
        return []
    return [
        _counter("webhook_refused", "Deliveries without the secret.", deliveries.refused),
        _counter("webhook_put_off", "Deliveries that shall come again.", deliveries.put_off),
    ]


def _of_hubs(hubs: Hubs | None) -> list[Metric]:
    if hubs is None:
        return []
    return [
        _counter("pushes", "Deliveries of hubs that were taken.", hubs.taken),
        _counter("pushes_refused", "Deliveries that did not prove themselves.", hubs.refused),
    ]


def _counter(name: str, meaning: str, value: float) -> Metric:
    return Metric(f"tagwire_{name}_total", "counter", meaning, (Sample(value),))


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return Metric(f"tagwire_{name}", "gauge", meaning, (Sample(value),))
