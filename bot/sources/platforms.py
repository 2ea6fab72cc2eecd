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
_YOUTUBE = r"(?:www\.|m\.)?youtube\.com"
_REDDIT = r"(?:www\.|old\.|new\.|np\.)?reddit\.com"
_CHANNEL = re.compile(
    rb"(?:itemprop=\"channelId\" content=\"|\"externalChannelId\":\"|\"externalId\":\""
    rb"|feeds/videos\.xml\?channel_id=|rel=\"canonical\" href=\"https://www\.youtube\.com/channel/)"
    rb"(UC[A-Za-z0-9_-]{22})"
)
_LOOKED_AT = 3_000_000
_HANDLE = re.compile(r"@([A-Za-z0-9_.-]{1,60})@([A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,24})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Rule:
    hosts: re.Pattern[str]
    path: re.Pattern[str]
    feeds: Callable[[URL, re.Match[str]], list[str]]


def page_of(typed: str) -> str:
    """Return the address of an account that is written as people write it: `@me@social.example`."""
    handle = _HANDLE.fullmatch(typed)
    return f"https://{handle[2]}/@{handle[1]}" if handle else typed


def feeds_of(url: URL) -> list[str]:
    """Return addresses that a known platform serves for this page, the likeliest first.

    Raises DocumentError where the platform has none, with the reason.
    """
    host = (url.host or "").lower()
    if re.fullmatch(r"(?:.*\.)?(?:t\.me|telegram\.(?:me|dog|org))", host):
        raise DocumentError(
            "Telegram's channel pages are no feeds, and need none: follow the channel in "
            "Telegram itself, or add the website behind it."
        )
    for rule in _RULES:
        found = rule.path.fullmatch(url.path)
        if found and rule.hosts.fullmatch(host):
            return rule.feeds(url, found)
    return []


def feeds_in(url: URL, page: bytes) -> list[str]:
    """Return addresses that a known platform tells in a page of its own, deep below its head."""
    if not re.fullmatch(_YOUTUBE, (url.host or "").lower()):
        return []
    channel = _CHANNEL.search(page[:_LOOKED_AT])
    return [_channel(channel[1].decode())] if channel else []


def _rule(hosts: str, path: str, feeds: Callable[[URL, re.Match[str]], list[str]]) -> _Rule:
    return _Rule(re.compile(hosts), re.compile(path), feeds)


def _channel(name: str) -> str:
    return f"https://www.youtube.com/feeds/videos.xml?channel_id={name}"


def _playlist(url: URL, _found: re.Match[str]) -> list[str]:
    name = url.query.get("list", "")
    known = re.fullmatch(_NAME, name)
    return [f"https://www.youtube.com/feeds/videos.xml?playlist_id={name}"] if known else []


def _repository(_url: URL, found: re.Match[str]) -> list[str]:
    """Return a repository's feeds; that which its page is about goes first."""
    whole = f"https://github.com/{found[1]}/{found[2].removesuffix('.git')}"
    branch = re.fullmatch(r"/(?:commits|tree)/([A-Za-z0-9._/-]{1,200}?)/?", found[3] or "")
    commits = f"{whole}/commits/{branch[1]}.atom" if branch else f"{whole}/commits.atom"
    if branch or (found[3] or "").startswith("/commits"):
        return [commits, f"{whole}/releases.atom"]
    if (found[3] or "").startswith("/tags"):
        return [f"{whole}/tags.atom", f"{whole}/releases.atom"]
    return [f"{whole}/releases.atom", commits, f"{whole}/tags.atom"]


def _account(url: URL, found: re.Match[str]) -> list[str]:
    """Return the feed of a Mastodon account: at home, where the page shows one from elsewhere."""
    here = f"{url.origin()}/@{found[1]}.rss"
    return [f"https://{found[2]}/@{found[1]}.rss"] if found[2] else [here]


_RULES = (
    _rule(_YOUTUBE, rf"/channel/{_NAME}(?:/.*)?", lambda _url, found: [_channel(found[1])]),
    _rule(_YOUTUBE, r"/playlist", _playlist),
    _rule(_REDDIT, r"/?", lambda _url, _found: ["https://www.reddit.com/.rss"]),
    _rule(
        _REDDIT,
        r"/(r|u|user)/([A-Za-z0-9._+-]{1,200})(?:/(?:new|hot|top|rising)?)?",
        lambda _url, found: [f"https://www.reddit.com/{found[1]}/{found[2]}/.rss"],
    ),
    _rule(
        _REDDIT,
        rf"(/r/{_NAME}/comments/[a-z0-9]{{1,20}})(?:/.*)?",
        lambda _url, found: [
            f"https://www.reddit.com/r/{found[2]}/.rss",
            f"https://www.reddit.com{found[1]}/.rss",
        ],
    ),
    _rule(
        r"news\.ycombinator\.com", r".*", lambda _url, _found: ["https://news.ycombinator.com/rss"]
    ),
    _rule(
        r"bsky\.app",
        rf"/profile/{_NAME}(?:/.*)?",
        lambda _url, found: [f"https://bsky.app/profile/{found[1]}/rss"],
    ),
    _rule(r"github\.com", rf"/{_NAME}/{_NAME}(/.*)?", _repository),
    _rule(
        r"github\.com", rf"/{_NAME}/?", lambda _url, found: [f"https://github.com/{found[1]}.atom"]
    ),
    _rule(
        r"medium\.com",
        r"/tag/([a-z0-9-]{1,100})(?:/.*)?",
        lambda _url, found: [f"https://medium.com/feed/tag/{found[1]}"],
    ),
    _rule(
        r"medium\.com",
        r"/(@[A-Za-z0-9._-]{1,100}|[a-z0-9-]{1,100})(?:/.*)?",
        lambda _url, found: [f"https://medium.com/feed/{found[1]}"],
    ),
    _rule(
        r"(?:www\.)?substack\.com",
        r"/@([a-z0-9-]{1,60})(?:/.*)?",
        lambda _url, found: [f"https://{found[1]}.substack.com/feed"],
    ),
    _rule(
        r"[a-z0-9-]+\.(?:substack|medium)\.com",
        r"/?|/(?:p|archive|about).*",
        lambda url, _found: [f"https://{url.host}/feed"],
    ),
    _rule(
        rf"(?!{_YOUTUBE}$).+",
        r"/(?:web/)?@([A-Za-z0-9_]{1,60})(?:@([a-z0-9.-]{1,100}))?(?:/[0-9]+|/with_replies|/media)?/?",
        _account,
    ),
    _rule(
        r".+",
        r"/tags/[^/]{1,100}",
        lambda url, _found: [str(url.origin()) + url.raw_path + ".rss"],
    ),
)
