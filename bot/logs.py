"""Logging for people and machines; no secret gets through."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Literal, TextIO

_TOKEN = re.compile(r"\d{6,20}:[A-Za-z0-9_-]{30,64}")
_PASSWORD = re.compile(r"(?<=://)([^\s/@:]*):[^\s/@]+@")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_NOISY = ("httpx", "httpcore", "aiosqlite", "telegram.Bot", "telegram.ext")
"""Those of Telegram's library would write down messages, and the webhook's secret."""
_COUNTED_ELSEWHERE = ("apscheduler.scheduler", "apscheduler.executors.default")
"""bot.jobs logs and counts what these would say."""


def redact(text: str) -> str:
    """Hide bot tokens and passwords in addresses."""
    return _PASSWORD.sub(r"\1:***@", _TOKEN.sub("***:***", text))


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Format one record as a line of text, then hide what is secret."""
        return _CONTROL.sub("�", redact(super().format(record)))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Format one record as one JSON object."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = redact("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(line, ensure_ascii=False)


def configure(
    level: str, form: Literal["text", "json"] = "text", stream: TextIO | None = None
) -> None:
    """Send every log line to `stream` (standard error), redacted on its way out."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        _JsonFormatter()
        if form == "json"
        else _TextFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in _COUNTED_ELSEWHERE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
