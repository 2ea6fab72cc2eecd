"""What is remembered of a source from poll to poll."""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.urls import is_inward


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of a source from poll to poll; kept as JSON."""

    whole_at: float | None = None
    """When the whole document last came (not a 304)."""
    ttl_s: float | None = None
    """What the document itself asked for; a 304 does not repeat it."""
    hub: str = ""
    self_url: str = ""
    gone_at: float | None = None
    failing_since: float | None = None
    moved_to: str = ""
    moved_days: tuple[int, ...] = ()
    times: tuple[float, ...] = ()
    """When its latest articles appeared, oldest first."""
    pushed_at: float | None = None
    """When its hub last pushed; forgotten as soon as a poll finds what the hub did not push."""
    usual: float = 0.0
    """New articles of a poll that brings any, on average."""
    missed_mark: bool = False
    """The poll just after the hour found nothing; the next is soon."""
    took_s: float = 0.0
    """How long its server usually takes to answer."""

    @classmethod
    def load(cls, text: str) -> "State":
        """Return a kept state; what cannot be read is forgotten, never an error."""
        try:
            said = json.loads(text) if text else {}
            known = {name: said[name] for name in cls.__slots__ if name in said}
            found = cls(**known)
            return replace(
                found,
                times=tuple(float(at) for at in found.times),
                moved_days=tuple(int(day) for day in found.moved_days),
            )
        except (ValueError, TypeError):
            return cls()

    def dump(self) -> str:
        """Return the state as it is kept, without what has its default."""
        said = {name: getattr(self, name) for name in self.__slots__}  # `asdict` copies deeply.
        kept = {name: value for name, value in said.items() if value not in (None, "", (), 0)}
        return json.dumps(kept, separators=(",", ":"))


_TOOK = re.compile(r'"took_s":([0-9.]+)')


def took_s(state: str) -> float:
    """Return how many seconds a source's server usually takes; 0: not known, or no time at all.

    Read where it stands, for an operator's question looks at thousands of sources. No text of a
    state can look like it: JSON writes a quotation mark in a text as two characters.
    """
    found = _TOOK.search(state)
    return float(found[1]) if found is not None else 0.0


def hub_of(state: str, url: str) -> tuple[str, str] | None:
    """Return the hub that a source names, and what the source is called there; None without.

    A hub in the operator's own network is only asked for a source that lives there too.
    """
    kept = State.load(state)
    if not kept.hub or (is_inward(kept.hub) and not is_inward(url)):
        return None
    return kept.hub, kept.self_url or url


def pushed_at(state: str) -> datetime | None:
    """Return when a source's hub last pushed; None where it does not, or left something out."""
    at = State.load(state).pushed_at
    return None if at is None else datetime.fromtimestamp(at, UTC)
