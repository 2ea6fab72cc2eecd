"""The smallest bot that the demo can show: it repeats what it hears and reads the papers."""

import asyncio
from contextlib import suppress
from typing import Any, Self

import aiohttp

from bot.demo.stage import DemoWorld

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "More", "callback_data": "more"}, {"text": "Site", "url": "https://e.example/"}]
    ]
}


class Parrot:
    """Answers over real HTTP, polls the newsroom, and edits a message when a button is pressed."""

    def __init__(self, world: DemoWorld) -> None:
        self.world = world
        self.stopped = False
        self._session = aiohttp.ClientSession()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def start(cls, world: DemoWorld) -> Self:
        parrot = cls(world)
        await parrot.ask(
            "setMyCommands",
            commands=[
                {"command": "subscribe", "description": "Follow a tag"},
                {"command": "start", "description": "Begin"},
            ],
        )
        parrot._tasks = [
            asyncio.create_task(parrot._listen()),
            asyncio.create_task(parrot._read_papers()),
        ]
        return parrot

    async def ask(self, method: str, **params: Any) -> Any:
        url = f"{self.world.api_url}/bot{self.world.token}/{method}"
        async with self._session.post(url, json=params) as answer:
            return (await answer.json()).get("result")

    async def subscribed(self) -> None:
        """Nobody subscribes with a parrot."""

    async def tell(self) -> list[str]:
        return ["It read all of it."]

    async def idle(self) -> None:
        if not self.world.newsroom.published:
            return
        await self.ask(
            "sendMessage",
            chat_id=self.world.user_id,
            text="That was all.",
            disable_notification=True,
        )

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        self.stopped = True

    async def _listen(self) -> None:
        offset = 0
        while True:
            for update in await self.ask("getUpdates", offset=offset, timeout=30) or []:
                offset = update["update_id"] + 1
                if "message" in update:
                    await self._repeat(update["message"])
                else:
                    await self._edit(update["callback_query"])

    async def _repeat(self, message: dict[str, Any]) -> None:
        await self.ask(
            "sendMessage",
            chat_id=message["chat"]["id"],
            text=f'You said <b>{message["text"]}</b>\n<a href="https://e.example/a">here</a>, see?',
            parse_mode="HTML",
            reply_markup=KEYBOARD,
        )

    async def _edit(self, query: dict[str, Any]) -> None:
        await self.ask("answerCallbackQuery", callback_query_id=query["id"])
        message = query["message"]
        await self.ask(
            "editMessageText",
            chat_id=message["chat"]["id"],
            message_id=message["message_id"],
            text=f"{message['text']}\nand more",
        )

    async def _read_papers(self) -> None:
        with suppress(aiohttp.ClientError):
            while True:
                for url, _ in self.world.sources:
                    async with self._session.get(url) as answer:
                        await answer.read()
                await asyncio.sleep(0.01)
