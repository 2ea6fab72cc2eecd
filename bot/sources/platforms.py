"""Where well-known platforms keep the feeds of their pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from yarl import URL

from bot.errors import DocumentError

COMMON_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/feed.json",
)
"""Tried where a page names no feed of its own."""

_NAME = r"([A-Za-z0-9._-]{1,100})"


@dataclass(frozen=True, slots=True)
class _Rule:
    hosts: re.Pattern[str]
    path: re.Pattern[str]
    feeds: Callable[[URL, re.Match[str]], list[str]]


def feeds_of(url: URL) -> list[str]:
    """Return addresses that a known platform serves for this page, the likeliest first.

    Raises DocumentError where the platform has none, with the reason.
    """
    host = (url.host or "").lower()
    if re.fullmatch(r"(?:.*\.)?(?:t\.me|telegram\.me|telegram\.org)", host):
        raise DocumentError(
            "Telegram's channel pages are no feeds, and need none: follow the channel in "
            "Telegram itself, or add the website behind it."
        )
    for rule in _RULES:
        found = rule.path.fullmatch(url.path)
        if found and rule.hosts.fullmatch(host):
            return rule.feeds(url, found)
    return []


def _rule(hosts: str, path: str, feeds: Callable[[URL, re.Match[str]], list[str]]) -> _Rule:
    return _Rule(re.compile(hosts), re.compile(path), feeds)


def _playlist(url: URL, _found: re.Match[str]) -> list[str]:
    name = url.query.get("list", "")
    known = re.fullmatch(_NAME, name)
    return [f"https://www.youtube.com/feeds/videos.xml?playlist_id={name}"] if known else []


_RULES = (
    _rule(
        r"(?:www\.|m\.)?youtube\.com",
        rf"/channel/{_NAME}(?:/.*)?",
        lambda _url, found: [f"https://www.youtube.com/feeds/videos.xml?channel_id={found[1]}"],
    ),
    _rule(r"(?:www\.|m\.)?youtube\.com", r"/playlist", _playlist),
    _rule(
        r"(?:www\.|old\.|new\.)?reddit\.com",
        rf"/(r|u|user)/{_NAME}/?",
        lambda _url, found: [f"https://www.reddit.com/{found[1]}/{found[2]}/.rss"],
    ),
    _rule(
        r"github\.com",
        rf"/{_NAME}/{_NAME}/?",
        lambda _url, found: [
            f"https://github.com/{found[1]}/{found[2]}/releases.atom",
            f"https://github.com/{found[1]}/{found[2]}/commits.atom",
        ],
    ),
    _rule(
        r"github\.com", rf"/{_NAME}/?", lambda _url, found: [f"https://github.com/{found[1]}.atom"]
    ),
    _rule(
        r"medium\.com",
        r"/(@[A-Za-z0-9._-]{1,100}|[a-z0-9-]{1,100})/?",
        lambda _url, found: [f"https://medium.com/feed/{found[1]}"],
    ),
    _rule(
        r"[a-z0-9-]+\.(?:substack|medium)\.com",
        r"/?|/(?:p|archive|about).*",
        lambda url, _found: [f"https://{url.host}/feed"],
    ),
    _rule(
        r".+",
        r"/@[A-Za-z0-9_]{1,60}(?:@[a-z0-9.-]{1,100})?/?",
        lambda url, _found: [str(url.origin()) + url.path.rstrip("/") + ".rss"],
    ),
    _rule(
        r".+",
        r"/tags/[^/]{1,100}",
        lambda url, _found: [str(url.origin()) + url.raw_path + ".rss"],
    ),
)
