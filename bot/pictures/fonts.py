"""Fonts for every script that tags are written in: those that packages bring, else the system's."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from matplotlib.font_manager import fontManager

LATIN = "DejaVu Sans"
"""Comes with Matplotlib; knows Latin, Cyrillic, Greek, Arabic and Hebrew too."""

_PACKAGED: Mapping[str, tuple[str, str]] = MappingProxyType({
    "ko": ("pylopdf_fonts_ko", "NotoSansKR-Regular.otf"),
    "ja": ("pylopdf_fonts_jp", "NotoSansJP-Regular.otf"),
    "zh": ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),
    "hi": ("pylopdf_fonts_hi", "NotoSansDevanagari-Variable.ttf"),
})  # fmt: skip
"""By language: a package, and the font in it."""
_OF_THE_SYSTEM: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "ko": ("Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Apple SD Gothic Neo", "UnDotum"),
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "IPAGothic", "Hiragino Sans", "TakaoPGothic"),
    "zh": ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", "PingFang SC",
           "Droid Sans Fallback"),
    "hi": ("Noto Sans Devanagari", "Lohit Devanagari", "Mangal"),
})  # fmt: skip


def families(language: str) -> list[str]:
    """Return the fonts to look for a letter in, one after the other, for a reader's language.

    Japanese and Chinese write many of the same letters in shapes of their own, so the reader's
    language comes first.
    """
    first = language.partition("-")[0]
    order = sorted(_PACKAGED, key=lambda code: code != first)
    return [LATIN, *filter(None, map(_family, order))]


def _family(code: str) -> str:
    known = {one.name for one in fontManager.ttflist}
    package, file = _PACKAGED[code]
    path = _path(package, file)
    if path is not None:
        return _added(path)
    return next((name for name in _OF_THE_SYSTEM[code] if name in known), "")


def _path(package: str, file: str) -> Path | None:
    spec = find_spec(package)
    places: Sequence[str] = spec.submodule_search_locations or () if spec is not None else ()
    found = (Path(place) / file for place in places)
    return next((path for path in found if path.is_file()), None)


def _added(path: Path) -> str:
    for one in fontManager.ttflist:
        if one.fname == str(path):
            return str(one.name)
    fontManager.addfont(path)
    return str(fontManager.ttflist[-1].name)
