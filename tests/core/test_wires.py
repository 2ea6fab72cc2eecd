import pytest

from bot.core.wires import Wires


@pytest.mark.parametrize(
    ("text", "author", "wires"),
    [
        ("SEOUL, July 11 (Yonhap) -- The military chiefs met.", "", ("Yonhap",)),
        ("(서울=연합뉴스) 김철수 기자 = 한미일 합참의장이 만났다.", "", ("Yonhap",)),
        ("МОСКВА, 3 мая. /ТАСС/. Сообщили в министерстве.", "", ("TASS",)),
        ("北京７月１日（新华社）会议开始。", "", ("Xinhua",)),
        ("【共同】会談が始まった。", "", ("Kyodo",)),
        ("MADRID (EFE).- El gobierno.", "", ("EFE",)),
        ("BERLIN (dpa/AFP) - Der Minister.", "", ("dpa",)),
        ("The ministers met on Friday. (Reuters)", "", ("Reuters",)),
        ("The ministers met on Friday. — AFP", "", ("AFP",)),
        ("They met.", "Reuters", ("Reuters",)),
        ("LONDON (AP) — They met. (Associated Press)", "", ("AP",)),
        ("A spokesman told Reuters that nothing happened in AP courses.", "", ()),
        ("", "", ()),
        ("AA members meet (AA) today", "", ()),
        ("He drove (CNA) home", "", ()),
        ("Tesla beats estimates - Bloomberg", "", ()),
        ("Reuters: Tesla beats estimates", "", ()),
        ("New Delhi, Jan 3 (PTI) The minister spoke.", "", ("PTI",)),
        ("ANKARA (AA) - The minister spoke.", "", ("Anadolu",)),
        ("Stuttgart (dpa/lsw) - Der Minister kam.", "", ("dpa",)),
        ("Der Minister kam.", "dpa/lsw", ("dpa",)),
        ("【ワシントン時事】米大統領は会見した。", "", ("Jiji Press",)),
        ("【ソウル共同】会談が始まった。", "", ("Kyodo",)),
        ("Москва. 11 июля. INTERFAX.RU - Министр сообщил", "", ("Interfax",)),
        ("They met.", "By John Smith, Reuters", ("Reuters",)),
        ("They met.", "Reuters Staff", ("Reuters",)),
        ("They met.", "Aaron AAble and TTom", ()),
        ("They met on Friday. © 2025 AFP", "", ("AFP",)),
        ("They met. Copyright 2025 The Associated Press. All rights reserved.", "", ("AP",)),
        ("They met. (Reporting by A. Smith; Reuters)", "", ()),
    ],
)
def test_agencies_are_recognised_where_they_sign(
    text: str, author: str, wires: tuple[str, ...]
) -> None:
    assert Wires().credits(text, author) == wires
