"""What a hub is asked, what it promises, and what proves its deliveries."""

import hmac
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import websub
from bot.core.source_state import hub_of
from storage.records import Push, PushId, SourceId
from tests.storage.makers import NOW

PUSH = Push(
    PushId(1), SourceId(2), "https://hub.example/", "https://paper.example/feed", "token", "secret",
    NOW, 0, None, None, "",
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], {}),
        (
            ['<https://hub.example/>; rel="hub", <https://a.example/feed>; rel=self'],
            {"hub": "https://hub.example/", "self": "https://a.example/feed"},
        ),
        (
            ['<https://a.example/>; title="x"; REL="Hub next"', '<https://b.example/>; rel="hub"'],
            {"hub": "https://a.example/", "next": "https://a.example/"},
        ),
        (["<https://a.example/>", "nonsense; rel=hub", "<<<<>>>>"], {}),
    ],
)
def test_links_of_a_header_are_read(values: list[str], found: dict[str, str]) -> None:
    assert websub.links(values) == found


def test_no_header_takes_long() -> None:
    before = time.process_time()
    websub.links(["<" * 100_000, "<a>;" * 100_000, "<a>" + "; rel" * 100_000])
    assert time.process_time() - before < 0.5


def test_a_hub_is_asked_to_push_or_where_the_source_is_gone_not_to() -> None:
    asked = websub.request(PUSH, "https://me.example/websub/token")
    assert asked == {
        "hub.mode": "subscribe",
        "hub.topic": "https://paper.example/feed",
        "hub.callback": "https://me.example/websub/token",
        "hub.lease_seconds": "864000",
        "hub.secret": "secret",
    }
    left = websub.request(replace(PUSH, source_id=None), "https://me.example/websub/token")
    assert left == {
        "hub.mode": "unsubscribe",
        "hub.topic": "https://paper.example/feed",
        "hub.callback": "https://me.example/websub/token",
    }


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("86400", 86_400), ("1", 300), ("99999999999", 7_776_000), ("", 864_000), ("-5", 864_000),
     ("9" * 5_000, 864_000), ("٣", 864_000)],
)  # fmt: skip
def test_a_lease_is_renewed_before_it_ends(said: str, seconds: int) -> None:
    ends, renewed = websub.lease(said, NOW)
    assert ends == NOW + timedelta(seconds=seconds)
    assert NOW < renewed < ends


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512", "SHA256"])
def test_a_delivery_is_proved_by_the_hash_of_its_body(method: str) -> None:
    digest = hmac.new(b"secret", b"body", method.lower()).hexdigest()
    assert websub.is_signed(b"body", "secret", f"{method}={digest}")
    assert websub.is_signed(b"body", "secret", f"{method}={digest.upper()}")
    assert not websub.is_signed(b"bodY", "secret", f"{method}={digest}")
    assert not websub.is_signed(b"body", "secre", f"{method}={digest}")


@pytest.mark.parametrize(
    "signature", ["", "sha256", "sha256=", "md5=" + "0" * 32, "=", "sha256=é\udce9", "sha256=" * 99]
)
def test_anything_else_proves_nothing(signature: str) -> None:
    assert not websub.is_signed(b"body", "secret", signature)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("", None),
        ("{}", None),
        ('{"hub":"https://h.example/"}', ("https://h.example/", "https://a.example/feed")),
        (
            '{"hub":"https://h.example/","self_url":"https://b.example/"}',
            ("https://h.example/", "https://b.example/"),
        ),
    ],
)
def test_a_source_is_known_to_its_hub_by_its_own_name(
    state: str, found: tuple[str, str] | None
) -> None:
    assert hub_of(state, "https://a.example/feed") == found


def test_a_strangers_feed_cannot_have_us_ask_what_is_the_operators_own() -> None:
    state = '{"hub":"http://10.0.0.1/hub"}'
    assert hub_of(state, "https://stranger.example/feed") is None
    assert hub_of(state, "http://10.0.0.2/feed") == ("http://10.0.0.1/hub", "http://10.0.0.2/feed")
