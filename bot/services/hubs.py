"""Hubs that push sources: asked, answered, believed only with their signature (WebSub)."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Protocol

from bot.clock import Clock
from bot.core import websub
from bot.core.source_state import hub_of
from bot.core.text import clean_line
from bot.core.urls import address_shown
from storage.records import NewPush, Push, SourceId
from storage.store import Store

log = logging.getLogger(__name__)

RETRY = timedelta(minutes=10)
"""When a hub is asked again that did not agree; then later and later."""
PATIENCE_S = 20.0
"""How long a hub may take to answer, and wait for its turn among others at the same host."""
_LATEST = timedelta(days=1)
_AT_ONCE = 20
_CALLED = "hubs.callback"
"""The named value that holds the address which hubs were last told to deliver to."""
_FAREWELLS = 3
"""So often a hub is told that a source is gone; then its lease may run out."""

TakesPush = Callable[[SourceId, bytes, str], Awaitable[None]]
"""Takes the body of a delivery, with its content type."""


class AsksHubs(Protocol):
    """The web, as far as this room needs it."""

    async def ask_hub(self, hub: str, form: Mapping[str, str]) -> str:
        """Ask a hub; return why it did not take it, in words that may follow its name, or none."""
        ...


class Known(Enum):
    """What a callback address is."""

    YES = "yes"
    ENDED = "ended"
    """It was ours, and is to end."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What somebody delivered to a callback address."""

    body: bytes = field(repr=False)
    content_type: str
    signature: str
    links: Mapping[str, str]
    """Relation -> address, of its Link headers."""


class Hubs:
    """Keeps an agreement with the hub of each source that names one.

        tick      what sources name and what is agreed are brought together; hubs that are due
                  are asked: for the first time, before their lease ends, or to push no more
        verify    a hub asks back whether it was us, at an address that nobody else knows
        take      a delivery with the right signature goes the way of everything that is read

    All of it lies in the database: it survives the process, and any process may answer a hub.
    Polling goes on, more seldom, whatever hubs do.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        web: AsksHubs,
        callback: str,
        take: TakesPush,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._store = store
        self._clock = clock
        self._web = web
        self._callback = callback
        self._take = take
        self._patience_s = patience_s
        self._told = False
        self.taken = 0
        """Deliveries that were believed."""
        self.refused = 0
        """Deliveries without the right signature, or of something else."""

    async def tick(self) -> None:
        """Bring together what is wanted and what is agreed, and ask the hubs that are due."""
        await self._align()
        now = self._clock.now()
        async with self._store.write() as tx:
            if not self._told and await tx.state.get(_CALLED) != self._callback.encode():
                # What was agreed under another address is delivered there, where nobody hears it.
                await tx.pushes.renew(now)
                await tx.state.put(_CALLED, self._callback.encode())
            due = await tx.pushes.claim_due(now, _AT_ONCE, now + RETRY)
        self._told = True
        await asyncio.gather(*map(self._ask, due))

    async def verify(self, token: str, said: Mapping[str, str]) -> str | None:
        """Return what to answer a hub that asks back; None where we want no such thing."""
        if await self.knows(token) is Known.NO:
            return None  # Nobody who guesses gets to write.
        now = self._clock.now()
        mode = said.get("hub.mode", "")
        async with self._store.write() as tx:
            push = await tx.pushes.by_token(token)
            if push is None or said.get("hub.topic") != push.topic:
                return None
            if mode == "denied":
                words = f"refuses: {clean_line(said.get('hub.reason', ''), 200) or 'no reason'}"
                await tx.pushes.refused(push.id, words, now + _LATEST)
                return ""
            challenge = said.get("hub.challenge", "")
            if mode == "subscribe" and push.source_id is not None and challenge:
                until, renew_at = websub.lease(said.get("hub.lease_seconds", ""), now)
                await tx.pushes.agreed(push.id, until, renew_at)
                return challenge
            if mode == "unsubscribe" and push.source_id is None and challenge:
                await tx.pushes.forget(push.id)
                return challenge
        return None

    async def knows(self, token: str) -> Known:
        """Tell what a callback address is, before anything is read of a delivery to it."""
        async with self._store.read() as tx:
            push = await tx.pushes.by_token(token)
        if push is None:
            return Known.NO
        return Known.ENDED if push.source_id is None else Known.YES

    async def take(self, token: str, delivery: Delivery) -> bool:
        """Take a delivery; False where its signature or its topic is not right."""
        async with self._store.read() as tx:
            push = await tx.pushes.by_token(token)
        if push is None or push.source_id is None or not _is_true(push, delivery):
            self.refused += 1
            return False
        self.taken += 1
        async with self._store.write() as tx:
            await tx.pushes.came(push.id, self._clock.now())
        await self._take(push.source_id, delivery.body, delivery.content_type)
        return True

    async def standing(self) -> int:
        """Return how many sources are pushed to us."""
        async with self._store.read() as tx:
            return await tx.pushes.standing(self._clock.now())

    async def _align(self) -> None:
        async with self._store.read() as tx:
            wanted = {one.id: hub_of(one.state, one.url) for one in await tx.pushes.with_hubs()}
            agreed = {push.source_id: push for push in await tx.pushes.wanted()}
        left = [
            push.id for source, push in agreed.items()
            if source is None or wanted.get(source) != (push.hub, push.topic)
        ]  # fmt: skip
        new = [
            NewPush(source, *hub, secrets.token_urlsafe(24), secrets.token_urlsafe(32))
            for source, hub in wanted.items()
            if hub is not None and (source not in agreed or agreed[source].id in left)
        ]
        if not left and not new:
            return
        now = self._clock.now()
        async with self._store.write() as tx:
            await tx.lock("hubs")
            await tx.pushes.leave(left, now)
            known = {push.source_id for push in await tx.pushes.wanted()}
            for one in new:
                if one.source_id not in known and await tx.sources.get(one.source_id) is not None:
                    await tx.pushes.add(one, now)

    async def _ask(self, push: Push) -> None:
        ends = push.source_id is None
        form = websub.request(push, self._callback + push.token)
        try:
            async with asyncio.timeout(self._patience_s):
                error = await self._web.ask_hub(push.hub, form)
        except TimeoutError:
            error = "does not answer in time"
        if not error and not (ends and push.attempts >= _FAREWELLS):
            return  # It asks back; until then it is due again in a while.
        log.info("the hub %s %s", address_shown(push.hub), error or "does not ask back")
        now = self._clock.now()
        async with self._store.write() as tx:
            if ends and push.attempts >= _FAREWELLS:
                await tx.pushes.forget(push.id)
            else:
                wait = min(RETRY * 2.0 ** min(push.attempts, 16), _LATEST)
                await tx.pushes.failed(push, error, now + wait)


def _is_true(push: Push, delivery: Delivery) -> bool:
    """Tell whether a delivery is of the hub, and of this source."""
    topic = delivery.links.get("self", push.topic)
    return topic == push.topic and websub.is_signed(delivery.body, push.secret, delivery.signature)
