"""Undo gzip and deflate piece by piece, with a limit on what comes out."""

import zlib

from bot.errors import FetchError

_MEMBERS = 16
"""Gzip streams may follow one another; more of them than this is an attack."""
_GZIP = zlib.MAX_WBITS | 16


class Inflater:
    """Takes a body as it arrives; counts what it becomes; knows whether it came to its end."""

    def __init__(self, encoding: str, limit: int) -> None:
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError("answers in an encoding that was not asked for")
        self._encoding = encoding
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._members = 0
        self._engine: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; raise FetchError once the limit is passed or they are broken."""
        if self._encoding in ("", "identity") and not self._looks_like_gzip(chunk):
            self._keep(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error:
            raise FetchError("answers with a broken compressed body") from None

    def finish(self) -> bytes:
        """Return the whole body; raise FetchError where the compressed stream was cut off."""
        if self._engine is not None and not self._engine.eof:
            raise FetchError("breaks off in the middle of its answer")
        return b"".join(self._parts)

    def _looks_like_gzip(self, chunk: bytes) -> bool:
        """Tell a stored .gz file, which some servers send without saying so."""
        if self._parts or self._engine is not None or not chunk.startswith(b"\x1f\x8b"):
            return self._engine is not None
        self._encoding = "gzip"
        return True

    def _inflate(self, chunk: bytes) -> None:
        while chunk:
            engine = self._engine
            if engine is None or engine.eof:
                chunk, engine = self._next_member(chunk)
            if not chunk:
                return
            room = self._limit - self._size + 1
            self._keep(engine.decompress(chunk, room))
            chunk = engine.unconsumed_tail or engine.unused_data

    def _next_member(self, chunk: bytes) -> "tuple[bytes, zlib._Decompress]":
        if self._engine is not None:
            chunk = chunk.lstrip(b"\0")  # padding after a stream is allowed
            if not chunk.startswith(b"\x1f\x8b"):
                return b"", self._engine  # some servers leave rubbish behind it
        self._members += 1
        if self._members > _MEMBERS:
            raise FetchError("answers with a broken compressed body")
        self._engine = zlib.decompressobj(self._window(chunk))
        return chunk, self._engine

    def _window(self, chunk: bytes) -> int:
        if self._encoding != "deflate":
            return _GZIP
        # "deflate" means zlib's wrapper (RFC 9110, 8.4.1.2); some send the bare stream.
        wrapped = chunk[0] & 0x0F == 8 and (len(chunk) < 2 or (chunk[0] * 256 + chunk[1]) % 31 == 0)
        return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise FetchError(f"is larger than {self._limit // 1_000_000 or 1} MB")
        if part:
            self._parts.append(part)
