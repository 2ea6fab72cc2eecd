"""Draws charts in a child process: drawing takes a tenth of a second, and memory for good."""

import logging
from collections import OrderedDict

from bot.core.charts import Chart
from bot.pictures.wire import pack_chart
from bot.sources.pool import Craft, Pool

log = logging.getLogger(__name__)

KEPT = 30
"""Pictures that are kept: people press the same button twice, and many ask for one tag."""
_WALL_S = 20.0
_MEMORY = 1_500_000_000


def _no_picture(words: str) -> bytes:
    log.warning("a picture was not drawn: the chart %s", words)
    return b""


DRAWING: Craft[Chart, bytes] = Craft("bot.pictures.worker", pack_chart, bytes, _no_picture)


def _pool() -> Pool[Chart, bytes]:
    return Pool(DRAWING, 1, wall_s=_WALL_S, memory=_MEMORY)


class Painter:
    """Draws one picture at a time; the child is started with the first."""

    def __init__(self) -> None:
        self._pool = _pool()
        self._kept: OrderedDict[Chart, bytes] = OrderedDict()
        self._drawn = False
        """Whether anything was drawn since the last rest."""

    async def draw(self, chart: Chart) -> bytes:
        """Return the picture as PNG; empty: it could not be drawn."""
        kept = self._kept.get(chart)
        if kept is not None:
            return kept
        self._drawn = True
        picture = await self._pool.ask(chart)
        if picture:
            self._kept[chart] = picture
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return picture

    async def rest(self) -> None:
        """End the child where nothing was drawn since the last time; call it now and then."""
        if self._drawn:
            self._drawn = False
            return
        idle, self._pool = self._pool, _pool()
        await idle.close()

    async def close(self) -> None:
        """End the child."""
        await self._pool.close()
