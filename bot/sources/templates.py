"""Fill the addresses of search and tag sources in: `{tag}`, `{query}`, `{lang}`, `{country}`."""

import re
from urllib.parse import quote, quote_plus

from bot.core.tags import search_words
from bot.errors import AddressError

_PLACES = ("tag", "query", "lang", "country")
_HOLE = re.compile(r"\{([^{}]*)\}")


def is_template(url: str) -> bool:
    """Tell whether an address is polled once for each subscribed tag."""
    return "{tag}" in url or "{query}" in url


def check(url: str) -> None:
    """Raise AddressError where a template has a place that nothing fills, or one in its host."""
    unknown = [name for name in _HOLE.findall(url) if name not in _PLACES]
    if unknown:
        raise AddressError(
            f"{{{unknown[0][:20]}}} is no place that can be filled; use {{tag}}, {{query}}, "
            "{lang} or {country}."
        )
    host = url.partition("://")[2].partition("/")[0].partition("?")[0]
    if "{" in host:
        raise AddressError("Only what comes after the host's name can be filled in.")


def fill(url: str, shown: str, key: str, *, language: str = "en", country: str = "US") -> str:
    """Return the address for one tag.

    `{query}` becomes the search for the tag's words (`SouthKorea-US-Japan` asks for
    `"South Korea" US Japan`), `{tag}` the tag in small letters with hyphens, as tag pages want it.
    """
    values = {
        "query": quote_plus(search_words(shown)),
        "tag": quote(_slug(key), safe="-_"),
        "lang": quote(language, safe="-"),
        "country": quote(country, safe="-"),
    }
    return _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), url)


def _slug(key: str) -> str:
    return "-".join(part for part in re.split(r"[\s_-]+", key.lower()) if part)
