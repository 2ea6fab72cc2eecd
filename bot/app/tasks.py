"""Tasks of the house: awaited, ended, never longer than they may."""

import asyncio
from collections.abc import Collection


async def end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel the tasks and wait until they are over, however they end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def ended(task: asyncio.Task[None] | None, within_s: float) -> None:
    """Wait until the task is over, at most so long."""
    if task is not None:
        await asyncio.wait({task}, timeout=within_s)


async def outcome(future: asyncio.Future[None]) -> None:
    """Return what the future returns; for what only takes coroutines."""
    await future
