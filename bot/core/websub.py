"""WebSub without the wire: what a hub is asked, what it promises, what proves its deliveries."""

import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.records import Push

LEASE_S = 864_000
"""What a hub is asked for: ten days."""
LEAST_LEASE_S, MOST_LEASE_S = 300, 7_776_000
_RENEWED_AFTER = 0.8
"""The part of a lease after which it is renewed."""
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""What hubs sign with (W3C WebSub, 7.1); old ones with sha1."""
_LINKS_READ = 8_192
_LINK = re.compile(r"<([^<>]{1,2048})>((?:[^<,\"]|\"[^\"]{0,200}\"){0,512})")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";,]{1,100})", re.IGNORECASE)


def links(values: Iterable[str]) -> dict[str, str]:
    """Return relation -> address of Link headers; of several, the first."""
    found: dict[str, str] = {}
    for address, parameters in _LINK.findall(", ".join(values)[:_LINKS_READ]):
        relation = _RELATION.search(parameters)
        for name in relation[1].lower().split() if relation else ():
            found.setdefault(name, address.strip())
    return found


def request(push: Push, callback: str) -> dict[str, str]:
    """Return what to ask the hub: to push, or, where the source is gone, to do so no more."""
    form = {"hub.topic": push.topic, "hub.callback": callback}
    if push.source_id is None:
        return {"hub.mode": "unsubscribe", **form}
    lease = {"hub.lease_seconds": str(LEASE_S), "hub.secret": push.secret}
    return {"hub.mode": "subscribe", **form, **lease}


def lease(said: str, now: datetime) -> tuple[datetime, datetime]:
    """Return when a lease ends, and when to renew it; `said` is the hub's word in seconds."""
    known = said.isascii() and said.isdecimal() and len(said) < 12
    seconds = min(max(int(said) if known else LEASE_S, LEAST_LEASE_S), MOST_LEASE_S)
    return now + timedelta(seconds=seconds), now + timedelta(seconds=seconds * _RENEWED_AFTER)


def is_signed(body: bytes, secret: str, signature: str) -> bool:
    """Tell whether a delivery's `X-Hub-Signature` was made with the secret."""
    method, _, digest = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    right = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(right.encode(), digest.lower().encode(errors="surrogateescape"))
