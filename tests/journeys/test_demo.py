"""`tagwire demo` with its input piped: everything in one command."""

import io
import sys
from pathlib import Path

import pytest

from bot.cli import run
from tests.journeys.scene import Item, rss

LINES = "/start\n/subscribe #SouthKorea-US-Japan\n/latest\n/tags\n"


def demo(monkeypatch: pytest.MonkeyPatch, lines: str, *argv: str) -> tuple[int, str]:
    """Run the demo in this process; return its exit code and what it wrote."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    monkeypatch.setattr(sys, "stdout", written)
    return run(["demo", *argv]), written.getvalue()


def test_the_trilateral_story_comes_once_with_both_papers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, shown = demo(monkeypatch, LINES, "--pace", "8")
    assert code == 0
    before, _, alerts = shown.partition("> /tags")
    hello, _, _ = before.partition("> /subscribe")
    assert "Pick a tag below" in hello
    assert "#Japan" in hello
    assert "Subscribed to #SouthKorea-US-Japan" in before
    assert alerts.count("South Korea, US, Japan agree to answer distress calls") == 1
    assert "Meridian Wire" in alerts
    assert "Also: Summit Ledger" in alerts


def test_the_first_line_finds_what_stands_in_the_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    code, shown = demo(monkeypatch, "/subscribe weather\n", "--pace", "20")
    assert code == 0
    answer = shown.partition("> /subscribe weather")[2]
    assert "Weather satellite reaches its orbit" in answer.partition("New satellite")[0]


def test_a_folder_of_feeds_is_replayed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for paper in ("north", "south"):
        items = [Item(f"{paper} opens bridge {n}", f"Bridge {n} of the {paper}.") for n in range(6)]
        (tmp_path / f"{paper}-20260101.xml").write_text(rss(*items, title=paper))
    (tmp_path / "east-20260101.xml").write_text(rss(Item("East opens a bridge"))[:-40])
    code, shown = demo(monkeypatch, "/subscribe bridge\n", "--feeds", str(tmp_path), "--pace", "8")
    assert code == 0
    assert "The bot read 2 of 3 sources: 12 articles" in shown
    assert "Not read: east-20260101 breaks off in the middle" in shown
    assert "opens bridge" in shown.partition("> /subscribe bridge")[2]
