"""Subscriptions as a file."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.bundles import MOST, MOST_BYTES, Wish, read, write
from bot.core.query import parse_query
from bot.errors import FileError
from storage.records import ChatId, Mode, Place, QueryId, Rhythm, Subscription, SubscriptionId

KEPT = Subscription(
    id=SubscriptionId(1),
    place=Place(ChatId(1)),
    query_id=QueryId(1),
    query="samsung -baseball",
    shown="#Samsung -baseball",
    mode=Mode.SILENT,
    active=True,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    spelt="#Samsung -baseball",
    summary="long",
)


def test_what_is_written_can_be_read() -> None:
    other = replace(KEPT, spelt='#서울 also:"Blue House"', mode=Mode.INSTANT, summary="")
    weekly = replace(KEPT, spelt="#Korea", mode=Mode.DIGEST, summary="", rhythm=Rhythm(1_110, 4))
    written = write([KEPT, other, weekly])
    assert "서울" in written
    assert read(written.encode()).wishes == (
        Wish(parse_query("#Samsung -baseball"), Mode.SILENT, "long"),
        Wish(parse_query('#서울 also:"Blue House"'), Mode.INSTANT, ""),
        Wish(parse_query("#Korea"), Mode.DIGEST, "", Rhythm(1_110, 4)),
    )


@pytest.mark.parametrize(
    ("entry", "wish"),
    [
        ("#Korea", Wish(parse_query("#Korea"))),
        ({"query": "#Korea", "mode": "loud", "summary": "endless"}, Wish(parse_query("#Korea"))),
        ({"query": "#Korea", "mode": ["x"], "summary": {}}, Wish(parse_query("#Korea"))),
        ({"query": "#Korea", "digest": "daily"}, Wish(parse_query("#Korea"))),
        ({"query": "#Korea", "digest": {"minute": 1_440}}, Wish(parse_query("#Korea"))),
        ({"query": "#Korea", "digest": {"minute": True}}, Wish(parse_query("#Korea"))),
        ({"query": "#Korea", "digest": {"minute": 0, "weekday": 7}}, Wish(parse_query("#Korea"))),
        (
            {"query": "#Korea", "digest": {"minute": 0}},
            Wish(parse_query("#Korea"), rhythm=Rhythm(0)),
        ),
    ],
)
def test_what_others_write_is_forgiven(entry: object, wish: Wish) -> None:
    assert read(json.dumps({"subscriptions": [entry, entry]}).encode()).wishes == (wish,)


def test_what_is_no_query_is_told() -> None:
    listed = [{"query": '"'}, {"query": 5}, 7, None, {"q": "#Korea"}]
    found = read(json.dumps({"subscriptions": listed}).encode())
    assert found.wishes == ()
    assert found.bad == ('"', '{"query": 5}', "7", "null", '{"q": "#Korea"}')


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no-list"),
        (b"\xff\xfe", "no-list"),
        (b"[1]", "no-list"),
        (b"[" * 100_000, "no-list"),
        (b'{"subscriptions": {}}', "no-list"),
        (json.dumps({"subscriptions": ["#a"] * (MOST + 1)}).encode(), "too-many"),
        (b" " * (MOST_BYTES + 1), "too-large"),
    ],
    ids=range(7),
)
def test_what_is_no_list_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(FileError) as caught:
        read(content)
    assert caught.value.reason == reason
