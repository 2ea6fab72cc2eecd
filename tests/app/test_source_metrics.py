"""Each source's health as figures."""

from dataclasses import replace
from datetime import timedelta

from bot.app.source_metrics import of_sources
from bot.core.source_state import State
from bot.web.metrics import write
from storage.records import SourceId, SourceState
from tests.core.test_health import NOW, SOURCE


def test_each_source_has_its_figures_under_its_name_and_number() -> None:
    ill = replace(
        SOURCE,
        id=SourceId(2),
        title="",
        url="https://h.example/feeds/me?key=s3cret",
        failures=3,
        last_success_at=None,
        last_new_at=None,
        next_poll_at=NOW - timedelta(minutes=11),
        scheduling=State().dump(),
    )
    gone = replace(ill, id=SourceId(3), state=SourceState.GONE, next_poll_at=None)
    text = write(of_sources([SOURCE, ill, gone], NOW))
    assert "s3cret" not in text
    lines = text.splitlines()
    well, bad = '{id="1",source="Harbour News"}', '{id="2",source="h.example/feeds/…"}'
    assert "tagwire_sources_gone 1" in lines
    assert "tagwire_sources_overdue 1" in lines
    assert f"tagwire_source_up{well} 1" in lines
    assert f"tagwire_source_up{bad} 0" in lines
    assert f"tagwire_source_failures{bad} 3" in lines
    assert f"tagwire_source_rhythm_seconds{well} 600" in lines
    news = (NOW - timedelta(hours=2)).timestamp()
    assert f"tagwire_source_last_story_timestamp_seconds{well} {news:.17g}" in lines
    assert sum(line.startswith("tagwire_source_last_success") for line in lines) == 1


def test_without_sources_only_the_sums_are_told() -> None:
    lines = write(of_sources([], NOW)).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "tagwire_sources_gone 0",
        "tagwire_sources_overdue 0",
    ]
