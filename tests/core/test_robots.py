"""robots.txt as RFC 9309 has it."""

import time

import pytest

from bot.core import robots
from bot.core.robots import LOOKED_AT, Robots


def read(text: str) -> Robots:
    return robots.read(text, "Tagwire")


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/any", True),
        ("Disallow: /", "/any", False),
        ("Disallow:", "/any", True),
        ("Disallow: /private", "/private/a", False),
        ("Disallow: /private", "/privateer", False),
        ("Disallow: /private/", "/private", True),
        ("Disallow: /\nAllow: /news", "/news/1", True),
        ("Allow: /news\nDisallow: /", "/sport", False),
        ("Disallow: /news\nAllow: /news", "/news", True),
        ("Disallow: /*.pdf$", "/a/b.pdf", False),
        ("Disallow: /*.pdf$", "/a/b.pdf?x", True),
        ("Disallow: /*.pdf$", "/a.pdf.pdf", False),
        ("Disallow: /a*b*c", "/a-b-c-d", False),
        ("Disallow: /a*b*c", "/a-c-b", True),
        ("Disallow: /a*b*c", "/x-a-b-c", True),
        ("Disallow: /a*b*c", "/a-c", True),
        ("Disallow: /a*bb$", "/abb", False),
        ("Disallow: /ab*bb$", "/abb", True),
        ("Disallow: /only$", "/only", False),
        ("Disallow: /only$", "/only/not", True),
        ("Disallow: *session=", "/a?session=1", False),
        ("Disallow: /~ann", "/%7Eann/x", False),
        ("Disallow: /caf%C3%A9", "/café", False),
        ("Disallow: /x # not for robots", "/x", False),
        ("DISALLOW : /x", "/x", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /", "", False),
        ("Sitemap: /\nnonsense", "/a", True),
    ],
)
def test_the_longest_rule_that_fits_decides(rules: str, path: str, allowed: bool) -> None:
    assert read(f"User-agent: *\n{rules}\n").allows(path) is allowed


def test_our_own_group_goes_before_the_one_for_all() -> None:
    found = read(
        "User-agent: *\nDisallow: /\nCrawl-delay: 9\n\n"
        "User-agent: other\nUser-agent: TAGWIRE/2.0\nDisallow: /a\nCrawl-delay: 1.5\n\n"
        "User-agent: tagwire\nDisallow: /b\n"
    )
    assert (found.allows("/a"), found.allows("/b"), found.allows("/c")) == (False, False, True)
    assert found.delay_s == 1.5


def test_a_group_of_ours_without_a_rule_lets_us_read_all() -> None:
    assert read("User-agent: *\nDisallow: /\n\nUser-agent: Tagwire\n").allows("/a")


def test_what_stands_before_any_group_counts_for_nobody() -> None:
    assert read("Disallow: /\nUser-agent: *\nAllow: /\n").allows("/a")


@pytest.mark.parametrize(
    ("said", "seconds"), [("3", 3.0), ("0.5", 0.5), ("999999", 3600.0), ("-1", 0.0), ("soon", 0.0)]
)
def test_a_delay_that_is_asked_for_is_known(said: str, seconds: float) -> None:
    assert read(f"User-agent: *\nCrawl-delay: {said}").delay_s == seconds


def test_all_and_nothing_are_what_they_say() -> None:
    assert robots.ALL.allows("/a")
    assert not robots.NOTHING.allows("/a")


def test_no_pattern_takes_long() -> None:
    line = "Disallow: /" + "a*" * 1_000 + "b$\n"
    text = ("User-agent: *\n" + line * (LOOKED_AT // len(line)))[:LOOKED_AT]
    before = time.process_time()
    assert read(text).allows("/" + "a" * 2_000)
    assert time.process_time() - before < 2
