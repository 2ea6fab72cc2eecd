"""How the child process that draws is spoken to."""

import json
from dataclasses import asdict
from typing import Any

from bot.core.charts import Chart, Panel, Series
from bot.sources.wire import FRAME


def pack_chart(chart: Chart) -> bytes:
    """Return the frame that asks for a picture."""
    head = json.dumps(asdict(chart)).encode()
    return FRAME.pack(len(head), 0) + head


def unpack_chart(head: bytes) -> Chart:
    """Return what a frame asks for."""
    said = json.loads(head)
    said["days"] = tuple(said["days"])
    said["series"] = _series(said["series"])
    said["panels"] = tuple(Panel(one["title"], _series(one["series"])) for one in said["panels"])
    said["shares"] = tuple((name, count) for name, count in said["shares"])
    return Chart(**said)


def _series(said: list[dict[str, Any]]) -> tuple[Series, ...]:
    return tuple(Series(one["name"], tuple(one["counts"])) for one in said)


def pack_picture(picture: bytes) -> bytes:
    """Return the frame that answers."""
    return FRAME.pack(0, len(picture)) + picture
