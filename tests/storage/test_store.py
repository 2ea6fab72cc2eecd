"""The store opens, keeps and gives back, on both databases."""

from storage.store import Store


async def test_what_was_put_is_there(store: Store) -> None:
    async with store.write() as tx:
        await tx.state.put("offset", b"41")
        await tx.state.put("offset", b"42")
    async with store.read() as tx:
        assert await tx.state.get("offset") == b"42"
        assert await tx.state.get("nothing") is None
