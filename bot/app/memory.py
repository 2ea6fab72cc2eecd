"""How the process treats its memory."""

import gc


def rest_what_is_there() -> None:
    """Keep what was loaded at the start out of the garbage collector's later rounds.

    A full round over some hundred thousand objects of our libraries, none of which ever goes,
    stops everything for a tenth of a second: a hundred messages at Telegram's highest rate. The
    last days' stories, loaded later, are as many again; they go by the count of references.
    """
    gc.collect()
    gc.freeze()
