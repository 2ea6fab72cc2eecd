"""Addresses of articles: the link that is shown, and the canonical form by which it is known."""

import re
from hashlib import blake2b
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, quote, unquote_to_bytes, urljoin, urlsplit

from storage.records import Key

MAX_LINK = 2_048
"""Longer links are dropped: browsers and Telegram do not take them."""
TAG_PLACES = ("tag", "query", "hashtag", "slug")
"""Places of an address that are filled in with a tag; one of them makes it a template."""
_FOLDER = 16
"""Characters of a path's beginning that are shown to strangers."""

_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")
_LOCAL_NAMES = (
    "localhost",
    "local",
    "internal",
    "lan",
    "home",
    "intranet",
    "onion",
    "arpa",
    "test",
)
_PREFIXES = re.compile(r"^(?:(?:www\d?|m|amp|mobile)\.)+(?=[^.]+\.)")
_COUNTERS = frozenset({("bing.com", "/news/apiclick.aspx"), ("google.com", "/url")})
"""Bing News and Google Alerts: the address is in the link's own query."""
_PORTS = {"http": 80, "https": 443}
_SLASHES = re.compile(r"/{2,}")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php\d?|aspx?|jsp|shtml)$", re.IGNORECASE)
_AMP = re.compile(r"^/amp(?=/.)|/amp$|(?<=[^/])\.amp(?=\.html$|$)")
_SAFE = "~!$'()*+,;:@"
# Parameters that say how a reader came, not what is read; anything unknown stays.
_TRACKING = re.compile(
    r"(?:utm|at|pk|mtm|matomo|hsa|mc|ns|wt|guce|oly|mkt|dm|stm|sc|trk|vero|__hs|_hs)_\w*"
    r"|wt\.\w+|_ga|_gl|_hsenc|_hsmi|__twitter_impression|__s|_openstat|amp|ampshare"
    r"|(?:fb|g|d|y|ms|tw|tt|ys|rb_|s_k?w|ir|epi|zan|awc?|hc)clid|gclsrc|g?braid|wbraid|fb_action_ids"
    r"|fb_source|fbc?|igshid|igsh|li_fat_id|ocid|icid|intcid|ncid|cmp|cmpid|campaign_?id|smid|smtyp"
    r"|sref|xtor|emc|ito|ftag|guccounter|taid|traffic_(?:source|medium)|mod|mibextid|spm|rss_?id"
    r"|at_(?:medium|campaign)|ceid_?|outputtype|cvid|echobox|share_?id|srnd|s_cid|sr_share"
    r"|wprov|feature_?ref|partner_?rss|recirc|tblci|obclid|redirect(?:ed)?_?from|amp_js_v|usqp",
    re.IGNORECASE,
)
_MAYBE = frozenset(
    "ref refer referrer source src from via partner feed feature origin output o".split()  # noqa: SIM905 - names read best so
)
_MEANS = re.compile(
    r"(?:google_?)?(?:rss|feeds?|atom|twitter|facebook|fb|telegram|tg|social|newsletter|email|share"
    r"|amp|googlenews|news|linkedin|whatsapp|reddit|homepage|hp|rssfeeds?|rss[_-]\w+|xml|syndication)",
    re.IGNORECASE,
)


def is_template(url: str) -> bool:
    """Tell whether an address is to be filled in for each subscribed tag."""
    return any(f"{{{place}}}" in url for place in TAG_PLACES)


def _split(url: str) -> SplitResult | None:
    """Return the parts of an http(s) address with a host and no user name, else None."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.port == 0:
            return None
    except ValueError:  # A broken port, IPv6 address or host.
        return None
    if "@" in parts.netloc or "\\" in parts.netloc or "%" in parts.netloc:
        return None
    return parts


def _is_public(host: str) -> bool:
    """Tell whether a host may be the public web, as far as its name shows."""
    name = host.rstrip(".")
    try:
        return ip_address(name).is_global
    except ValueError:
        last = name.rpartition(".")[2]
        return "." in name and last not in _LOCAL_NAMES and not last[:1].isdigit()


def public_link(link: str, document_url: str) -> str:
    """Return the link to show, resolved against its document, or empty where there is none.

    Only http(s), without user name, at most 2,048 characters, to a public host; the host of the
    document itself may be private, as the operator let it in.
    """
    raw = _CONTROL.sub("", link[: 2 * MAX_LINK].strip(" \t\r\n\f"))
    if not raw:
        return ""
    try:
        joined = urljoin(document_url, raw)
    except ValueError:
        return ""
    parts = _split(joined)
    if parts is None or len(joined) > MAX_LINK:
        return ""
    own = _split(document_url)
    host = str(parts.hostname)
    if not _is_public(host) and (own is None or own.hostname != host):
        return ""
    return _unwrapped(parts) or joined


def _unwrapped(parts: SplitResult) -> str:
    """Return the article's own address where a search's link only counts who follows it."""
    if (_PREFIXES.sub("", str(parts.hostname)), parts.path) not in _COUNTERS:
        return ""
    inner = next(iter(parse_qs(parts.query, max_num_fields=50).get("url", ())), "")
    found = _split(inner)
    fit = found is not None and len(inner) <= MAX_LINK and _CONTROL.search(inner) is None
    return inner if fit and found is not None and _is_public(str(found.hostname)) else ""


def address_shown(url: str) -> str:
    """Return host and beginning of the path, to show to strangers; `?` where there is no host.

    Queries, user names and the rest of a path may be secrets: `h.example/feeds/…`.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "?"
    if not parts.hostname:
        return "?"
    first, _, rest = parts.path.lstrip("/").partition("/")
    if len(first) > _FOLDER:
        first, rest = f"{first[:_FOLDER]}…", ""
    return parts.hostname + (f"/{first}" if first else "") + ("/…" if rest else "")


def _ascii_host(host: str) -> str:
    """Return the host in its one ASCII form, without what only says which edition it is."""
    try:
        plain = host.encode("idna").decode("ascii")
    except UnicodeError:
        plain = host
    return _PREFIXES.sub("", plain.lower().rstrip("."))


def _one_encoding(part: str, safe: str = _SAFE) -> str:
    return quote(unquote_to_bytes(part), safe=safe)


def _canonical_path(path: str) -> str:
    plain = _SLASHES.sub("/", path or "/")
    plain = "/".join(map(_one_encoding, plain.split("/")))
    plain = _INDEX.sub("", plain).rstrip("/")
    return _AMP.sub("", plain).rstrip("/")


def _keeps(name: str, value: str) -> bool:
    """Tell whether a parameter may say which article it is."""
    if _TRACKING.fullmatch(name):
        return False
    return not (name.lower() in _MAYBE and _MEANS.fullmatch(value))


def _canonical_query(query: str) -> str:
    pairs = (pair.partition("=") for pair in query.replace("+", "%20").split("&") if pair)
    return "&".join(
        sorted(
            f"{_one_encoding(name)}={_one_encoding(value, _SAFE + '/')}"
            for name, _, value in pairs
            if _keeps(name, value)
        )
    )


def canonical_url(url: str) -> str:
    """Return host, path and the parameters that matter, one text for one article; empty if no link.

    For comparing only, never sent: scheme, `www`, `m`, `amp`, default port, fragment, tracking
    parameters, doubled and trailing slashes and index files are gone, the rest is in one encoding.
    """
    parts = _split(url)
    if parts is None:
        return ""
    host = _ascii_host(str(parts.hostname))
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    query = _canonical_query(parts.query)
    return f"{host}{port}{_canonical_path(parts.path)}" + (f"?{query}" if query else "")


def source_key(url: str) -> str:
    """Return one text for the addresses that people write of one source; the address if it is none.

    Without scheme, `www.`, default port, fragment and a slash at the end; the query stays.
    """
    parts = _split(url)
    if parts is None:
        return url
    host = str(parts.hostname).removeprefix("www.").rstrip(".")
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def is_inward(url: str) -> bool:
    """Tell whether an address leads, by its host's name, to no place in the open web."""
    parts = _split(url)
    return parts is not None and not _is_public(str(parts.hostname))


def is_at_home(link: str, home: str) -> bool:
    """Tell whether a link leads to the host of its source, and that is by its name no public one.

    A public name says nothing of where it leads: it may be another place tomorrow.
    """
    there, here = _split(link), _split(home)
    same = there is not None and here is not None and there.hostname == here.hostname
    return same and is_inward(link)


def hashed(text: str) -> Key:
    """Return a 64-bit signed hash of a text, the same for ever and on every machine."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return Key(int.from_bytes(digest, "big", signed=True))


def url_key(url: str) -> Key | None:
    """Return the hash of the canonical address; None for no link, or a bare home page.

    A home page is no article's address: some sources give it with every entry.
    """
    canonical = canonical_url(url)
    return hashed(canonical) if "/" in canonical or "?" in canonical else None
