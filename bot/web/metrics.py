"""/metrics: figures in Prometheus' text format (prometheus.io/docs, exposition formats)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

_TYPE = "text/plain; version=0.0.4"
_NOTHING: Mapping[str, str] = {}
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure; where a metric has several, labels tell them apart."""

    value: float
    labels: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure, or several of a kind; a counter's name ends in `_total`."""

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    samples: tuple[Sample, ...]


def write(metrics: Iterable[Metric]) -> str:
    """Write metrics as Prometheus reads them; one without samples is left out."""
    lines = []
    for metric in metrics:
        if not metric.samples:
            continue
        meaning = metric.meaning.replace("\\", "\\\\").replace("\n", "\\n")
        lines.append(f"# HELP {metric.name} {meaning}")
        lines.append(f"# TYPE {metric.name} {metric.kind}")
        lines.extend(f"{metric.name}{_labels(one)} {one.value:.17g}" for one in metric.samples)
    return "".join(f"{line}\n" for line in lines)


def route(look: Callable[[], Awaitable[Iterable[Metric]]]) -> web.RouteDef:
    """Return the page."""

    async def metrics(_: web.Request) -> web.Response:
        body = write(await look()).encode()
        return web.Response(body=body, headers={"Content-Type": f"{_TYPE}; charset=utf-8"})

    return web.get("/metrics", metrics)


def _labels(sample: Sample) -> str:
    if not sample.labels:
        return ""
    pairs = (f'{name}="{value.translate(_ESCAPED)}"' for name, value in sample.labels.items())
    return "{" + ",".join(pairs) + "}"
