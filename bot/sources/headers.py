"""What an answer's headers say: when to come back, in which letters, and errors in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from multidict import MultiMapping

from bot.core.entries import Hints
from bot.core.websub import links

_FAR_S = 31_536_000.0
"""A year: whoever asks for more than this means nothing by it."""

_WORDS = {
    401: "asks for a password (401)",
    402: "asks for money (402)",
    403: "does not let us in (403)",
    404: "has nothing at this address (404)",
    407: "cannot be reached: the proxy answers with an error (407)",
    410: "is gone for good (410)",
    429: "asks us to come less often (429)",
    451: "may not answer for legal reasons (451)",
    503: "is out of order for now (503)",
}


def words(status: int) -> str:
    """Return a status other than 200 in words that may follow a source's name."""
    return _WORDS.get(status, f"answers with an error ({status})")


def refused_by_proxy(status: int) -> str:
    """Return, in words that may follow a source's name, that our proxy did not lead there."""
    return f"cannot be reached: the proxy answers with an error ({status})"


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds of a Retry-After; None where it is missing, past or absurd."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdecimal():
        return _sane(float(said[:15]))
    at = _time(said)
    return None if at is None else _sane((at - now).total_seconds())


def hints(headers: Mapping[str, str], now: datetime) -> Hints:
    """Return what the headers say of when to come back."""
    found = links(headers.getall("Link", [])) if isinstance(headers, MultiMapping) else {}
    return Hints(
        max_age_s=_max_age(headers, now), hub=found.get("hub", ""), self_url=found.get("self", "")
    )


def charset(headers: Mapping[str, str]) -> str:
    """Return the character set that the content type names, or an empty text."""
    for part in headers.get("Content-Type", "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40]
    return ""


def _max_age(headers: Mapping[str, str], now: datetime) -> float | None:
    """Cache-Control goes before Expires (RFC 9111, 5.3)."""
    for part in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name in ("no-store", "no-cache"):
            return None
        if name == "max-age":
            value = value.strip('" ')
            return _sane(float(value[:15])) if value.isascii() and value.isdecimal() else None
    expires = _time(headers.get("Expires", ""))
    if expires is None:
        return None
    return _sane((expires - (_time(headers.get("Date", "")) or now)).total_seconds())


def _sane(seconds: float) -> float | None:
    return seconds if 0 < seconds <= _FAR_S else None


def _time(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
