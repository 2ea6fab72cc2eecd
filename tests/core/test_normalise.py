from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.entries import Entry
from bot.core.normalise import to_article, to_articles
from storage.records import NewArticle

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DOCUMENT = "https://paper.example/feed.xml"
wild = st.text(st.characters(exclude_categories=()), max_size=80)


def article(**fields: object) -> NewArticle:
    made = to_article(Entry(**fields), DOCUMENT, "en-GB", NOW)  # type: ignore[arg-type] # a table of fields
    assert made is not None
    return made


def test_an_entry_becomes_a_clean_article() -> None:
    made = article(
        guid="42",
        link="/a?utm_source=rss",
        title="Tom &amp; <b>Jerry</b>",
        summary="<p>One.</p><p>Two.</p>",
        content="<p>One.</p><p>Two.</p><p>Three.</p>",
        categories=("Film &amp; TV", "film & tv", "\u200b", "World"),
        published_at=NOW,
    )
    assert made.title == "Tom & Jerry"
    assert made.summary == "One. Two."
    assert made.body == "One.\nTwo.\nThree."
    assert made.url == "https://paper.example/a?utm_source=rss"
    assert made.categories == ("Film & TV", "World")
    assert made.published_at == made.seen_at == NOW
    assert made.language == "en"
    assert len(made.keys) == 3


def test_a_plain_title_keeps_its_signs() -> None:
    assert article(title="a &amp; <b>", title_is_html=False).title == "a &amp; <b>"


def test_a_description_that_is_the_whole_text_becomes_the_body() -> None:
    made = article(title="T", summary="<p>" + "A sentence. " * 200)
    assert len(made.summary) <= 1_000
    assert len(made.body) > 1_000


@pytest.mark.parametrize(
    ("title", "publisher", "shown"),
    [
        ("Big news - The Paper", "The Paper", "Big news"),
        ("Big news – The Paper", "The Paper", "Big news"),
        ("Big news - The Paper", "Other", "Big news - The Paper"),
        ("The Paper", "The Paper", "The Paper"),
    ],
)
def test_a_title_loses_its_publisher(title: str, publisher: str, shown: str) -> None:
    assert article(title=title, publisher=publisher).title == shown


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"title": "\u200b", "summary": "Some words of it."}, "Some words of it."),
        ({"content": "<p>Only a body.</p>"}, "Only a body."),
        ({"link": "https://www.other.example/x"}, "www.other.example"),
        ({"guid": "https://other.example/x"}, "other.example"),
    ],
)
def test_an_entry_without_title_gets_one(fields: dict[str, str], title: str) -> None:
    assert article(**fields).title == title


def test_an_entry_with_nothing_to_show_is_no_article() -> None:
    assert to_article(Entry(guid="1", title=" "), DOCUMENT, "", NOW) is None
    assert to_articles([Entry(guid="1")], DOCUMENT, "", NOW) == []


@pytest.mark.parametrize(
    ("given_date", "kept"),
    [
        (NOW + timedelta(hours=23), True),
        (NOW + timedelta(hours=25), False),
        (datetime(1777, 1, 1, tzinfo=UTC), False),
        (datetime(1990, 1, 1, tzinfo=UTC), True),
        (datetime(2026, 11, 1), False),  # noqa: DTZ001 - a naive date is what is refused
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=9))), False),
        (None, False),
    ],
)
def test_only_dates_that_can_be_true_are_kept(given_date: datetime | None, kept: bool) -> None:
    assert article(title="T", published_at=given_date).published_at == (
        given_date if kept else None
    )


def shares_a_key(one: NewArticle, other: NewArticle) -> bool:
    return not set(one.keys).isdisjoint(other.keys)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (
            {"guid": "1", "link": "/a"},
            {"guid": "2", "link": "/a?utm_source=x", "title": "New"},
            True,
        ),
        ({"guid": "1", "link": "/a"}, {"guid": "1", "link": "/b", "title": "New"}, True),
        ({"link": "/a"}, {"link": "/b"}, True),
        ({"link": "/a"}, {"link": "/b", "published_at": NOW}, False),
        ({"guid": "1", "link": "/a"}, {"guid": "2", "link": "/b", "title": "New"}, False),
        ({"link": "/a", "summary": "x"}, {"link": "/b", "summary": "x"}, True),
        ({"link": "/a", "summary": "x"}, {"link": "/b", "summary": "y"}, False),
        ({"summary": "x"}, {"summary": "y"}, True),
        ({"title": "", "summary": "x"}, {"title": "", "summary": "y"}, False),
        ({"title": "", "summary": "x"}, {"title": "", "summary": "x"}, True),
    ],
)
def test_an_article_is_known_again_by_any_of_its_keys(
    before: dict[str, object], after: dict[str, object], same: bool
) -> None:
    plain: dict[str, object] = {"title": "Old"}
    assert shares_a_key(article(**plain | before), article(**plain | after)) is same


def test_keys_fit_into_64_signed_bits() -> None:
    keys = [key for n in range(100) for key in article(title="T", guid=str(n)).keys]
    assert min(keys) < 0 < max(keys)
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_a_guid_used_twice_counts_together_with_its_link() -> None:
    entries = [Entry(guid="x", link="/a", title="A"), Entry(guid="x", link="/b", title="B")]
    made = to_articles(entries, DOCUMENT, "", NOW)
    assert [one.title for one in made] == ["A", "B"]
    assert not shares_a_key(made[0], made[1])


def test_a_link_shared_by_different_titles_says_nothing() -> None:
    entries = [Entry(link="/live", title=title) for title in ("A", "B", "B")]
    made = to_articles(entries, DOCUMENT, "", NOW)
    assert [one.title for one in made] == ["A", "B"]
    assert [one.url_key for one in made] == [None, None]
    assert not shares_a_key(made[0], made[1])


def test_a_shared_link_is_not_all_that_is_known_of_entries_without_titles() -> None:
    entries = [Entry(link="/live", summary=words) for words in ("A", "B", "B")]
    assert [one.title for one in to_articles(entries, DOCUMENT, "", NOW)] == ["A", "B"]


def test_an_entry_that_is_only_a_home_page_is_known_by_its_address() -> None:
    entries = [Entry(link=link) for link in ("/", "/", "https://other.example/")]
    made = to_articles(entries, DOCUMENT, "", NOW)
    assert [one.title for one in made] == ["paper.example", "other.example"]


@given(
    st.builds(
        Entry,
        guid=wild,
        link=wild,
        title=wild,
        summary=wild,
        content=wild,
        publisher=wild,
        language=wild,
        categories=st.tuples(wild),
        title_is_html=st.booleans(),
    )
)
def test_no_entry_is_too_wild(entry: Entry) -> None:
    for made in to_articles([entry, entry], DOCUMENT, "", NOW):
        assert made.keys
        assert 0 < len(made.title) <= 300
        assert len(made.summary) <= 1_000
        for text in (made.title, made.summary, made.body, made.url, *made.categories):
            text.encode()


def test_a_list_of_other_papers_headlines_is_no_summary() -> None:
    listed = (
        '<ol><li><a href="https://news.google.com/rss/articles/1">Ships meet off Busan</a>'
        '<font>The Paper</font></li><li><a href="https://news.google.com/rss/articles/2">Fleet of '
        "three navies gathers</a><font>The Wire</font></li></ol>"
    )
    found = to_article(
        Entry(
            guid="1",
            link="https://news.google.com/rss/articles/1",
            title="Ships meet off Busan - The Paper",
            summary=listed,
            publisher="The Paper",
        ),
        "https://news.google.com/rss/search?q=x",
        "en",
        NOW,
    )
    assert found is not None
    assert (found.title, found.publisher) == ("Ships meet off Busan", "The Paper")
    assert (found.summary, found.body) == ("", "")
