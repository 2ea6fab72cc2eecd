"""/metrics, as Prometheus reads it."""

import re
from collections.abc import Iterable

import aiohttp
from hypothesis import given
from hypothesis import strategies as st

from bot.web import metrics
from bot.web.metrics import Metric, Sample, write
from tests.web.conftest import Listen

LINE = re.compile(
    r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
    r'(?:\{(?P<labels>(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? '
    r"(?P<value>[-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|inf|nan))"
)
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
PLAIN = re.compile(r"\\(.)")


def read(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Read the format, strictly, by its published grammar."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    assert not text or text.endswith("\n")
    for line in text.split("\n")[:-1]:
        if line.startswith("# "):
            _, word, name, _ = line.split(" ", 3)
            assert word in {"HELP", "TYPE"}
            found.setdefault(name, {})
            continue
        parts = LINE.fullmatch(line)
        assert parts is not None, line
        labels = tuple(
            (name, PLAIN.sub(lambda one: "\n" if one[1] == "n" else one[1], value))
            for name, value in LABEL.findall(parts["labels"] or "")
        )
        found[parts["name"]][labels] = float(parts["value"])
    return found


def test_figures_are_written_with_their_meaning() -> None:
    runs = (Sample(3, {"job": "poll", "outcome": "done"}), Sample(1, {"job": "a", "outcome": "b"}))
    written = write(
        [
            Metric("tagwire_sent_total", "counter", "Messages.", (Sample(12),)),
            Metric("tagwire_jobs_total", "counter", "Runs.", runs),
            Metric("tagwire_nothing", "gauge", "Nothing.", ()),
            Metric("tagwire_silent_seconds", "gauge", "Silence.", (Sample(0.25),)),
        ]
    )
    assert written == (
        "# HELP tagwire_sent_total Messages.\n"
        "# TYPE tagwire_sent_total counter\n"
        "tagwire_sent_total 12\n"
        "# HELP tagwire_jobs_total Runs.\n"
        "# TYPE tagwire_jobs_total counter\n"
        'tagwire_jobs_total{job="poll",outcome="done"} 3\n'
        'tagwire_jobs_total{job="a",outcome="b"} 1\n'
        "# HELP tagwire_silent_seconds Silence.\n"
        "# TYPE tagwire_silent_seconds gauge\n"
        "tagwire_silent_seconds 0.25\n"
    )


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.floats(allow_nan=False),
)
def test_any_label_and_figure_can_be_read_again(label: str, meaning: str, value: float) -> None:
    written = write([Metric("m", "gauge", meaning, (Sample(value, {"l": label}),))])
    assert read(written) == {"m": {(("l", label),): value}}


async def test_the_page_has_the_type_that_prometheus_asks_for(
    listen: Listen, client: aiohttp.ClientSession
) -> None:
    async def look() -> Iterable[Metric]:
        return [Metric("tagwire_queue", "gauge", "Waiting.", (Sample(1_000_000),))]

    url = await listen(metrics.route(look))
    async with client.get(f"{url}/metrics") as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert read(await answer.text()) == {"tagwire_queue": {(): 1_000_000.0}}
