"""Small values that outlive a restart, in one transaction."""

from sqlalchemy import delete, select

from storage.database import Work
from storage.schema import state


class State:
    """Named values: update offsets, document frequencies and the like."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, name: str) -> bytes | None:
        """Return what was put under the name."""
        found: bytes | None = await self._work.scalar(
            select(state.c.value).where(state.c.name == name)
        )
        return found

    async def put(self, name: str, value: bytes) -> None:
        """Keep the value under the name (at most 200 characters), instead of an earlier one."""
        new = self._work.insert(state).values(name=name, value=value)
        await self._work.run(
            new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
        )

    async def remove(self, name: str) -> None:
        """Forget the value."""
        await self._work.run(delete(state).where(state.c.name == name))
