"""HTTP to Telegram on aiohttp, for python-telegram-bot; tells "not sent" from "perhaps sent"."""

import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter
from yarl import URL

from bot.logs import redact

_BOT_API_ERRORS = frozenset({400, 401, 403, 404, 409})
"""Statuses of which python-telegram-bot makes errors, where the Bot API itself gives them."""
_OF_THE_PROXY = (aiohttp.ClientProxyConnectionError, aiohttp.ClientConnectorDNSError)
"""What stands between us and a proxy; behind it, the proxy itself looks names up."""
_JSON = {"Content-Type": "application/json"}


class NotSentError(Exception):
    """The request never left: trying again cannot double anything."""


class ProxyFaultError(NotSentError):
    """The proxy did not lead to Telegram; `str()` says what it did, to follow *the proxy*."""


class AnswerLostError(Exception):
    """The request left, or may have left; whether Telegram acted on it is unknown."""


class FloodWaitError(RetryAfter):
    """Telegram's 429 with its `retry_after`, free of the library's warnings about its type."""

    @property
    def retry_after(self) -> timedelta:
        """How long to wait."""
        return self._retry_after


class ServerFaultError(NetworkError):
    """The server, or what stands before it, is not well; `status` is the HTTP status.

    `foreign`: the answer is not the Bot API's (a proxy's page), and says nothing of the message.
    """

    def __init__(self, status: int, words: str, *, foreign: bool = False) -> None:
        super().__init__(f"HTTP {status}: {words}")
        self.status = status
        self.foreign = foreign


def fields(given: dict[str, Any]) -> RequestData:
    """Return a request's fields; those that are None are left out.

    An alert needs none of the library's own conversions, which cost more than the rest of it.
    """
    return RequestData(
        [RequestParameter(name, value, None) for name, value in given.items() if value is not None]
    )


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's transport on aiohttp: a fifth of the CPU time of its own.

    At most `connections` requests run at once; more wait for up to `pool_timeout` seconds.
    `proxy` is the http address through which all of it goes, with a name and a password where it
    wants them; empty: none, whatever the environment says.
    `read_timeout` is 30 s because Telegram's own server waits out flood limits of up to 8 s before
    it answers; with python-telegram-bot's 5 s such a message counts as lost and comes twice.

    Raises what python-telegram-bot expects: `TimedOut` or `NetworkError`, whose `__cause__` is a
    `NotSentError` or an `AnswerLostError`; `FloodWaitError` and `ServerFaultError` where Telegram,
    or what stands before it, is not well. No message of these holds the token.
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        read_timeout: float = 30.0,
        connect_timeout: float = 10.0,
        pool_timeout: float = 30.0,
        proxy: str = "",
        session: Callable[[aiohttp.BaseConnector], aiohttp.ClientSession] | None = None,
    ) -> None:
        self._connections = connections
        self._read_s = read_timeout
        self._connect_s = connect_timeout
        self._pool_s = pool_timeout
        self._proxy = URL(proxy) if proxy else None
        self._open = session or _open_session
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """The seconds to wait for an answer where a call names none."""
        return self._read_s

    async def initialize(self) -> None:
        """Open the pool of connections; a second call changes nothing."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=15)
            self._session = self._open(connector)

    async def shutdown(self) -> None:
        """Close every connection; a second call changes nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - the library's own signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and return status and body of the answer."""
        if self._session is None:
            raise RuntimeError("AiohttpRequest is not initialized")
        body, headers = _encode(request_data)
        timeout = self._timeout(
            _seconds(read_timeout, self._read_s),
            _seconds(write_timeout, self._read_s),
            _seconds(connect_timeout, self._connect_s),
            _seconds(pool_timeout, self._pool_s),
        )
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                proxy=self._proxy,
            ) as response:
                status, answer = response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            raise NetworkError(_words(error)) from self._not_sent(error)
        except aiohttp.ClientHttpProxyError as error:
            fault = ProxyFaultError(f"answers with an error ({error.status})")
            raise NetworkError(f"The proxy {fault}; nothing was sent") from fault
        except aiohttp.ConnectionTimeoutError as error:
            raise TimedOut("Not connected in time; nothing was sent") from NotSentError(
                _words(error)
            )
        except TimeoutError as error:
            raise TimedOut("No answer in time") from AnswerLostError(_words(error))
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(_words(error)) from AnswerLostError(_words(error))
        refusal = _fault(status, answer) if status >= 300 else None
        if refusal is not None:
            raise refusal
        return status, answer

    def _not_sent(self, error: aiohttp.ClientError) -> NotSentError:
        if self._proxy is not None and isinstance(error, _OF_THE_PROXY):
            return ProxyFaultError("does not answer")
        return NotSentError(_words(error))

    @staticmethod
    def _timeout(
        read: float | None, write: float | None, connect: float | None, pool: float | None
    ) -> aiohttp.ClientTimeout:
        limits = (read, write, connect, pool)
        total = None if None in limits else sum(limit or 0 for limit in limits)
        acquire = None if connect is None or pool is None else connect + pool
        return aiohttp.ClientTimeout(
            total=total, connect=acquire, sock_connect=connect, sock_read=read
        )


def _open_session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "tagwire", "Accept-Encoding": "gzip, deflate"},
        raise_for_status=False,
    )


def _seconds(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _encode(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    files = data.multipart_data
    if not files:
        return data.json_payload, _JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in files.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {redact(str(error))}"


def _fault(status: int, answer: bytes) -> NetworkError | RetryAfter | None:
    """Return the error of an answer; None for a refusal that the library makes an error of."""
    found = _parsed(answer)
    wait = _retry_after(found)
    if status == HTTPStatus.TOO_MANY_REQUESTS and wait > 0:
        return FloodWaitError(wait)
    if not _is_own(found):
        return ServerFaultError(status, "no answer of the Bot API", foreign=True)
    if status in _BOT_API_ERRORS:
        return None
    return ServerFaultError(status, redact(str(found["description"])))


def _parsed(answer: bytes) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_own(found: dict[str, Any]) -> bool:
    """Tell the Bot API's own refusals from what a proxy says, whatever the status."""
    return (
        found.get("ok") is False
        and isinstance(found.get("error_code"), int)
        and isinstance(found.get("description"), str)
    )


def _retry_after(found: dict[str, Any]) -> int:
    parameters = found.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return wait if isinstance(wait, int) else 0
