"""What may be left of a word when a tag ends in its middle: particles, plurals, case endings."""

import functools
from typing import Final

from bot.core.declension import is_russian

# Grouped by what they say: topic, subject, object, of, at, to, from, with, than, only, even …
_KOREAN: Final = """
은 는 이 가 을 를 의 에 도 와 과 로 으로 만 나 이나 랑 이랑 하고 께 께서 야 아 여 이여 에서 에게
에게서 에는 에도 에만 에의 에서는 에서도 에서의 에서만 에서부터 에게는 에게도 한테 한테서 부터
까지 까지는 까지도 부터는 부터의 까지의 보다 보다는 보다도 처럼 같이 같은 만큼 만큼은 만이 만은
만을 만의 마다 마저 조차 조차도 밖에 뿐 뿐만 대로 라도 이라도 라는 이라는 라고 이라고 란 이란 라며
이라며 로서 으로서 로써 으로써 로는 으로는 로도 으로도 로의 으로의 로부터 으로부터 로서는 으로서는
로서의 으로서의 와의 과의 와는 과는 와도 과도 나마 이나마 든 이든 든지 이든지 이며 며 이자 이고 고
인데 이지만 들 들은 들이 들을 들의 들도 들과 들에 들에게 들로 들만 들까지 들에게는 들에서 이다
다 이었다 였다 입니다 이라 라 이니 이었던 였던 인지 이면 면 뿐이다 측 측은 측이 씨 씨는 씨가
씨의 씨를 씨와 씨도 님 님이 님은 군 양
"""


@functools.cache
def korean_particles() -> frozenset[str]:
    """Return Korean particles, copulas and forms of address that follow a noun unspaced."""
    return frozenset(_KOREAN.split())


@functools.lru_cache(maxsize=65_536)
def endings(token: str) -> tuple[int, ...]:
    """Return how many code points may be cut off a token to leave the word it is a form of."""
    last = token[-1]
    if last == "s":
        cuts = (1, 2) if token.endswith("es") else (1,)
        return tuple(cut for cut in cuts if cut < len(token))
    if "가" <= last <= "힣":
        particles = korean_particles()
        return tuple(cut for cut in range(1, min(len(token), 7)) if token[-cut:] in particles)
    if is_russian(token):
        # Only after capitals, which the judge looks at.
        return tuple(range(1, min(4, len(token))))
    return ()
