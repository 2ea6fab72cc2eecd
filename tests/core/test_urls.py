import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.urls import address_shown, canonical_url, is_at_home, public_link, source_key, url_key

DOCUMENT = "https://paper.example/news/feed.xml"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (
            "https://paper.example/a?utm_source=rss#top",
            "https://paper.example/a?utm_source=rss#top",
        ),
        ("/a b", "https://paper.example/ab"),
        ("../a", "https://paper.example/a"),
        ("//other.example/x", "https://other.example/x"),
        ("https://other.example\n/x", "https://other.example/x"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("tg://user?id=1", ""),
        ("file:///etc/passwd", ""),
        ("ftp://paper.example/x", ""),
        ("https://good.example@evil.example/x", ""),
        ("https://good.example\\@evil.example/x", ""),
        ("https://go%6fd.example/x", ""),
        ("http://127.0.0.1/x", ""),
        ("http://[::1]/x", ""),
        ("http://169.254.169.254/latest", ""),
        ("http://localhost/x", ""),
        ("http://router.lan/x", ""),
        ("http://intranet/x", ""),
        ("http://2130706433/x", ""),
        ("http://127.1/x", ""),
        ("http://8.8.8.8/x", "http://8.8.8.8/x"),
        ("http://paper.example:0/x", ""),
        ("http://paper.example:99999/x", ""),
        ("http://[broken/x", ""),
        ("https://paper.example/" + "x" * 2_048, ""),
        ("  ", ""),
        ("", ""),
    ],
)
def test_only_public_links_are_shown(link: str, shown: str) -> None:
    assert public_link(link, DOCUMENT) == shown


def test_a_source_that_was_let_in_may_link_to_its_own_host_only() -> None:
    assert public_link("/a", "http://127.0.0.1:8080/feed") == "http://127.0.0.1:8080/a"
    assert public_link("http://127.0.0.2/a", "http://127.0.0.1:8080/feed") == ""
    assert public_link("http://10.0.0.1/a", "no address") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "http://www.paper.example/a/?b=2&a=1&utm_medium=x#y",
            "https://PAPER.example:443//a?a=1&b=2",
        ),
        ("https://m.paper.example/a/amp", "https://amp.paper.example/amp/a"),
        ("https://paper.example/a.amp.html", "https://paper.example/a.html"),
        (
            "https://пример.рф/новость",
            "https://xn--e1afmkfd.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C",
        ),
        ("https://paper.example/%7euser/index.php?ref=rss", "https://paper.example/~user"),
        ("https://paper.example/a?at_campaign=k&fbclid=1&ncid=rss", "https://paper.example/a"),
        ("https://paper.example/a?q=one+two", "https://paper.example/a?q=one%20two"),
        ("https://paper.example./a", "https://paper.example/a"),
    ],
)
def test_one_article_has_one_canonical_address(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other) != ""
    assert url_key(one) == url_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.example/a?id=1", "https://paper.example/a?id=2"),
        ("https://paper.example/a%2Fb", "https://paper.example/a/b"),
        ("https://a.paper.example/x", "https://b.paper.example/x"),
        ("https://paper.example/A", "https://paper.example/a"),
        ("https://m.example/a", "https://www.example/a"),
        ("https://paper.example:8080/a", "https://paper.example/a"),
        ("https://paper.example/a?ref=main", "https://paper.example/a?ref=other"),
        ("https://paper.example/%E9", "https://paper.example/%E8"),
    ],
)
def test_different_articles_have_different_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "url", ["", "https://paper.example", "https://www.paper.example/index.html", "tg://x"]
)
def test_a_home_page_is_no_articles_address(url: str) -> None:
    assert url_key(url) is None


def test_a_host_that_idna_refuses_is_kept_as_it_is() -> None:
    long = "x" * 70
    assert canonical_url(f"https://{long}.example/a") == f"{long}.example/a"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_is_too_wild(link: str, document: str) -> None:
    shown = public_link(link, document)
    assert shown == "" or shown.startswith(("http://", "https://"))
    public_link(f"https://{link}", f"http://{document}")
    canonical_url(f"https://{link}")


paths = st.lists(st.text("abcé漢/%~.+ -", max_size=8), max_size=4).map("/".join)


@given(paths)
def test_a_canonical_address_is_its_own_canonical_address(path: str) -> None:
    once = canonical_url(f"https://paper.example/{path}?b={path}&a=1")
    assert canonical_url(f"https://{once}") == once


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h.example/", "h.example"),
        ("https://h.example", "h.example"),
        ("https://u:p@h.example:81/feed?key=1#x", "h.example/feed"),
        ("https://h.example/feeds/s3cret/me.xml", "h.example/feeds/…"),
        ("https://h.example/0123456789abcdef0123456789", "h.example/0123456789abcdef…"),
        ("https://h.example/feed/", "h.example/feed"),
        ("https://[2001:db8::1]/feed", "2001:db8::1/feed"),
        ("http://[broken", "?"),
        ("nothing", "?"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert address_shown(url) == shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.a.example/feed/", "https://a.example/feed", True),
        ("https://A.example:443/feed#x", "https://a.example/feed", True),
        ("https://a.example/?feed=rss", "https://a.example/?feed=atom", False),
        ("https://a.example:8443/feed", "https://a.example/feed", False),
        ("https://a.example/Feed", "https://a.example/feed", False),
        ("no address", "no address", True),
    ],
)
def test_addresses_of_one_source_are_known_as_one(one: str, other: str, same: bool) -> None:
    assert (source_key(one) == source_key(other)) is same


WRAPPED = "url=https%3A%2F%2Fwww.paper.example%2F1%3Fa%3Db"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (f"http://www.bing.com/news/apiclick.aspx?ref=x&{WRAPPED}&c=9", "https://www.paper.example/1?a=b"),
        (f"https://www.google.com/url?rct=j&{WRAPPED}&ct=ga", "https://www.paper.example/1?a=b"),
        (f"https://www.bing.com/news/other?{WRAPPED}", f"https://www.bing.com/news/other?{WRAPPED}"),
        (f"https://other.example/url?{WRAPPED}", f"https://other.example/url?{WRAPPED}"),
        ("https://www.google.com/url?q=x", "https://www.google.com/url?q=x"),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
        ("https://www.google.com/url?url=http://10.0.0.1/", "https://www.google.com/url?url=http://10.0.0.1/"),
        ("https://www.google.com/url?url=http://a.example/%0Ab", "https://www.google.com/url?url=http://a.example/%0Ab"),
    ],
)  # fmt: skip
def test_a_link_that_only_counts_who_follows_it_is_its_article(link: str, shown: str) -> None:
    assert public_link(link, "https://search.example/feed") == shown


@pytest.mark.parametrize(
    ("link", "home", "there"),
    [
        ("http://10.0.0.1/a", "http://10.0.0.1:8080/feed", True),
        ("http://wiki/a", "http://wiki/feed", True),
        ("http://10.0.0.2/a", "http://10.0.0.1/feed", False),
        ("https://paper.example/a", "https://paper.example/feed", False),
        ("https://[x/a", "https://[x/a", False),
        ("http://wiki/a", "", False),
    ],
)
def test_only_what_lives_in_the_operators_network_is_at_home(
    link: str, home: str, there: bool
) -> None:
    assert is_at_home(link, home) is there
