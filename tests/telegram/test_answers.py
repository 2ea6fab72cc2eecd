"""Every answer of Telegram that is known, and what it means for the message."""

import json
import warnings
from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
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
from bot.telegram.answers import classify
from bot.telegram.request import (
    AnswerLostError,
    FloodWaitError,
    NotSentError,
    ServerFaultError,
    _fault,
)


def shape(outcome: Outcome) -> tuple[object, ...]:
    """Return what matters of an outcome, without its words."""
    match outcome:
        case TryLater(seconds=seconds, whole_bot=whole_bot, counts=counts):
            return (TryLater, seconds, whole_bot, counts)
        case Gone(forever=forever):
            return (Gone, forever)
        case Denied(unknown=unknown):
            return (Denied, unknown)
        case Refused(mend=mend):
            return (Refused, mend)
        case Moved(chat_id=chat_id):
            return (Moved, chat_id)
        case _:
            return (type(outcome),)


BAD_REQUESTS = {
    "Chat not found": (Denied, True),
    "Message is too long": (Refused, Mend.SHORTER),
    "Text is too long": (Refused, Mend.SHORTER),
    "Message text is empty": (Refused, Mend.NONE),
    "Text must be non-empty": (Refused, Mend.NONE),
    'Can\'t parse entities: unsupported start tag "foo" at byte offset 12': (Refused, Mend.PLAIN),
    "Topic_closed": (TopicGone,),
    "Topic_deleted": (TopicGone,),
    "Message thread not found": (TopicGone,),
    "Button_url_invalid": (Refused, Mend.NO_BUTTONS),
    "Inline keyboard button url 'x' is invalid: wrong http url": (Refused, Mend.NO_BUTTONS),
    "Not enough rights to send text messages to the chat": (Denied, False),
    "Have no write access to the chat": (Denied, False),
    "Need administrator rights in the channel chat": (Denied, False),
    "Chat_write_forbidden": (Denied, False),
    "Chat_restricted": (Denied, False),
    "Chat_admin_required": (Denied, False),
    "Chat_send_plain_forbidden": (Denied, False),
    "Message to be replied not found": (Refused, Mend.NO_REPLY),
    "Message is not modified: specified new message content and reply markup are exactly": (Sent,),
    "Message to edit not found": (MessageLost,),
    "Message can't be edited": (MessageLost,),
    "Query is too old and response timeout expired or query id is invalid": (MessageLost,),
    "Peer_id_invalid": (Gone, False),
    "Something never heard of": (Refused, Mend.NONE),
}

FORBIDDEN = {
    "bot was blocked by the user": False,
    "user is deactivated": True,
    "bot was kicked from the group chat": False,
    "bot was kicked from the supergroup chat": False,
    "bot was kicked from the channel chat": False,
    "bot is not a member of the group chat": False,
    "bot is not a member of the supergroup chat": False,
    "bot is not a member of the channel chat": False,
    "the group chat was deleted": True,
    "bot can't initiate conversation with a user": False,
    "bot can't send messages to the bot": True,
}


@pytest.mark.parametrize(("words", "expected"), BAD_REQUESTS.items())
def test_a_bad_request(words: str, expected: tuple[object, ...]) -> None:
    assert shape(classify(BadRequest(f"Bad Request: {words}"))) == expected


@pytest.mark.parametrize(("words", "forever"), FORBIDDEN.items())
def test_forbidden(words: str, forever: bool) -> None:
    assert shape(classify(Forbidden(f"Forbidden: {words}"))) == (Gone, forever)


@pytest.mark.parametrize(
    ("error", "cause", "expected"),
    [
        (FloodWaitError(17), None, (TryLater, 17.0, False, False)),
        (ChatMigrated(-1001234567890), None, (Moved, -1001234567890)),
        (InvalidToken("Unauthorized"), None, (TokenRejected,)),
        (InvalidToken("Not Found"), None, (TokenRejected,)),
        (Conflict("terminated by other getUpdates request"), None, (TryLater, 5.0, True, False)),
        (TimedOut(), NotSentError(), (TryLater, 0.0, True, False)),
        (NetworkError("x"), NotSentError(), (TryLater, 0.0, True, False)),
        (TimedOut(), AnswerLostError(), (Uncertain,)),
        (NetworkError("x"), AnswerLostError(), (Uncertain,)),
        (NetworkError("x"), UnicodeEncodeError("utf-8", "\ud800", 0, 1, "no"), (Refused, "none")),
        (NetworkError("x"), None, (Uncertain,)),
        (TelegramError("Invalid server response"), ValueError(), (Uncertain,)),
        (KeyError("date"), None, (Uncertain,)),
        (ServerFaultError(429, "slow down"), None, (TryLater, 5.0, True, True)),
        (ServerFaultError(500, "Internal Server Error: restart"), None, (Uncertain,)),
        (
            ServerFaultError(
                500,
                "Internal Server Error: sent message was immediately deleted and can't be returned",
            ),
            None,
            (Sent,),
        ),
        (ServerFaultError(502, "Bad Gateway"), None, (TryLater, 5.0, True, True)),
        (ServerFaultError(503, ""), None, (TryLater, 5.0, True, True)),
        (ServerFaultError(504, ""), None, (Uncertain,)),
        (ServerFaultError(421, ""), None, (TryLater, 5.0, True, True)),
        (ServerFaultError(413, ""), None, (Refused, Mend.SHORTER)),
        (ServerFaultError(413, "", foreign=True), None, (TryLater, 5.0, True, True)),
        (ServerFaultError(403, "", foreign=True), None, (TryLater, 5.0, True, True)),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_everything_else(
    error: Exception, cause: BaseException | None, expected: tuple[object, ...]
) -> None:
    assert shape(classify(error, cause)) == expected


def test_the_librarys_own_flood_wait_is_understood_too() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = classify(RetryAfter(timedelta(seconds=4)))
    assert shape(outcome) == (TryLater, 4.0, False, False)


def test_a_known_words_text_is_kept_for_people() -> None:
    outcome = classify(BadRequest("Bad Request: TOPIC_CLOSED"))
    assert outcome == TopicGone("Topic_closed")
    assert classify(Forbidden("Forbidden: bot was blocked by the user")) == Gone(
        "Forbidden: bot was blocked by the user"
    )
    assert classify(BadRequest("Bad Request: MESSAGE_ID_INVALID")) == MessageLost(
        "Message_id_invalid"
    )


def test_no_token_gets_into_an_outcome() -> None:
    outcome = classify(RuntimeError("at /bot123456789:AAF" + "x" * 32 + "/sendMessage"))
    assert isinstance(outcome, Uncertain)
    assert "AAF" not in outcome.words


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (
            429,
            json.dumps({"description": "Too Many Requests", "parameters": {"retry_after": 4}}),
            FloodWaitError,
        ),
        (429, json.dumps({"description": "Too Many Requests"}), ServerFaultError),
        (429, "slow down", ServerFaultError),
        (429, json.dumps({"description": "x", "parameters": []}), ServerFaultError),
        (429, json.dumps([]), ServerFaultError),
        (502, "<html>Bad Gateway</html>", ServerFaultError),
        (500, json.dumps({"description": "Internal Server Error: restart"}), ServerFaultError),
    ],
)
def test_answers_that_are_no_answers(
    status: int, answer: str, expected: type[TelegramError]
) -> None:
    assert type(_fault(status, answer.encode())) is expected


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 413, 420, 502])
@pytest.mark.parametrize(
    "answer",
    [
        "<html><title>Forbidden by policy</title></html>",
        json.dumps({"message": "Not found"}),
        json.dumps({"ok": False, "error_code": "403", "description": "no"}),
        json.dumps({"ok": False, "error_code": 403}),
        json.dumps({"error_code": 403, "description": "Forbidden"}),
    ],
)
def test_a_proxys_answer_is_a_fault_of_the_server_whatever_its_status(
    status: int, answer: str
) -> None:
    fault = _fault(status, answer.encode())
    assert isinstance(fault, ServerFaultError)
    assert shape(classify(fault)) == (TryLater, 5.0, True, True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_the_bot_apis_own_refusals_are_left_to_the_library(status: int) -> None:
    own = {"ok": False, "error_code": status, "description": "Bad Request: no"}
    assert _fault(status, json.dumps(own).encode()) is None
