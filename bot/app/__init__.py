"""The only place that puts the house together; starts and stops in order."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app.house import PARTS, House
from bot.app.memory import rest_what_is_there
from bot.app.workshop import SAMPLE, Workshop, open_workshop
from bot.core.aliases import countries_by_key
from bot.demo.replay import Captures
from bot.demo.stage import DemoWorld, Options, run_demo
from bot.services.check import Checked, check_database, check_sources, check_token, check_web
from bot.settings import Settings
from bot.telegram.hello import ask_name, make_bot
from storage.records import NewSource
from storage.store import Store

__all__ = [
    "PARTS",
    "SAMPLE",
    "House",
    "Workshop",
    "demonstrate",
    "open_workshop",
    "run_house",
    "try_everything",
]

log = logging.getLogger(__name__)


async def run_house(settings: Settings, parts: frozenset[str], stop: asyncio.Event) -> None:
    """Run until `stop` is set, then stop in order; raises what ended it before."""
    async with open_workshop(settings) as shop:
        house = House(shop, parts)
        try:
            if "chat" in parts:  # A quarter of a second, for nobody's answer.
                await asyncio.to_thread(countries_by_key)
            await house.start()
            rest_what_is_there()
            log.info("started: %s", ", ".join(sorted(parts)))
            await house.wait(stop)
        finally:
            await house.stop()
            log.info("stopped")


async def try_everything(settings: Settings) -> AsyncIterator[Checked]:
    """Try the web side's settings, token, database and sources, one after the other."""
    yield check_web(settings)
    yield await check_token(lambda: _name_of_the_bot(settings))
    database, store = await check_database(lambda: Store.open(settings.database_url))
    yield database
    if store is None:
        return
    await store.close()
    async with open_workshop(settings) as shop:
        await shop.first_start()
        async for checked in check_sources(shop.store, shop.web, shop.clock.now()):
            yield checked


async def _name_of_the_bot(settings: Settings) -> str:
    bot = make_bot(settings)
    try:
        return await ask_name(bot)
    finally:
        await bot.shutdown()


async def demonstrate(feeds: Path | None, pace: float) -> int:
    """Run the demo: the same house, with a world of its own on loopback."""
    programme = Captures(feeds) if feeds is not None else None
    with tempfile.TemporaryDirectory(prefix="tagwire-demo-") as folder:
        async with AsyncExitStack() as stack:

            async def start(world: DemoWorld) -> House:
                settings = _demo_settings(world, Path(folder))
                shop = await stack.enter_async_context(open_workshop(settings))
                await shop.lists.load([NewSource(url, title) for url, title in world.sources])
                house = House(
                    shop, poll_interval_s=world.poll_every_s, poll_tick_s=0.25, gather_edits_s=1.5
                )
                await house.start()
                return house

            return await run_demo(start, Options(programme=programme, pace=pace))


class _DemoSettings(Settings):
    """Settings that nothing of the environment, nor of `.env`, can change."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's own signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is given, and nothing else."""
        return (init_settings,)


def _demo_settings(world: DemoWorld, folder: Path) -> Settings:
    return _DemoSettings.model_validate(
        {
            "token": world.token,
            "api_url": world.api_url,
            "database_url_given": f"sqlite:///{folder / 'demo.db'}",
            "data_dir": folder,
            "sources": "none",
            "fetch_articles": False,
            "allowed_networks": ("127.0.0.0/8",),
            "admins": frozenset({world.user_id}),
        }
    )
