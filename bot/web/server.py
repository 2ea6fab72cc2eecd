"""The listener: serves routes on one address, and says no more of itself than it must."""

import errno
import logging
from collections.abc import Iterable
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.errors import ConfigurationError

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
"""Bytes; an update of Telegram has a few thousand."""
STOP_S = 1.0
"""How long answers under way may take when the listener closes."""
_WHY = {
    errno.EADDRINUSE: "something listens there already",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.EACCES: "that port needs more rights",
}


class WebSide:
    """Listens from `start` to `stop`."""

    def __init__(self, routes: Iterable[web.RouteDef]) -> None:
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=[_plainly])
        application.add_routes(routes)
        application.on_response_prepare.append(_nameless)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_S)
        self.url = ""
        """Where it listens, such as `http://127.0.0.1:8080`; known after `start`."""

    async def start(self, host: str, port: int) -> None:
        """Listen; raises ConfigurationError where that cannot be."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except (OSError, UnicodeError) as error:
            await self._runner.cleanup()
            number = error.errno if isinstance(error, OSError) else None
            why = _WHY.get(number or 0, "there is no such address")
            raise ConfigurationError(
                f"TAGWIRE_HTTP_LISTEN: cannot listen on port {port} of {host}, for {why}. "
                "Use another host:port, or leave it out."
            ) from error
        port = self._runner.addresses[0][1]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        log.info("the web side listens on %s", self.url)

    async def stop(self) -> None:
        """Answer nothing more; a second call changes nothing."""
        await self._runner.cleanup()


@web.middleware
async def _plainly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with a bare status: what was wrong is nobody's business."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        headers = {hdrs.ALLOW: error.headers[hdrs.ALLOW]} if hdrs.ALLOW in error.headers else None
        phrase = HTTPStatus(error.status).phrase
        return web.Response(status=error.status, text=f"{phrase}\n", headers=headers)


async def _nameless(_: web.Request, response: web.StreamResponse) -> None:
    """Leave out the library's name and version."""
    response.headers.pop(hdrs.SERVER, None)
