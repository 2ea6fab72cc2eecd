"""The child process that draws: `python -m bot.pictures.worker`."""

from bot.pictures.draw import draw
from bot.pictures.wire import pack_picture, unpack_chart
from bot.sources.child import work


def answer(head: bytes, _body: bytes) -> bytes:
    """Draw one picture."""
    return pack_picture(draw(unpack_chart(head)))


if __name__ == "__main__":
    work(answer)
