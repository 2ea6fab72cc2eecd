"""The child process that reads articles' pages: `python -m bot.sources.page_worker`."""

from bot.sources.child import work
from bot.sources.extract import extract
from bot.sources.wire import pack_page_text, unpack_page


def answer(head: bytes, body: bytes) -> bytes:
    """Read one page."""
    return pack_page_text(extract(unpack_page(head, body)))


if __name__ == "__main__":
    work(answer)
