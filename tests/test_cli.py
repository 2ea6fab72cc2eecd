"""The command line: what works prints its result, what does not is one line and an exit code."""

import io
import json
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import run
from bot.cli.sources import _state
from bot.core.health import Doing, Health
from bot.demo.botapi import BotApiServer
from bot.sources import guard as guard_module
from tests.fakes.feedserver import FeedServer
from tests.fakes.proxy import Proxy
from tests.fakes.threads import served
from tests.journeys.scene import Item, rss

Run = Callable[..., tuple[int, str, str]]
OPML = (
    '<opml version="2.0"><body><outline text="Asia"><outline text="Paper" '
    'xmlUrl="http://127.0.0.1:9/a"/><outline text="Wire" xmlUrl="http://127.0.0.1:9/b"/>'
    '<outline text="Bad" xmlUrl="file:///etc/passwd"/></outline></body></opml>'
)


@pytest.fixture
def tagwire(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command with its own data folder; returns code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    monkeypatch.setenv("TAGWIRE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TAGWIRE_SOURCES", "none")
    monkeypatch.setenv("TAGWIRE_ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*argv: str) -> tuple[int, str, str]:
        code = run(argv)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["nonsense"], 2, "No such command 'nonsense'. Try tagwire --help."),
        (["latest"], 2, "tag"),
        (["latest", "#Korea", "-n", "0"], 2, "Try tagwire latest --help."),
        (["sources", "add"], 2, "Missing argument 'urls'. Try tagwire sources add --help."),
        (["sources", "remove", "http://x/\udcff"], 2, "no text in UTF-8"),
        (["latest", "###"], 2, "Type one, such as"),
        (["explain", "#US", "x.txt"], 2, "x.txt cannot be read"),
        (["run"], 2, "BotFather"),
        (["run", "--only", ","], 2, "--only names no part."),
        (["run", "--only", "fish"], 2, "--only knows chat, poll and deliver, not fish."),
        (["demo", "--feeds", "nowhere"], 2, "nowhere is no folder."),
        (["sources", "import", "nowhere.opml"], 2, "Name an OPML file."),
        (["sources", "remove", "http://127.0.0.1/x"], 2, "See: tagwire sources list"),
        (["sources", "add", "file:///etc/passwd"], 1, "file:///etc/passwd"),
        (["sources", "add", "http://169.254.169.254/"], 1, "not a public one"),
        (["sources", "test", "http://127.0.0.1:1/"], 1, "127.0.0.1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_one_line(
    tagwire: Run, argv: list[str], code: int, words: str
) -> None:
    got, _, errors = tagwire(*argv)
    assert got == code
    assert words in errors
    assert len(errors.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("TAGWIRE_DATABASE_URL=mysql://x/y", 2, "sqlite:///"),
        ("TAGWIRE_DATABASE_URL=postgresql://u:secretpw@127.0.0.1:1/x", 1, "cannot be reached"),
        ("TAGWIRE_POLL_INTERVAL=soon", 2, "TAGWIRE_POLL_INTERVAL"),
    ],
)
def test_a_wrong_setting_is_one_line_without_secrets(
    tagwire: Run, monkeypatch: pytest.MonkeyPatch, setting: str, code: int, words: str
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    got, _, errors = tagwire("db", "stats")
    assert (got, len(errors.strip().splitlines())) == (code, 1)
    assert words in errors
    assert "secretpw" not in errors


def test_a_file_that_is_no_database_is_left_alone(tagwire: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tagwire.db").write_text("a diary, not a database, with some length")
    code, _, errors = tagwire("db", "upgrade")
    assert code == 2, "another file mends it, not another try"
    assert "is not a database" in errors
    assert (tmp_path / "data" / "tagwire.db").read_text().startswith("a diary")


def test_help_and_version_are_there(tagwire: Run) -> None:
    code, out, _ = tagwire("--help")
    assert code == 0
    assert "sources" in out
    assert tagwire("--version")[1].startswith("tagwire")


@pytest.mark.parametrize("command", ["", "latest", "sources list"])
def test_the_help_of_a_flag_speaks_of_no_type(tagwire: Run, command: str) -> None:
    code, out, _ = tagwire(*command.split(), "--help")
    assert code == 0
    assert "Show this message and exit." in out
    assert "bool" not in out


def test_the_database_is_made_copied_and_counted(tagwire: Run, tmp_path: Path) -> None:
    assert tagwire("db", "upgrade")[0] == 0
    copy = tmp_path / "copy.db"
    assert tagwire("db", "backup", str(copy))[0] == 0
    assert copy.read_bytes().startswith(b"SQLite format 3")
    assert tagwire("db", "backup", str(copy))[0] == 1, "never writes over a file"
    code, _, errors = tagwire("db", "backup", str(tmp_path / "none" / "copy.db"))
    assert (code, (tmp_path / "none").exists()) == (1, False)
    assert f"{tmp_path / 'none'} is no folder." in errors
    assert "stories" in tagwire("db", "stats")[1]


def test_sources_are_imported_listed_exported_and_removed(tagwire: Run, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(OPML)
    code, out, _ = tagwire("sources", "import", "list.opml")
    assert code == 0
    assert "2 added, 0 known already, 1 refused." in out
    assert "Cannot be read now, and are tried again:\n  http://127.0.0.1:9/" in out
    listed = json.loads(tagwire("sources", "list", "--json")[1])
    assert [one["title"] for one in listed] == ["Paper", "Wire"]
    assert "not yet" in tagwire("sources", "list")[1]
    assert 'xmlUrl="http://127.0.0.1:9/a"' in tagwire("sources", "export")[1]
    assert tagwire("sources", "remove", "http://127.0.0.1:9/a")[0] == 0
    assert len(json.loads(tagwire("sources", "list", "--json")[1])) == 1


def test_what_is_twice_in_a_list_or_there_already_is_told(tagwire: Run, tmp_path: Path) -> None:
    with served(FeedServer()) as web:
        well = web.puts("/feed", rss(Item("Korea opens a museum", "Ships.")))
        addresses = [well, well + "/", well, web.url("/none")]
        outlines = "".join(f'<outline xmlUrl="{address}"/>' for address in addresses)
        (tmp_path / "list.opml").write_text(f"<opml><body>{outlines}</body></opml>")
        out = tagwire("sources", "import", "list.opml")[1]
        again = tagwire("sources", "import", "--no-check", "list.opml")[1]
        code, checked, _ = tagwire("check")
    assert out.splitlines() == [
        "2 added, 0 known already, 0 refused.",
        "Left out, as they are there already:",
        f"  {well} is in the list twice",
        f"  {well}/ is {well}",
        "Cannot be read now, and are tried again:",
        f"  {web.url('/none')} has nothing at this address (404)",
    ]
    assert "0 added, 2 known already, 0 refused." in again
    assert "Cannot be read" not in again
    assert code == 1
    assert "has nothing at this address (404)" in checked


@pytest.mark.parametrize(
    ("doing", "error", "days", "words"),
    [
        ("read", "", 0, "well"),
        ("failing", "does not answer", 0.5, "does not answer"),
        ("failing", "does not answer", 4, "does not answer, for 4 days"),
        ("gone", "is gone for good (410)", 0, "is gone for good (410); not asked any more"),
        ("paused", "", 0, "paused"),
    ],
)
def test_the_list_says_in_words_how_a_source_is_doing(
    doing: Doing, error: str, days: float, words: str
) -> None:
    found = Health(doing, None, None, None, None, failing_days=days, error=error)
    assert _state(found) == words


def test_a_list_of_something_else_is_wrong_usage(tagwire: Run, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text("<html/>")
    code, _, errors = tagwire("sources", "import", "list.opml")
    assert code == 2
    assert errors == "The file is no OPML list of sources. Name an OPML file.\n"


def test_addresses_are_whole_where_nobody_looks(
    tagwire: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    address = "http://127.0.0.1:9/" + "long/" * 40
    (tmp_path / "list.opml").write_text(OPML.replace("http://127.0.0.1:9/a", address))
    tagwire("sources", "import", "list.opml")
    assert f" {address} " in tagwire("sources", "list")[1]


def test_a_source_is_tried_and_added(tagwire: Run) -> None:
    with served(FeedServer()) as web:
        url = web.puts("/feed", rss(Item("Korea opens a museum", "Ships.")))
        code, out, _ = tagwire("sources", "test", url)
        assert code == 0
        assert "Korea opens a museum" in out
        assert "Added The Paper" in tagwire("sources", "add", url)[1]
        assert "Known already: The Paper" in tagwire("sources", "add", url)[1]
        web.puts("/feed/", rss(Item("Story")))
        assert f"Known already: {url}\n" in tagwire("sources", "add", f"{url}/")[1]
        template = url + "?q={query}"
        assert tagwire("sources", "add", template)[0] == 0
        news = web.puts("/news", rss(Item("Korea opens a museum", "Ships.")))
        template = news.replace("/news", "/{tag}")
        code, out, _ = tagwire("sources", "test", template)
        assert code == 0
        assert "Tried with the tag #News" in out
        assert f"\n{news}\n" in out
        assert "The Paper: 1 entries" in out
        web.puts("/news", b"gone", status=404)
        assert tagwire("sources", "test", template)[0] == 1


def test_check_shows_what_is_in_force_and_what_fails(
    tagwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(FeedServer()) as web, served(BotApiServer()) as api:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        monkeypatch.setenv("TAGWIRE_TELEGRAM_API_URL", api.url)
        tagwire("sources", "add", web.puts("/feed", rss(Item("One"))))
        code, out, errors = tagwire("check")
        assert code == 0, out + errors
        assert "@tagwire_demo_bot" in out
        assert api.token not in out
        web.puts("/feed", b"oops", status=500)
        code, out, errors = tagwire("check")
        assert code == 1
        assert "FAIL" in out
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:" + "x" * 35)
        code, out, _ = tagwire("check")
        assert code == 1
        assert "FAIL Telegram" in out


def test_the_web_and_telegram_are_asked_through_their_proxies(
    tagwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(guard_module, "_look_up", look_up)
    there = "http://telegram.example"
    with (
        served(FeedServer()) as web,
        served(BotApiServer()) as api,
        served(Proxy(web.port)) as to_web,
        served(Proxy(int(api.url.rpartition(":")[2]))) as to_telegram,
    ):
        web.puts("/feed", rss(Item("One")))
        monkeypatch.setenv("TAGWIRE_PROXY", to_web.url)
        assert tagwire("sources", "add", "http://paper.example/feed")[0] == 0
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        monkeypatch.setenv("TAGWIRE_TELEGRAM_API_URL", there)
        monkeypatch.setenv("TAGWIRE_TELEGRAM_PROXY", to_telegram.url)
        code, out, errors = tagwire("check")
    assert code == 0, out + errors
    assert set(to_web.asked) == {"GET http://paper.example/feed"}
    assert set(to_telegram.asked) == {f"POST {there}/bot{api.token}/getMe"}


def test_check_speaks_calmly_and_names_what_is_in_force(
    tagwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:" + "x" * 35)
    monkeypatch.setenv("TAGWIRE_TELEGRAM_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("TAGWIRE_NOSUCH", "1")
    code, out, errors = tagwire("check")
    assert code == 1
    assert "FAIL Telegram: 127.0.0.1:1 cannot be reached. Is the network up" in out
    assert "TAGWIRE_NOSUCH is no setting" in errors
    monkeypatch.setenv("TAGWIRE_SOURCES", "")
    monkeypatch.setenv("TAGWIRE_DATABASE_URL", "mysql://x/y")
    monkeypatch.setenv("TAGWIRE_PROXY", "http://ada:s3cret@10.0.0.1:3128")
    monkeypatch.setenv("TAGWIRE_TELEGRAM_PROXY", "http://127.0.0.1:1")
    out = tagwire("check")[1]
    assert re.search("TAGWIRE_SOURCES +the catalogue", out)
    assert re.search(r"TAGWIRE_PROXY +http://\*\*\*@10\.0\.0\.1:3128", out)
    assert "the proxy does not answer. Is TAGWIRE_TELEGRAM_PROXY right?" in out
    assert "s3cret" not in out


@pytest.mark.parametrize(
    ("listen", "url", "code", "words"),
    [
        ("", "", 0, "ok   web side: off; updates by long polling"),
        ("[::1]:8080", "", 0, "ok   web side: listens on [::1]:8080; updates by long polling"),
        (
            "127.0.0.1:8080",
            "https://news.example/hook",
            0,
            "ok   web side: listens on 127.0.0.1:8080; https://news.example/hook must lead to",
        ),
        ("", "https://news.example/hook", 1, "FAIL web side: TAGWIRE_WEBHOOK_URL needs"),
    ],
)
def test_check_tells_whether_webhook_and_listener_fit(  # noqa: PLR0917 - a row of the table
    tagwire: Run, monkeypatch: pytest.MonkeyPatch, listen: str, url: str, code: int, words: str
) -> None:
    monkeypatch.setenv("TAGWIRE_HTTP_LISTEN", listen)
    monkeypatch.setenv("TAGWIRE_WEBHOOK_URL", url)
    with served(BotApiServer()) as api:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        monkeypatch.setenv("TAGWIRE_TELEGRAM_API_URL", api.url)
        got, out, errors = tagwire("check")
    assert got == code, out + errors
    assert words in out


def test_a_webhook_that_nobody_would_hear_stops_the_start(
    tagwire: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGWIRE_WEBHOOK_URL", "https://news.example/hook")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:" + "x" * 35)
    code, _, errors = tagwire("run")
    assert code == 2
    assert errors.startswith("TAGWIRE_WEBHOOK_URL needs TAGWIRE_HTTP_LISTEN")
    assert len(errors.splitlines()) == 1


def test_a_port_in_use_stops_the_start(tagwire: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("TAGWIRE_HTTP_LISTEN", f"127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setenv("TAGWIRE_LOG_LEVEL", "ERROR")
        code, _, errors = tagwire("run", "--only", "poll")
    assert code == 2
    assert "something listens there already" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("command", ["explain", "latest"])
def test_a_query_that_breaks_off_is_shown_with_the_place(tagwire: Run, command: str) -> None:
    code, out, errors = tagwire(command, "#한국 + (#China")
    assert (code, out) == (2, "")
    line, query, mark = errors.splitlines()
    assert "Add the )" in line
    assert query == "  #한국 + (#China"
    assert mark == "  " + " " * len("#xxxx + ") + "^", "a Korean letter is two columns wide"


def test_an_empty_query_has_no_place_to_show(tagwire: Run) -> None:
    code, _, errors = tagwire("latest", "")
    assert (code, len(errors.splitlines())) == (2, 1)


def test_explain_shows_the_words_or_says_that_there_are_none(
    tagwire: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.txt").write_text("Talks in Busan\nThe U.S. sent ships, he told us.")
    code, out, _ = tagwire("explain", "#US", "text.txt")
    assert code == 0
    assert "«U.S" in out
    piped = io.TextIOWrapper(io.BytesIO(b"Talks\nHe told us nothing."))
    monkeypatch.setattr(sys, "stdin", piped)
    code, out, _ = tagwire("explain", "#US")
    assert (code, out) == (1, "#US does not match: it is only in small letters.\n")
    code, out, _ = tagwire("explain", "#Seoul", "text.txt")
    assert (code, out) == (1, "#Seoul does not match: it stands nowhere in the text.\n")
    far = "Weather\n" + "It rained again and again. " * 30 + "Busan was dry."
    (tmp_path / "far.txt").write_text(far)
    code, out, _ = tagwire("explain", "Busan", "far.txt")
    assert code == 1
    assert "it is only once in the text, not in its headline or lead." in out


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("Canada and China", ["Canada: found", "China: not there"]),
        (
            "Canada -glad -hockey",
            [
                "Canada: found",
                "glad: there, though it is to be left out",
                "hockey: not there, as it should be",
            ],
        ),
        (
            "(Canada or China) title:glad lang:fr",
            [
                "Canada: found",
                "China: not there",
                "glad: in the text, but not in its headline",
                "lang:fr: another one",
            ],
        ),
    ],
)
def test_explain_says_of_each_part_what_it_lacks(
    tagwire: Run, tmp_path: Path, query: str, said: list[str]
) -> None:
    (tmp_path / "text.txt").write_text("Canada wins\nEverybody is glad.")
    code, out, _ = tagwire("explain", query, "text.txt")
    first, *others = [line for line in out.splitlines() if "characters" not in line]
    assert (code, first) == (1, f"{query} does not match:")
    assert others == [f"  {line}" for line in said]


def test_latest_of_a_tag_without_stories_says_so(tagwire: Run) -> None:
    assert tagwire("latest", "#Korea") == (0, "No stored story carries #Korea.\n", "")
    assert json.loads(tagwire("latest", "#Korea", "--json")[1]) == []


def test_a_page_with_several_feeds_tells_them_all(tagwire: Run) -> None:
    with served(FeedServer()) as web:
        links = "".join(f'<link rel="feed" href="/{name}">' for name in ("feed", "sport"))
        web.puts("/feed", rss(Item("One")))
        web.puts("/sport", rss(Item("Two"), title="Sport"))
        code, out, _ = tagwire("sources", "add", web.puts("/", f"<html>{links}</html>"))
        assert code == 0
        assert out.splitlines() == [
            "Added The Paper",
            "The page also offers, to add one by one:",
            f"  {web.url('/sport')}  Sport",
        ]
        assert out.split("\n", 1)[1] in tagwire("sources", "test", web.url("/"))[1]


@pytest.mark.parametrize(
    ("listen", "code", "words"),
    [
        ("127.0.0.1:8080", 0, "for stories that hubs push, https://news.example/websub/ too"),
        ("", 1, "FAIL web side: TAGWIRE_PUBLIC_URL needs TAGWIRE_HTTP_LISTEN"),
    ],
)
def test_check_tells_what_hubs_need(
    tagwire: Run, monkeypatch: pytest.MonkeyPatch, listen: str, code: int, words: str
) -> None:
    monkeypatch.setenv("TAGWIRE_HTTP_LISTEN", listen)
    monkeypatch.setenv("TAGWIRE_PUBLIC_URL", "https://news.example")
    with served(BotApiServer()) as api:
        monkeypatch.setenv("TAGWIRE_TELEGRAM_API_URL", api.url)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        found, out, _ = tagwire("check")
    assert found == code
    assert words in " ".join(out.split())
