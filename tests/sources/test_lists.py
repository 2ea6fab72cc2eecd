"""Lists of sources, the shipped catalogue and the filling in of templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.tags import parse_tag
from bot.core.urls import TAG_PLACES, is_template
from bot.errors import AddressError, DocumentError
from bot.sources import catalogue, opml, templates
from bot.sources.guard import Guard
from storage.records import NewSource, SourceKind


def test_a_list_is_read_back_as_it_was_written() -> None:
    sources = [
        NewSource(url="https://a.example/feed?x=1&y=2", title="A <b> & B", topic="World"),
        NewSource(url="https://b.example/feed", title="비", language="ko", country="KR"),
        NewSource(
            url="https://c.example/{tag}/feed",
            title="C",
            topic="World",
            kind=SourceKind.TEMPLATE,
        ),
    ]
    again = opml.read(opml.write(sources).encode())
    assert sorted(again, key=lambda one: one.url) == sources


def test_what_lives_only_by_a_tag_is_not_listed() -> None:
    child = NewSource(url="https://c.example/peace/feed", kind=SourceKind.TAG)
    assert opml.read(opml.write([child]).encode()) == []


@given(st.text(), st.text())
def test_any_title_survives_being_written(title: str, topic: str) -> None:
    source = NewSource(url="https://a.example/feed", title=title, topic=topic)
    assert [one.url for one in opml.read(opml.write([source]).encode())] == [source.url]


def test_nested_folders_odd_letters_and_repeats_are_read() -> None:
    listed = b"""<OPML version="1.0"><body><outline text="News"><outline text="Asia">
      <outline type="rss" XMLURL=" https://a.example/feed " text="A"/>
      <outline type="rss" xmlUrl="https://a.example/feed" text="Again"/></outline>
      <outline title="no address"/></outline>
      <outline xmlUrl="https://b.example/feed" category="Tech"/></body></OPML>"""
    found = opml.read(listed)
    assert [(one.url, one.title, one.topic) for one in found] == [
        ("https://a.example/feed", "A", "Asia"),
        ("https://b.example/feed", "", "Tech"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<rss><channel/></rss>",
        b"\x00\x01",
        b"x" * 5_000_001,
    ],
)
def test_what_is_no_list_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^The (file|list) is .*\.$"):
        opml.read(content)


def test_entities_of_a_hostile_list_are_not_resolved() -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    listed = (
        f'<!DOCTYPE o [<!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY l0 "ha">{bomb}]>'
        '<opml><body><outline text="&l8;" xmlUrl="https://a.example/f">&f;</outline></body></opml>'
    )
    try:
        found = opml.read(listed.encode())
    except DocumentError:
        return
    assert all(len(one.title) <= 300 for one in found)


def test_the_catalogue_holds_sources_in_many_languages_that_may_all_be_read() -> None:
    sources = catalogue.sources()
    assert len(sources) >= 70
    assert len({one.language for one in sources}) >= 12
    guard = Guard()
    for source in [*sources, *catalogue.searches()]:
        if source.kind is SourceKind.TEMPLATE:
            templates.check(source.url)
            guard.check(templates.fill(source.url, "SouthKorea-US-Japan", "south korea us japan"))
        else:
            guard.check(source.url)
    assert len({one.url for one in sources}) == len(sources)


def test_one_search_is_in_force_and_more_are_known() -> None:
    assert [one.kind for one in catalogue.sources()].count(SourceKind.TEMPLATE) == 1
    assert len(catalogue.searches()) > 15


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("https://n.example/s?q={query}", "https://n.example/s?q=%22South+Korea%22+US+Japan"),
        ("https://n.example/t/{tag}.rss", "https://n.example/t/southkoreausjapan.rss"),
        ("https://n.example/t/{slug}/feed", "https://n.example/t/south-korea-us-japan/feed"),
        ("https://n.example/t/{hashtag}.rss", "https://n.example/t/SouthKoreaUSJapan.rss"),
        (
            "https://n.example/{lang}/{country}?q={query}",
            "https://n.example/en/US?q=%22South+Korea%22+US+Japan",
        ),
    ],
)
def test_a_template_is_filled_in(template: str, filled: str) -> None:
    tag = parse_tag("#SouthKorea-US-Japan")
    assert templates.fill(template, tag.shown, tag.key) == filled


@given(st.text(min_size=1))
def test_no_tag_leaves_its_place_in_an_address(tag: str) -> None:
    template = "https://n.example/a/{tag}/{slug}/{hashtag}?q={query}&z=1"
    filled = templates.fill(template, tag, tag)
    url = Guard().check(filled) if len(filled) < 2_000 else None
    if url is not None:
        assert url.host == "n.example"
        assert url.query["z"] == "1"
        assert set(url.query) == {"q", "z"}


@pytest.mark.parametrize("place", TAG_PLACES)
def test_every_place_for_a_tag_makes_a_template(place: str) -> None:
    template = f"https://n.example/{{{place}}}/feed"
    assert is_template(template)
    templates.check(template)
    assert "{" not in templates.fill(template, "C++", "C++")
    assert not is_template(templates.fill(template, "C++", "C++"))


@pytest.mark.parametrize(
    "template", ["https://n.example/{user}/{tag}", "https://{tag}.example/feed"]
)
def test_a_template_with_a_wrong_place_is_refused(template: str) -> None:
    with pytest.raises(AddressError):
        templates.check(template)
