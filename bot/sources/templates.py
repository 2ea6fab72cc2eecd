"""Fill in the addresses of searches and tag pages, for one tag at a time."""

import re
from urllib.parse import quote, quote_plus

from bot.core.tags import run_together, search_words, slug
from bot.core.urls import TAG_PLACES
from bot.errors import AddressError

_PLACES = (*TAG_PLACES, "lang", "country")
_HOLE = re.compile(r"\{([^{}]*)\}")


def check(url: str) -> None:
    """Raise AddressError where a template has a place that nothing fills, or one in its host."""
    unknown = [name for name in _HOLE.findall(url) if name not in _PLACES]
    if unknown:
        raise AddressError(
            f"{{{unknown[0][:20]}}} is no place that can be filled; use {{query}}, {{slug}}, "
            "{hashtag}, {tag}, {lang} or {country}."
        )
    host = url.partition("://")[2].partition("/")[0].partition("?")[0]
    if "{" in host:
        raise AddressError("Only what comes after the host's name can be filled in.")


def fill(url: str, shown: str, key: str, *, language: str = "en", country: str = "US") -> str:
    """Return the address for one tag.

    `{query}` becomes the search for the tag's words (`SouthKorea-US-Japan` asks for
    `"South Korea" US Japan`), `{slug}` those words as addresses have them
    (`south-korea-us-japan`), `{hashtag}` the letters and digits alone (`SouthKoreaUSJapan`) and
    `{tag}` the normal form (`southkoreausjapan`).
    """
    hyphened = _hyphened(key)
    values = {
        "query": quote_plus(search_words(shown)),
        "tag": quote(hyphened, safe="-_"),
        "slug": quote(slug(shown) or hyphened, safe="-"),
        "hashtag": quote(run_together(shown) or hyphened, safe="-"),
        "lang": quote(language, safe="-"),
        "country": quote(country, safe="-"),
    }
    return _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), url)


def _hyphened(key: str) -> str:
    return "-".join(part for part in re.split(r"[\s_-]+", key.lower()) if part)
