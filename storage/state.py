"""Small values that outlive a restart, in one transaction."""

from sqlalchemy import delete, select

from storage.database import Work
from storage.schema import state


class State:
    """Named values: update offsets, document frequencies and the like."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, name: str) -> bytes | None:
        """Return what was put under the name.

        In a writing transaction nobody else gets at the name before its end, so what was read may
        be changed and put back.
        """
        if self._work.writing:
            await self._work.lock(f"state {name}")
        found: bytes | None = await self._work.scalar(
            select(state.c.value).where(state.c.name == name)
        )
        return found

    async def all(self, prefix: str) -> dict[str, bytes]:
        """Return every value whose name begins so, by its name."""
        named = state.c.name.startswith(prefix, autoescape=True)
        rows = await self._work.rows(select(state).where(named))
        return {row.name: row.value for row in rows}

    async def put(self, name: str, value: bytes) -> None:
        """Keep the value under the name (at most 200 characters), instead of an earlier one."""
        new = self._work.insert(state).values(name=name, value=value)
        await self._work.run(
            new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
        )

    async def remove(self, name: str) -> None:
        """Forget the value."""
        await self._work.run(delete(state).where(state.c.name == name))
