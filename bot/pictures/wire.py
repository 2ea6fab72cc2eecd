"""How the child process that draws is spoken to."""

import json
from dataclasses import asdict

from bot.core.charts import Chart, Series
from bot.sources.wire import FRAME


def pack_chart(chart: Chart) -> bytes:
    """Return the frame that asks for a picture."""
    head = json.dumps(asdict(chart)).encode()
    return FRAME.pack(len(head), 0) + head


def unpack_chart(head: bytes) -> Chart:
    """Return what a frame asks for."""
    said = json.loads(head)
    said["days"] = tuple(said["days"])
    said["series"] = tuple(Series(one["name"], tuple(one["counts"])) for one in said["series"])
    said["shares"] = tuple((name, count) for name, count in said["shares"])
    return Chart(**said)


def pack_picture(picture: bytes) -> bytes:
    """Return the frame that answers."""
    return FRAME.pack(0, len(picture)) + picture
