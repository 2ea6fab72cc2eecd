"""Something that takes long at the start, done beside the rest of the house."""

import asyncio
from collections.abc import Callable, Coroutine

_AT_ONCE_S = 1.0
"""Whoever asks waits so long: mostly all is loaded by then."""


class Loading:
    """Loads in the background what somebody needs before his work can begin."""

    def __init__(self, load: Callable[[], Coroutine[None, None, None]], name: str) -> None:
        self._load = load
        self._name = name
        self._task: asyncio.Task[None] | None = None

    async def is_over(self) -> bool:
        """Begin, if nobody did, and tell whether it is over; raises what went wrong, once."""
        if self._task is None:
            self._task = asyncio.create_task(self._load(), name=self._name)
        await asyncio.wait({self._task}, timeout=_AT_ONCE_S)
        if not self._task.done():
            return False
        task, self._task = self._task, None
        task.result()
        return True

    async def stop(self) -> None:
        """Give it up, if it is not over."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
