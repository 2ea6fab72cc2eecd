import gc

from bot.app.memory import rest_what_is_there


def test_what_was_there_is_left_out_of_later_rounds_of_the_collector() -> None:
    before = gc.get_freeze_count()
    kept = [[n] for n in range(1000)]
    try:
        rest_what_is_there()
        assert gc.get_freeze_count() >= before + len(kept)
        assert not any(one is kept for one in gc.get_objects(generation=2))
    finally:
        gc.unfreeze()
