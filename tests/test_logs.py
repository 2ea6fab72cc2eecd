"""No secret gets into a log line, and machines can read what people can."""

import io
import json
import logging

import pytest

from bot.logs import configure, redact

TOKEN = "123456789:" + "A" * 35


def failing_call() -> None:
    raise RuntimeError(f"POST https://api.telegram.org/bot{TOKEN}/getMe")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_token_is_hidden_in_messages_and_tracebacks(form: str) -> None:
    stream = io.StringIO()
    configure("DEBUG", "json" if form == "json" else "text", stream)
    try:
        failing_call()
    except RuntimeError:
        logging.getLogger("x").exception("asking %s", f"/bot{TOKEN}/getMe")
    assert "getMe" in stream.getvalue()
    assert TOKEN not in stream.getvalue()
    assert "A" * 35 not in stream.getvalue()


def test_a_database_password_is_hidden() -> None:
    shown = redact("postgresql://tagwire:pa55word@db/tagwire")
    assert shown == "postgresql://tagwire:***@db/tagwire"


def test_json_lines_can_be_parsed() -> None:
    stream = io.StringIO()
    configure("INFO", "json", stream)
    logging.getLogger("room").info("헤드라인 %d", 3)
    line = json.loads(stream.getvalue())
    assert (line["level"], line["logger"], line["message"]) == ("INFO", "room", "헤드라인 3")


def test_control_characters_of_a_feed_cannot_move_the_terminal() -> None:
    stream = io.StringIO()
    configure("INFO", "text", stream)
    logging.getLogger("room").info("title \x1b[2J gone")
    assert "\x1b" not in stream.getvalue()


def test_libraries_that_log_addresses_are_kept_quiet() -> None:
    configure("DEBUG", "text", io.StringIO())
    assert logging.getLogger("httpx").level >= logging.WARNING


@pytest.mark.parametrize(
    "name", ["telegram.Bot", "telegram.ext.ExtBot", "telegram.ext.Application"]
)
def test_what_people_write_and_what_webhooks_keep_secret_is_not_written_down(name: str) -> None:
    stream = io.StringIO()
    configure("DEBUG", "text", stream)
    logging.getLogger(name).debug("Calling Bot API endpoint with parameters secret_token=abc")
    assert stream.getvalue() == ""
