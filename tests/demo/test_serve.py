"""The server in a process of its own."""

import signal
import subprocess
import sys

import aiohttp

from bot.demo.botapi import TOKEN


async def test_it_says_its_address_takes_any_chat_and_stops_when_asked(
    session: aiohttp.ClientSession,
) -> None:
    with subprocess.Popen(  # noqa: ASYNC220 - the first line comes within a second
        [sys.executable, "-m", "bot.demo.serve", "--no-limits", "--keep", "2"],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        for number in range(5):
            message = {"chat_id": 5000, "text": str(number)}
            async with session.post(f"{url}/bot{TOKEN}/sendMessage", json=message) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
