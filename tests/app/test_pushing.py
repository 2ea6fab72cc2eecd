"""What hubs push to a process that does not poll is polled by one that does."""

import hmac

from bot.app.polling import make_pushing
from bot.app.workshop import open_workshop
from bot.services.hubs import Delivery
from bot.settings import Settings
from storage.records import NewPush, NewSource, SourcePolled
from tests.fakes.clock import FakeClock


def settings(database_url: str, **said: str) -> Settings:
    known = {"database_url_given": database_url, "sources": "none", **said}
    return Settings.model_validate(known)


async def test_a_process_that_does_not_poll_makes_the_source_due(sqlite_url: str) -> None:
    clock = FakeClock()
    reachable = settings(sqlite_url, http_listen="127.0.0.1:0", public_url="https://n.example")
    async with open_workshop(reachable, clock) as shop:
        pushing = make_pushing(shop, "me", None)
        assert pushing is not None
        now = clock.now()
        async with shop.store.write() as tx:
            source, _ = await tx.sources.add(NewSource("https://paper.example/feed"), now)
            await tx.sources.record(SourcePolled(source.id, now, now.replace(hour=23), 60))
            await tx.pushes.add(NewPush(source.id, "https://h.example/", "t", "token", "key"), now)
        signature = "sha256=" + hmac.new(b"key", b"body", "sha256").hexdigest()
        assert await pushing.hubs.take("token", Delivery(b"body", "text/xml", signature, {}))
        async with shop.store.write() as tx:
            assert [one.id for one in await tx.sources.claim_due(now, 9, 60, "p")] == [source.id]
        await pushing.stop()


async def test_nobody_pushes_where_nobody_reaches_us(sqlite_url: str) -> None:
    for said in ({}, {"public_url": "https://n.example"}, {"http_listen": "127.0.0.1:0"}):
        async with open_workshop(settings(sqlite_url, **said)) as shop:
            assert make_pushing(shop, "me", None) is None
