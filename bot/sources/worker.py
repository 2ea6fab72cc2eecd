"""The child process that parses feeds: `python -m bot.sources.worker`."""

import feedparser.api

from bot.sources.child import work
from bot.sources.parse import parse
from bot.sources.wire import pack_parsed, unpack_task


def answer(head: bytes, body: bytes) -> bytes:
    """Parse one feed."""
    return pack_parsed(parse(unpack_task(head, body)))


if __name__ == "__main__":
    feedparser.api.PREFERRED_XML_PARSERS.clear()  # else an import fails with each document
    work(answer)
