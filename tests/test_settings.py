"""Settings come from the environment or `.env`, and each mistake is one clear line."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import Settings, load_settings, names_of_nothing

NAMES = [field.alias for field in Settings.model_fields.values() if field.alias is not None]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start without any of our settings, in an empty folder."""
    assert len(NAMES) > 10
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("TAGWIRE_POLL_INTERVAL", "often", r"TAGWIRE_POLL_INTERVAL is not a whole number\. Use"),
        ("TAGWIRE_POLL_INTERVAL", "1", r"^TAGWIRE_POLL_INTERVAL is too small\. Use a number"),
        ("TAGWIRE_POLL_INTERVAL", "9" * 5, r"^TAGWIRE_POLL_INTERVAL is too large\. Use a number"),
        ("TAGWIRE_POLL_INTERVAL", "9" * 5000, r"^TAGWIRE_POLL_INTERVAL is too large\. Use"),
        ("TAGWIRE_MAX_ALERT_AGE", "0", r"^TAGWIRE_MAX_ALERT_AGE is too small\. Use a number"),
        ("TAGWIRE_MESSAGES_PER_SECOND", "nan", r"^TAGWIRE_MESSAGES_PER_SECOND is .*\. Use a num"),
        ("TELEGRAM_BOT_TOKEN", "12:short", r"TELEGRAM_BOT_TOKEN is not a bot token\. Copy"),
        ("TAGWIRE_ALLOWED_NETWORKS", "10.0.0.1/8", r"TAGWIRE_ALLOWED_NETWORKS has .*\. Use net"),
        ("TAGWIRE_ADMINS", "@me", r"TAGWIRE_ADMINS has something that is no user id\. Use"),
        ("TAGWIRE_ACCESS", "open", r"TAGWIRE_ACCESS .*\. Use public or private"),
        ("TAGWIRE_ADDSOURCE", "all", r"TAGWIRE_ADDSOURCE .*\. Use admins or everybody"),
        ("TAGWIRE_FETCH_ARTICLES", "often", r"^TAGWIRE_FETCH_ARTICLES is neither yes nor no\. Use"),
        (
            "TAGWIRE_PROXY",
            "proxy:3128",
            r"^TAGWIRE_PROXY is not the address of an http proxy\. Use",
        ),
        ("TAGWIRE_PROXY", "https://proxy:3128", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_PROXY", "socks5://proxy:1080", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_PROXY", "http://proxy:0", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_PROXY", "http://proxy:99999", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_PROXY", "http://proxy/path", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_PROXY", "http://pro xy", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_PROXY", "http://a%3Ab:c@proxy", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_PROXY", "http://a:caf%C3%A9@proxy", r"^TAGWIRE_PROXY is not the address"),
        ("TAGWIRE_TELEGRAM_PROXY", "http://[x", r"^TAGWIRE_TELEGRAM_PROXY is not the .*\. Use"),
        ("TAGWIRE_HTTP_LISTEN", "8080", r"TAGWIRE_HTTP_LISTEN is not host:port\. Use"),
        ("TAGWIRE_HTTP_LISTEN", "127.0.0.1:99999", r"TAGWIRE_HTTP_LISTEN is not host:port"),
        ("TAGWIRE_HTTP_LISTEN", "::1:8080", r"TAGWIRE_HTTP_LISTEN is not host:port"),
        ("TAGWIRE_HTTP_LISTEN", "[nonsense]:8080", r"TAGWIRE_HTTP_LISTEN is not host:port"),
        ("TAGWIRE_WEBHOOK_URL", "http://x.org", r"TAGWIRE_WEBHOOK_URL is not an https address"),
        ("TAGWIRE_WEBHOOK_URL", "https:///path", r"TAGWIRE_WEBHOOK_URL is not an https address"),
        ("TAGWIRE_WEBHOOK_URL", "https://x.org:x/", r"TAGWIRE_WEBHOOK_URL is not an https address"),
        ("TAGWIRE_WEBHOOK_URL", "https://[x.org/", r"TAGWIRE_WEBHOOK_URL is not an https address"),
        ("TAGWIRE_WEBHOOK_URL", "https://x.org/{a}", r"TAGWIRE_WEBHOOK_URL has something in it"),
        ("TAGWIRE_WEBHOOK_URL", "https://u:p@x.org/", r"TAGWIRE_WEBHOOK_URL has something in it"),
        ("TAGWIRE_WEBHOOK_URL", "https://x.org/#a", r"TAGWIRE_WEBHOOK_URL has something in it"),
        ("TAGWIRE_PUBLIC_URL", "x.org", r"TAGWIRE_PUBLIC_URL is not the address .*\. Use an"),
        ("TAGWIRE_PUBLIC_URL", "https://x.org/a", r"TAGWIRE_PUBLIC_URL is not the address"),
        ("TAGWIRE_PUBLIC_URL", "https://u:p@x.org", r"TAGWIRE_PUBLIC_URL is not the address"),
        ("TAGWIRE_PUBLIC_URL", "https://[x.org", r"TAGWIRE_PUBLIC_URL is not the address"),
        ("TAGWIRE_TELEGRAM_API_URL", "nowhere", r"TAGWIRE_TELEGRAM_API_URL .*\. Use an address"),
        ("TAGWIRE_LOG_LEVEL", "loud", r"TAGWIRE_LOG_LEVEL .*\. Use DEBUG"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=line) as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_no_utf8_is_named_with_the_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TAGWIRE_ACCESS=private\n# caf\xe9\n")
    with pytest.raises(ConfigurationError, match=r"^Line 2 of \.env has .* Save the file in UTF-8"):
        load_settings()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").symlink_to("/proc/self/mem")  # Its first page cannot be read, by nobody.
    with pytest.raises(ConfigurationError, match=r"^\.env cannot be read: Input/output error\."):
        load_settings()


def test_a_name_that_nothing_reads_is_told_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("tagwire_admin=12\nTAGWIRE_ACCESS=private\nOTHER=1\n")
    monkeypatch.setenv("TAGWIRE_ACCES", "private")
    monkeypatch.setenv("TAGWIRE_POLL_INTERVAL", "300")
    assert names_of_nothing() == [
        "TAGWIRE_ACCES is no setting, nothing reads it. The nearest name is TAGWIRE_ACCESS.",
        "TAGWIRE_ADMIN is no setting, nothing reads it. The nearest name is TAGWIRE_ADMINS.",
    ]


def test_a_wrong_token_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:secret secret")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "proxy",
    ["http://proxy.example.org", "http://a:s%40cret@10.0.0.1:3128/", "http://s@[fd00::1]:3128"],
)
def test_a_proxy_is_a_secret(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    assert (load_settings().proxy, load_settings().telegram_proxy) == ("", "")
    monkeypatch.setenv("TAGWIRE_PROXY", proxy)
    monkeypatch.setenv("TAGWIRE_TELEGRAM_PROXY", proxy)
    settings = load_settings()
    assert (settings.proxy, settings.telegram_proxy) == (proxy, proxy)
    assert proxy not in repr(settings)


def test_a_wrong_proxy_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGWIRE_PROXY", "ada:secret@proxy:3128")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "secret" not in str(caught.value)


def test_a_missing_token_says_where_to_get_one() -> None:
    with pytest.raises(ConfigurationError, match="BotFather"):
        load_settings().required_token()


def test_values_come_from_the_environment_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = "42:" + "t" * 35
    (tmp_path / ".env").write_text(f"TAGWIRE_POLL_INTERVAL=60\nTELEGRAM_BOT_TOKEN={token}\n")
    monkeypatch.setenv("TAGWIRE_POLL_INTERVAL", "90")
    monkeypatch.setenv("TAGWIRE_ALLOWED_NETWORKS", "127.0.0.0/8, ::1")
    monkeypatch.setenv("TAGWIRE_ADMINS", "7, 8")
    monkeypatch.setenv("TAGWIRE_LOG_LEVEL", "debug")
    settings = load_settings()
    assert settings.poll_interval == 90
    assert settings.required_token() == token
    assert [str(net) for net in settings.allowed_networks] == ["127.0.0.0/8", "::1/128"]
    assert settings.admins == {7, 8}
    assert settings.log_level == "DEBUG"
    assert token not in repr(settings)


def test_without_settings_the_database_is_a_file_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TAGWIRE_DATA_DIR", str(tmp_path))
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/tagwire.db"
    assert settings.base_url == "https://api.telegram.org"


def test_a_database_address_may_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGWIRE_DATABASE_URL", "postgresql://u:pw@db/x")
    settings = load_settings()
    assert settings.database_url == "postgresql://u:pw@db/x"
    assert "pw" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "listen"),
    [
        ("", None),
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:8080", ("::1", 8080)),
        ("[::ffff:127.0.0.1]:80", ("::ffff:127.0.0.1", 80)),
    ],
)
def test_where_the_web_side_listens(
    monkeypatch: pytest.MonkeyPatch, given: str, listen: tuple[str, int] | None
) -> None:
    monkeypatch.setenv("TAGWIRE_HTTP_LISTEN", given)
    assert load_settings().listen == listen


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://news.example", "/"),
        ("https://news.example/", "/"),
        ("https://news.example:8443/bot/updates?x=1", "/bot/updates"),
    ],
)
def test_where_telegram_delivers(monkeypatch: pytest.MonkeyPatch, url: str, path: str) -> None:
    monkeypatch.setenv("TAGWIRE_WEBHOOK_URL", url)
    settings = load_settings()
    assert settings.webhook_path == path
    with pytest.raises(ConfigurationError, match="needs TAGWIRE_HTTP_LISTEN"):
        settings.check_webhook()
    monkeypatch.setenv("TAGWIRE_HTTP_LISTEN", "127.0.0.1:8080")
    load_settings().check_webhook()


@pytest.mark.parametrize(
    ("webhook", "public", "origin"),
    [
        ("", "", ""),
        ("https://news.example.org:8443/bot?a=b", "", "https://news.example.org:8443"),
        ("https://news.example.org/bot", "http://other.example/", "http://other.example"),
    ],
)
def test_where_the_world_reaches_us(
    monkeypatch: pytest.MonkeyPatch, webhook: str, public: str, origin: str
) -> None:
    monkeypatch.setenv("TAGWIRE_WEBHOOK_URL", webhook)
    monkeypatch.setenv("TAGWIRE_PUBLIC_URL", public)
    assert load_settings().public_origin == origin


def test_a_public_address_needs_a_place_to_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGWIRE_PUBLIC_URL", "https://news.example.org")
    with pytest.raises(ConfigurationError, match="TAGWIRE_PUBLIC_URL needs TAGWIRE_HTTP_LISTEN"):
        load_settings().check_webhook()


def test_a_bots_number_is_the_open_part_of_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().bot_id == ""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "42:" + "t" * 35)
    assert load_settings().bot_id == "42"
