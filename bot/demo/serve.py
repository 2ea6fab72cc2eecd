"""The Bot API server in a process of its own: `python -m bot.demo.serve --port 8081`."""

import argparse
import asyncio
import signal
import sys

from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.flood import Limits


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; the first line on standard output is the address."""
    parser = argparse.ArgumentParser(prog="bot.demo.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--no-limits", action="store_true", help="never answer 429")
    parser.add_argument("--keep", type=int, default=1000, help="messages a chat, ledger lines")
    chosen = parser.parse_args(arguments)
    limits = Limits.none() if chosen.no_limits else Limits()
    server = BotApiServer(chosen.token, limits=limits, keep=chosen.keep, create_chats=True)
    with _runner() as runner:
        runner.run(_serve(server, chosen.port))
    return 0


async def _serve(server: BotApiServer, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await server.start(port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    await stopped.wait()
    await server.stop()


def _runner() -> asyncio.Runner:
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


if __name__ == "__main__":
    sys.exit(main())
