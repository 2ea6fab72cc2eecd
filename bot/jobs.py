"""The table of jobs: name, what, how often; APScheduler ticks, the database knows what is due."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC

from apscheduler.events import (
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.errors import StoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again; whether there is anything to do, it asks the database."""

    name: str
    what: Callable[[], Awaitable[object]]
    every_s: float
    limit_s: float
    """Seconds after which a run is ended and counted as failed."""
    overlaps: bool = False
    """True: a tick while the last run goes on is expected, and not worth a word."""


class Jobs:
    """Runs the table; a missed or failed run is logged and counted, never silent.

    `max_instances=1` and `coalesce`: a run never overlaps itself, and late ticks become one.
    `misfire_grace_time=None`: a late tick runs late instead of being skipped (APScheduler's
    default skips a job that starts more than a second late).
    """

    def __init__(self, table: list[Job]) -> None:
        self.table = table
        self.counts: Counter[tuple[str, str]] = Counter()
        """(job, "done" | "failed" | "timed out" | "missed") -> how often."""
        self.failing: set[str] = set()
        """Jobs whose last run failed or took too long."""
        self._expected = {job.name for job in table if job.overlaps}
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._missed, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Start ticking; needs a running event loop."""
        for job in self.table:
            self._scheduler.add_job(
                self.run, "interval", args=[job], seconds=job.every_s, id=job.name
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking and end what runs; what it did not commit is done after the restart."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def run(self, job: Job) -> None:
        """Run `job` once, within its limit; its failure is logged and counted, nothing more."""
        task = asyncio.ensure_future(self._run(job))
        self._running.add(task)
        try:
            await task
        except asyncio.CancelledError:
            task.cancel()
            if not self._stopping:
                raise
        finally:
            self._running.discard(task)

    async def _run(self, job: Job) -> None:
        try:
            async with asyncio.timeout(job.limit_s):
                await job.what()
        except TimeoutError:
            self._note(job, "timed out")
            log.error("job %s was ended after %g s", job.name, job.limit_s)  # noqa: TRY400 - the line says it all
        except StoreError as error:
            self._note(job, "failed")
            log.error("job %s failed: %s", job.name, error)  # noqa: TRY400 - the line says it all
        except Exception:
            self._note(job, "failed")
            log.exception("job %s failed", job.name)
        else:
            self._note(job, "done")

    def _note(self, job: Job, outcome: str) -> None:
        self.counts[job.name, outcome] += 1
        if outcome == "done":
            self.failing.discard(job.name)
        else:
            self.failing.add(job.name)

    def _missed(self, event: JobExecutionEvent | JobSubmissionEvent) -> None:
        name = str(event.job_id)
        if name in self._expected:
            return
        self.counts[name, "missed"] += 1
        log.warning("job %s is late: its last run is not over yet", name)
