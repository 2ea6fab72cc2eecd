"""What Telegram's answers mean: every exception of a call as an Outcome, by type and code."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.core.outcomes import (
    Denied,
    Gone,
    Mend,
    MessageLost,
    Moved,
    Outcome,
    Refused,
    Sent,
    TokenRejected,
    TopicGone,
    TryLater,
    Uncertain,
)
from bot.logs import redact
from bot.telegram.request import NotSentError, ServerFaultError
from storage.records import ChatId

_FAULT_S = 5.0
"""The least wait after an answer that is none of the Bot API's own."""

_GONE_FOREVER = ("user is deactivated", "group chat was deleted", "send messages to the bot")
_IMMEDIATELY_DELETED = "sent message was immediately deleted"

# All are error 400, which has no finer code; the texts are those of the Bot API server's source,
# in lower case, as python-telegram-bot changes their case. The first that is found counts.
_BAD_REQUESTS: tuple[tuple[tuple[str, ...], Outcome], ...] = (
    (("message is not modified",), Sent(0)),
    (
        ("message to edit not found", "message can't be edited", "message_id_invalid"),
        MessageLost(""),
    ),
    (("query is too old", "query id is invalid"), MessageLost("")),
    (("topic_closed", "topic_deleted", "thread not found"), TopicGone("")),
    (("chat not found",), Denied("", unknown=True)),
    (
        (
            "not enough rights",
            "have no write access",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_admin_required",
            "chat_send_plain_forbidden",
            "have no rights",
        ),
        Denied(""),
    ),
    (("peer_id_invalid", "user not found", "group is deactivated"), Gone("")),
    (("can't parse entities", "entity_bounds_invalid"), Refused("", Mend.PLAIN)),
    (("is too long", "message_too_long"), Refused("", Mend.SHORTER)),
    (
        ("button_url_invalid", "button_data_invalid", "inline keyboard", "reply markup"),
        Refused("", Mend.NO_BUTTONS),
    ),
    (
        ("message to be replied not found", "replied message not found"),
        Refused("", Mend.NO_REPLY),
    ),
)


def classify(  # noqa: C901, PLR0911 - one case for each type, in the order that counts
    error: Exception, cause: BaseException | None = None
) -> Outcome:
    """Return what a failed call means for its message; `cause` is the error's `__cause__`.

    The most special types come first: BadRequest and TimedOut are NetworkErrors too. What is not
    known (a KeyError from an answer that lacks a field, say) counts as uncertain: it may have
    arrived.
    """
    match error:
        case RetryAfter():
            return TryLater(_seconds(error), counts=False, words=str(error))
        case ChatMigrated():
            return Moved(ChatId(error.new_chat_id))
        case Forbidden():
            words = str(error)
            return Gone(words, forever=any(text in words.lower() for text in _GONE_FOREVER))
        case InvalidToken():
            return TokenRejected()
        case Conflict():
            return TryLater(_FAULT_S, whole_bot=True, counts=False, words=str(error))
        case BadRequest():
            return _bad_request(str(error))
        case ServerFaultError():
            return _server_fault(error)
        case NetworkError():
            return _network(error, cause)
        case _:
            return Uncertain(redact(f"{type(error).__name__}: {error}"))


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _bad_request(words: str) -> Outcome:
    lowered = words.lower()
    for texts, outcome in _BAD_REQUESTS:
        if any(text in lowered for text in texts):
            return _with_words(outcome, words)
    return Refused(words)


def _with_words(outcome: Outcome, words: str) -> Outcome:
    match outcome:
        case Denied(unknown=unknown):
            return Denied(words, unknown)
        case Refused(mend=mend):
            return Refused(words, mend)
        case TopicGone():
            return TopicGone(words)
        case MessageLost():
            return MessageLost(words)
        case Gone():
            return Gone(words)
        case _:
            return outcome


def _server_fault(error: ServerFaultError) -> Outcome:
    words = str(error)
    match error.status:
        case 413 if not error.foreign:
            return Refused(words, Mend.SHORTER)
        case 500 if _IMMEDIATELY_DELETED in words.lower():
            return Sent(0)  # Another bot deletes what we post: sending it again would never end.
        case 500 | 504:
            return Uncertain(words)
        case _:
            return TryLater(_FAULT_S, whole_bot=True, words=words)


def _network(error: NetworkError, cause: BaseException | None) -> Outcome:
    words = str(error)
    if isinstance(cause, NotSentError):
        return TryLater(0.0, whole_bot=True, counts=False, words=words)
    if isinstance(cause, UnicodeError):
        return Refused(words)
    return Uncertain(words)
