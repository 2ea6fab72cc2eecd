"""The texts behind buttons: of one chat, the newest, for a while."""

from storage.records import ChatId
from storage.store import Store
from tests.storage.makers import DAY, NOW, subscribe

HERE, THERE = ChatId(1), ChatId(2)


async def test_the_newest_texts_of_a_chat_are_kept(store: Store) -> None:
    async with store.write() as tx:
        for chat in (HERE, THERE):
            await subscribe(tx, chat)
        for days, token in enumerate("abcd"):
            await tx.buttons.put(HERE, token, f"text of {token}", NOW + days * DAY, 3)
        await tx.buttons.put(THERE, "a", "another", NOW, 3)
        assert await tx.buttons.get(HERE, "a") is None
        assert await tx.buttons.get(HERE, "b") == "text of b"
        assert await tx.buttons.get(THERE, "a") == "another"
        await tx.buttons.put(HERE, "b", "text of b", NOW + 4 * DAY, 3)
        await tx.buttons.put(HERE, "e", "text of e", NOW + 4 * DAY, 3)
        kept = [token for token in "abcde" if await tx.buttons.get(HERE, token)]
    assert kept == ["b", "d", "e"]


async def test_old_texts_are_pruned(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, HERE)
        await tx.buttons.put(HERE, "old", "old", NOW, 9)
        await tx.buttons.put(HERE, "new", "new", NOW + DAY, 9)
        assert await tx.buttons.prune(NOW + DAY) == 1
        assert await tx.buttons.get(HERE, "old") is None
        assert await tx.buttons.get(HERE, "new") == "new"
