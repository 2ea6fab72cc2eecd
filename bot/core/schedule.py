"""When to poll a source again: its rhythm, its hints and its failures in, a decision out."""

import json
from datetime import UTC, datetime, timedelta

_DAY = timedelta(days=1)


def wants_whole(state: str, now: datetime) -> bool:
    """Tell whether the source should be read without validators: at least once a day."""
    at = _loaded(state).get("whole_at")
    if not isinstance(at, int | float):
        return False
    return now - datetime.fromtimestamp(at, UTC) >= _DAY


def _loaded(state: str) -> dict[str, object]:
    try:
        found = json.loads(state) if state else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
