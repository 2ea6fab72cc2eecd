"""Requests go out few at once and apart, host by host."""

import asyncio

from bot.sources import turns as module
from bot.sources.turns import Turns
from tests.fakes.clock import FakeClock


class Line:
    """Requests that take their turn; notes when each began."""

    def __init__(self, *, per_host: int = 9, overall: int = 99, apart_s: float = 0.25) -> None:
        self.clock = FakeClock()
        self.turns = Turns(self.clock, per_host=per_host, overall=overall, apart_s=apart_s)
        self.began: list[tuple[str, float]] = []
        self.now = self.most = 0

    async def one(self, host: str, *, paced: bool = True, takes_s: float = 10.0) -> None:
        async with self.turns.of(host, paced=paced):
            self.began.append((host, self.clock.monotonic()))
            self.now += 1
            self.most = max(self.most, self.now)
            await self.clock.sleep(takes_s)
            self.now -= 1

    async def all_(self, *hosts: str, paced: bool = True) -> list[float]:
        tasks = [asyncio.create_task(self.one(host, paced=paced)) for host in hosts]
        await self.clock.run_until(lambda: all(task.done() for task in tasks), within=1_000)
        return [at for _, at in self.began]


async def test_requests_to_one_host_begin_apart_and_others_do_not_wait() -> None:
    line = Line()
    assert sorted(await line.all_("a", "a", "a", "b")) == [0.0, 0.0, 0.25, 0.5]


async def test_an_own_network_is_not_paced() -> None:
    assert await Line().all_("a", "a", "a", paced=False) == [0.0, 0.0, 0.0]


async def test_no_more_than_may_go_to_a_host_at_once() -> None:
    line = Line(per_host=2)
    await line.all_("a", "a", "a", "a")
    assert line.most == 2


async def test_no_more_than_may_go_at_once_in_all() -> None:
    line = Line(overall=3)
    await line.all_(*"abcdef")
    assert line.most == 3


async def test_a_host_that_was_asked_a_while_ago_waits_for_nothing() -> None:
    line = Line()
    assert await line.all_("a") == [0.0]
    assert await line.all_("a") == [0.0, 10.0]


async def test_hosts_that_may_be_asked_again_are_forgotten() -> None:
    line = Line()
    for number in range(module._REMEMBERED):
        async with line.turns.of(f"h{number}"):
            line.clock.move(1.0)
    assert len(line.turns._next) == module._REMEMBERED
    async with line.turns.of("one more"):
        assert set(line.turns._next) == {"one more"}
    assert not line.turns._gates
