"""A chart as a picture that can be read on a phone, in the dark and by the colour-blind."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from bot.core.charts import Chart, Panel, Series
from bot.pictures.fonts import families

INCHES = 5.4
TALL = 8.1
"""As tall as a phone is where several parts stand above each other."""
SHADES = 128
"""Colours of the picture: enough for its smooth edges, and a third of the bytes."""
DOTS = 200
"""1,080 dots: as wide as a phone, on which a text of 10 points is as tall as a chat's."""
_MARKS = "os^Dv*"
_LINES = ("-", "--", "-.", ":", "-", "--")
_LONGEST = 26
"""Characters of a name beside a bar or in the legend."""


@dataclass(frozen=True, slots=True)
class Colours:
    """A set of colours; the lines' are told apart by the colour-blind too (Okabe and Ito)."""

    paper: str
    ink: str
    grid: str
    lines: tuple[str, ...]


LIGHT = Colours(
    "#ffffff", "#1f2328", "#d8dee4",
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9"),
)  # fmt: skip
DARK = Colours(
    "#17212b", "#e6edf3", "#33414e",
    ("#56b4e9", "#e69f00", "#2ec4a0", "#e79ac5", "#f0e442", "#9db7ff"),
)  # fmt: skip


def draw(chart: Chart) -> bytes:
    """Return the picture as PNG."""
    colours = DARK if chart.dark else LIGHT
    style = {
        "font.family": families(chart.language),
        "font.size": 10,
        "text.color": colours.ink,
        "axes.facecolor": colours.paper,
        "axes.edgecolor": colours.grid,
        "axes.labelcolor": colours.ink,
        "xtick.color": colours.ink,
        "ytick.color": colours.ink,
        "figure.facecolor": colours.paper,
        # What people wrote is no formula.
        "text.parse_math": False,
    }
    with rc_context(style):
        size = (INCHES, TALL if chart.panels else INCHES)
        figure: Any = Figure(figsize=size, dpi=DOTS, layout="constrained")
        canvas: Any = FigureCanvasAgg(figure)
        figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
        figure.suptitle(chart.title, fontsize=13)
        above = figure
        if chart.shares:
            ratios = (3, 1) if chart.panels else (3, 2)
            above, below = figure.subfigures(2, 1, height_ratios=ratios)
            _shares(below.subplots(), chart, colours)
        if chart.panels:
            _panels(above, chart, colours)
        else:
            _days(above.subplots(), chart, colours)
        # `savefig` would draw everything twice.
        canvas.draw()
    out = BytesIO()
    picture: Any = Image.fromarray(np.asarray(canvas.buffer_rgba()))
    few = picture.convert("RGB").quantize(
        SHADES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    few.save(out, "png")
    return out.getvalue()


def _days(axes: Any, chart: Chart, colours: Colours) -> None:
    where = range(len(chart.days))
    if len(chart.series) == 1:
        axes.bar(where, chart.series[0].counts, color=colours.lines[0])
    else:
        for number, one in enumerate(chart.series):
            axes.plot(
                where,
                one.counts,
                color=colours.lines[number % len(colours.lines)],
                linestyle=_LINES[number % len(_LINES)],
                marker=_MARKS[number % len(_MARKS)],
                markersize=4,
                label=_label(one),
            )
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False, fontsize=9
        )
    axes.set_xticks(where, chart.days)
    axes.set_ylim(bottom=0)
    _count(axes, colours, 6)


def _panels(ground: Any, chart: Chart, colours: Colours) -> None:
    ratios = [3, *[2] * (len(chart.panels) - 1)]
    rows = ground.subplots(
        len(chart.panels), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": ratios}
    )
    for (axes,), panel in zip(rows, chart.panels, strict=True):
        _stacked(axes, panel, colours)
        named = [(place, name) for place, name in enumerate(chart.days) if name]
        axes.set_xticks([place for place, _ in named], [name for _, name in named], fontsize=9)
    axes.set_xlim(-0.6, len(chart.days) - 0.4)


def _stacked(axes: Any, panel: Panel, colours: Colours) -> None:
    below = np.zeros(len(panel.series[0].counts))
    for number, one in enumerate(panel.series):
        colour = colours.lines[number % len(colours.lines)]
        where = range(len(one.counts))
        axes.bar(where, one.counts, 0.9, bottom=below, color=colour, label=_label(one))
        below += one.counts
    axes.set_title(panel.title, fontsize=10, loc="left")
    if len(panel.series) > 1:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1, 1), ncols=len(panel.series), frameon=False,
            fontsize=9, borderaxespad=0, handlelength=1, columnspacing=1,
        )  # fmt: skip
    axes.set_ylim(0, max(1.0, 1.1 * below.max()))
    _count(axes, colours, 4)


def _count(axes: Any, colours: Colours, lines: int) -> None:
    """Count in whole numbers beside the axes, with about so many lines."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins=lines, integer=True, min_n_ticks=2))
    axes.grid(axis="y", color=colours.grid)
    _bare(axes)


def _shares(axes: Any, chart: Chart, colours: Colours) -> None:
    shares = list(reversed(chart.shares))
    bars = axes.barh(
        range(len(shares)), [count for _, count in shares], color=colours.lines[1], height=0.7
    )
    axes.bar_label(bars, padding=4)
    axes.set_yticks(range(len(shares)), [_short(name) for name, _ in shares])
    axes.set_xticks([])
    axes.margins(x=0.12)
    axes.set_title(chart.shares_title, fontsize=10, loc="left")
    _bare(axes)


def _bare(axes: Any) -> None:
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _label(one: Series) -> str:
    # An underscore at the beginning keeps a line out of the legend.
    return f"\u200b{_short(one.name)} ({one.total})"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
