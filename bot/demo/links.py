"""Which addresses Telegram takes for a link, and in what form it keeps them."""

import regex

_URL = regex.compile(
    r"(?:(?P<scheme>[a-z]*)://)?(?:(?P<user>[^/?#@]*)@)?"
    r"(?P<host>\[[0-9a-f:.]+\]|[^/?#:@\[\]]*)(?::(?P<port>\d*))?(?P<rest>[/?#].*)?",
    regex.IGNORECASE | regex.DOTALL,
)
_BAD_HOST = regex.compile(r"[\x00-\x20\x7f<>\"'`{}|\\^%!$&()*+,;=]")
_PLAIN_HOST = regex.compile(r"[A-Za-z0-9_-]+")
_USER = regex.compile(r"tg://user/?\?(?:.*&)?id=(\d{1,15})(?:[&#].*)?", regex.IGNORECASE)
_TO_ENCODE = regex.compile(r"[\x00-\x20\x7f]")
_PORTS = {"http": 80, "https": 443}


def mentioned_user(url: str) -> int:
    """Return the user whom `tg://user?id=…` names, 0 where the address is no such."""
    found = _USER.fullmatch(url)
    return int(found[1]) if found else 0


def checked(url: str) -> str:
    """Return the address as Telegram keeps it, empty where it takes none (no error then)."""
    for own in ("tg", "ton"):
        if url.lower().startswith(f"{own}:"):
            return _own_link(own, url[len(own) + 1 :].removeprefix("//"))
    found = _URL.fullmatch(url)
    if found is None:
        return ""
    scheme, host = (found["scheme"] or "http").lower(), found["host"].lower()
    if scheme not in _PORTS or _BAD_HOST.search(host) or not _is_host(host):
        return ""
    port = int(found["port"] or _PORTS[scheme])
    if not 1 <= port <= 65_535:
        return ""
    user = f"{found['user']}@" if found["user"] else ""
    shown_port = f":{port}" if found["port"] else ""
    return f"{scheme}://{user}{host}{shown_port}{_rest(found['rest'])}"


def _is_host(host: str) -> bool:
    return host.startswith("[") or "." in host


def _own_link(scheme: str, rest: str) -> str:
    host, mark, query = rest, "", ""
    if found := regex.search(r"[/?#]", rest):
        host, mark, query = rest[: found.start()], rest[found.start()], rest[found.end() :]
    if not _PLAIN_HOST.fullmatch(host):
        return ""
    slash = "" if mark in {"/", "?"} else "/"
    return f"{scheme}://{host.lower()}{slash}{mark}{_encoded(query)}"


def _rest(rest: str | None) -> str:
    if not rest:
        return "/"
    return _encoded(rest if rest.startswith("/") else f"/{rest}")


def _encoded(text: str) -> str:
    return _TO_ENCODE.sub(lambda found: f"%{ord(found[0]):02X}", text)
