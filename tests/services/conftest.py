"""The outbox with people in it, Telegram's side, and a clock that stands still."""

import pytest

from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.delivering import House, Ledger


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def house(store: Store, clock: FakeClock) -> House:
    return House(store, clock)


@pytest.fixture
def ledger(clock: FakeClock) -> Ledger:
    return Ledger(clock)
