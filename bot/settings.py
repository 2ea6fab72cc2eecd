"""The settings of INTERFACE: environment variables, or the same names in `.env`."""

import re
from difflib import get_close_matches
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path
from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from bot.errors import ConfigurationError

Network = IPv4Network | IPv6Network

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{30,64}")
_LISTEN = re.compile(r"(?P<host>[^\s:\[\]]+|\[[0-9a-fA-F:.]+\]):(?P<port>\d{1,5})")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_PATH = re.compile(r"[A-Za-z0-9/_.~@:%+-]*")

_PLAIN = {
    "int_parsing": "is not a whole number",
    "int_parsing_size": "is too large",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "float_parsing": "is not a number",
    "url_parsing": "is not an address",
    "url_scheme": "is not an http or https address",
    "bool_parsing": "is neither yes nor no",
    "literal_error": "is not one of the words it may be",
}

_PROXY_HINT = "Use http://host:port, or http://name:password@host:port with @ written as %40."
_HINTS = {
    "TELEGRAM_BOT_TOKEN": "Copy it from @BotFather; it looks like 123456789:AAF….",
    "TAGWIRE_TELEGRAM_API_URL": "Use an address such as https://api.telegram.org.",
    "TAGWIRE_POLL_INTERVAL": "Use a number of seconds from 10 to 86400, such as 300.",
    "TAGWIRE_MAX_ALERT_AGE": "Use a number of seconds from 1 to 31536000, such as 86400.",
    "TAGWIRE_ALLOWED_NETWORKS": "Use networks separated by commas, such as 127.0.0.0/8.",
    "TAGWIRE_ADMINS": "Use Telegram user ids separated by commas, such as 12345678.",
    "TAGWIRE_ACCESS": "Use public or private.",
    "TAGWIRE_ADDSOURCE": "Use admins or everybody.",
    "TAGWIRE_MESSAGES_PER_SECOND": "Use a number from 1 to 1000, such as 30.",
    "TAGWIRE_FETCH_ARTICLES": "Use yes or no.",
    "TAGWIRE_PROXY": _PROXY_HINT,
    "TAGWIRE_TELEGRAM_PROXY": _PROXY_HINT,
    "TAGWIRE_HTTP_LISTEN": "Use host:port, such as 127.0.0.1:8080, or leave it out.",
    "TAGWIRE_WEBHOOK_URL": "Use a public https address, or leave it out for long polling.",
    "TAGWIRE_PUBLIC_URL": "Use an address without a path, such as https://news.example.org.",
    "TAGWIRE_LOG_LEVEL": "Use DEBUG, INFO, WARNING or ERROR.",
    "TAGWIRE_LOG_FORMAT": "Use text or json.",
}


class Settings(BaseSettings):
    """What an operator may set; read once, then passed by hand."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    token: SecretStr | None = Field(None, alias="TELEGRAM_BOT_TOKEN")
    api_url: AnyHttpUrl = Field(
        AnyHttpUrl("https://api.telegram.org"), alias="TAGWIRE_TELEGRAM_API_URL"
    )
    database_url_given: SecretStr | None = Field(None, alias="TAGWIRE_DATABASE_URL")
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("tagwire"), alias="TAGWIRE_DATA_DIR"
    )
    sources: str = Field("", alias="TAGWIRE_SOURCES")
    poll_interval: int = Field(300, ge=10, le=86_400, alias="TAGWIRE_POLL_INTERVAL")
    max_alert_age: int = Field(86_400, ge=1, le=31_536_000, alias="TAGWIRE_MAX_ALERT_AGE")
    allowed_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), alias="TAGWIRE_ALLOWED_NETWORKS"
    )
    admins: Annotated[frozenset[int], NoDecode] = Field(frozenset(), alias="TAGWIRE_ADMINS")
    access: Literal["public", "private"] = Field("public", alias="TAGWIRE_ACCESS")
    add_source: Literal["admins", "everybody"] = Field("admins", alias="TAGWIRE_ADDSOURCE")
    messages_per_second: float = Field(30, ge=1, le=1000, alias="TAGWIRE_MESSAGES_PER_SECOND")
    fetch_articles: bool = Field(default=True, alias="TAGWIRE_FETCH_ARTICLES")
    proxy_given: SecretStr | None = Field(None, alias="TAGWIRE_PROXY")
    telegram_proxy_given: SecretStr | None = Field(None, alias="TAGWIRE_TELEGRAM_PROXY")
    http_listen: str = Field("", alias="TAGWIRE_HTTP_LISTEN")
    webhook_url: str = Field("", alias="TAGWIRE_WEBHOOK_URL")
    public_url: str = Field("", alias="TAGWIRE_PUBLIC_URL")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="TAGWIRE_LOG_LEVEL"
    )
    log_format: Literal["text", "json"] = Field("text", alias="TAGWIRE_LOG_FORMAT")

    @field_validator("token")
    @classmethod
    def _token_has_its_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is not a bot token")
        return value

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        except ValueError as error:
            raise ValueError(f"has something that is no network: {error}") from error

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(re.fullmatch(r"[0-9]{1,16}", part) for part in parts):
            raise ValueError("has something that is no user id")
        return frozenset(int(part) for part in parts)

    @field_validator("proxy_given", "telegram_proxy_given")
    @classmethod
    def _proxy_has_its_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_proxy(value.get_secret_value()):
            raise ValueError("is not the address of an http proxy")
        return value

    @field_validator("http_listen")
    @classmethod
    def _listen_has_its_form(cls, value: str) -> str:
        found = _LISTEN.fullmatch(value)
        if value and (found is None or int(found["port"]) > 65_535):
            raise ValueError("is not host:port")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_is_https(cls, value: str) -> str:
        if not value:
            return value
        try:
            parts = urlsplit(value)
            good = parts.scheme == "https" and parts.hostname and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise ValueError("is not an https address")
        if not _PATH.fullmatch(parts.path) or parts.fragment or "@" in parts.netloc:
            raise ValueError("has something in it that a webhook's address may not have")
        return value

    @field_validator("public_url")
    @classmethod
    def _public_is_an_origin(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
        except ValueError:
            good = False
        if value and (not good or "@" in value or value.rstrip("/") != _origin(value)):
            raise ValueError("is not the address of a web server")
        return value.rstrip("/")

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @cached_property
    def database_url(self) -> str:
        """The database's address; by default a SQLite file in the data folder."""
        if self.database_url_given is not None:
            return self.database_url_given.get_secret_value()
        return f"sqlite:///{self.data_dir / 'tagwire.db'}"

    @property
    def proxy(self) -> str:
        """Through what the web is asked, a secret; empty: it is asked straight."""
        return self.proxy_given.get_secret_value() if self.proxy_given else ""

    @property
    def telegram_proxy(self) -> str:
        """Through what Telegram is asked, a secret; empty: it is asked straight."""
        return self.telegram_proxy_given.get_secret_value() if self.telegram_proxy_given else ""

    @property
    def base_url(self) -> str:
        """The Bot API server's address, without a slash at its end."""
        return str(self.api_url).rstrip("/")

    @property
    def listen(self) -> tuple[str, int] | None:
        """Host and port of the web side; None: it is off. Port 0 is any that is free."""
        found = _LISTEN.fullmatch(self.http_listen)
        return (found["host"].strip("[]"), int(found["port"])) if found is not None else None

    @property
    def webhook_path(self) -> str:
        """Where on the web side Telegram delivers."""
        return urlsplit(self.webhook_url).path or "/"

    @property
    def public_origin(self) -> str:
        """Where the world reaches the web side; empty where it doesn't."""
        return self.public_url or (_origin(self.webhook_url) if self.webhook_url else "")

    def check_webhook(self) -> None:
        """Raise ConfigurationError where nobody would hear what Telegram or hubs deliver."""
        if self.public_url and self.listen is None:
            raise ConfigurationError(
                "TAGWIRE_PUBLIC_URL needs TAGWIRE_HTTP_LISTEN: say where what comes to that "
                "address arrives, such as 127.0.0.1:8080, or leave both out."
            )
        if self.webhook_url and self.listen is None:
            raise ConfigurationError(
                "TAGWIRE_WEBHOOK_URL needs TAGWIRE_HTTP_LISTEN: say where Telegram's deliveries "
                "arrive behind that address, such as 127.0.0.1:8080, or leave both out."
            )

    @property
    def bot_id(self) -> str:
        """The bot's number, which is the open part of its token; empty where there is none."""
        return self.token.get_secret_value().partition(":")[0] if self.token is not None else ""

    def required_token(self) -> str:
        """Return the token; raise ConfigurationError where there is none."""
        if self.token is None:
            raise ConfigurationError(
                "TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather and put it into the "
                "environment or .env, or try `tagwire demo`, which needs none."
            )
        return self.token.get_secret_value()


def load_settings() -> Settings:
    """Read the environment and `.env`; raise ConfigurationError with one line a mistake."""
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(error))) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"Line {line} of .env has something that is no UTF-8. Save the file in UTF-8."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f".env cannot be read: {error.strerror}. Look at its rights, or move it away."
        ) from error


def names_of_nothing() -> list[str]:
    """Return a line for each name that looks like a setting and is none, with the nearest."""
    known = [str(field.alias) for field in Settings.model_fields.values()]
    given = {*EnvSettingsSource(Settings).env_vars, *DotEnvSettingsSource(Settings).env_vars}
    names = {name.upper() for name in given if name.upper().startswith("TAGWIRE_")}
    lines = []
    for name in sorted(names.difference(known)):
        (nearest,) = get_close_matches(name, known, n=1, cutoff=0.0)
        lines.append(f"{name} is no setting, nothing reads it. The nearest name is {nearest}.")
    return lines


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        good = parts.scheme == "http" and _HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:
        return False
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    # What Basic authentication carries for sure (RFC 7617, 2).
    told = ":" not in name and f"{name}{password}".isascii()
    return bool(good) and told and address.rstrip("/") == _origin(address)


def _explain(error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        ours = fault["msg"].removeprefix("Value error, ") if fault["type"] == "value_error" else ""
        reason = ours or _PLAIN.get(fault["type"], "cannot be used")
        lines.append(f"{name} {reason}. {_HINTS.get(name, '')}".rstrip())
    return lines
