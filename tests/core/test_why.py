import pytest

from bot.core.match import MatchText
from bot.core.query import parse_query
from bot.core.why import Verdict, fits_alone, why

PAD = "Nothing of note happened in the valley for a long time. " * 8


@pytest.mark.parametrize(
    ("query", "text", "verdict", "good"),
    [
        ("valencia", MatchText(title="Valencia"), Verdict.FOUND, True),
        ("valencia", MatchText(title="Seville"), Verdict.ABSENT, False),
        ("valencia", MatchText(body=f"{PAD} Valencia."), Verdict.ONLY_ONCE, False),
        ("#US", MatchText(title="give us a break"), Verdict.ONLY_SMALL, False),
        ("#US", MatchText(title="nothing"), Verdict.ABSENT, False),
        ("#WHO", MatchText(title="WHO WILL WIN NOW"), Verdict.ONLY_SHOUTED, False),
        ("title:valencia", MatchText(summary="Valencia"), Verdict.ELSEWHERE, False),
    ],
)
def test_why_says_what_a_text_has_of_a_tag(
    query: str, text: MatchText, verdict: Verdict, good: bool
) -> None:
    (reason,) = why(parse_query(query), text)
    assert (reason.verdict, reason.good) == (verdict, good)
    assert fits_alone(parse_query(query), text) is good


def test_every_part_of_a_query_has_its_reason() -> None:
    text = MatchText(title="Valencia", body=f"{PAD} orange", source="Globe", language="es")
    reasons = why(parse_query("valencia -orange -apple source:globe lang:en"), text)
    assert {reason.shown: (reason.verdict, reason.good) for reason in reasons} == {
        "valencia": (Verdict.FOUND, True),
        "orange": (Verdict.LEFT_OUT, False),
        "apple": (Verdict.ABSENT, True),
        'source:"globe"': (Verdict.FOUND, True),
        "lang:en": (Verdict.ANOTHER, False),
    }
    assert reasons[0].hits[0].words == "Valencia"
