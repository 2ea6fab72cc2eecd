"""Hosts that asked for a pause: nothing of theirs is asked for until it is over."""

from datetime import datetime

from yarl import URL


class Holds:
    """One host's 429 or 503 with a Retry-After holds every source that lives there."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def hold(self, address: str, until: datetime) -> None:
        """Ask nothing of this address' host until then."""
        host = _host(address)
        self._until[host] = max(until, self._until.get(host, until))

    def remaining(self, address: str, now: datetime) -> float:
        """Return the seconds that the host still wants its peace; 0 where it does not."""
        if not self._until:
            return 0.0
        host = _host(address)
        until = self._until.get(host)
        if until is None:
            return 0.0
        if until <= now:
            del self._until[host]
            return 0.0
        return (until - now).total_seconds()


def _host(address: str) -> str:
    """Return host and port, as they stand for one server."""
    try:
        return URL(address).authority
    except ValueError:
        return address
