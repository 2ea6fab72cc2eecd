import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language import LANGUAGES, guess


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("The ministers of the three countries met in the capital", "", "en"),
        ("Der Minister hat am Freitag mit den Ländern gesprochen", "en-us", "de"),
        ("Le ministre a dit que les pays sont dans une crise", "", "fr"),
        ("한미일 합참의장 회의", "", "ko"),
        ("岸田首相が会見で語った", "", "ja"),
        ("中国外交部发言人表示", "", "zh"),
        ("中国外交部発表", "ja", "ja"),
        ("Министры трёх стран встретились, чтобы обсудить выборы", "", "ru"),
        ("Міністри трьох країн зустрілися в Києві", "", "uk"),
        ("Министри се срещнаха", "bg", "bg"),
        ("Беларускі ўрад", "", "be"),
        ("اجتمع الوزراء في العاصمة", "", "ar"),
        ("گفتگوی وزیران در پایتخت", "", "fa"),
        ("پاکستان کے وزیر", "ur", "ur"),
        ("मंत्रियों की बैठक", "mr", "mr"),
        ("מפגש השרים", "iw", "he"),
        ("Συνάντηση υπουργών", "en", "el"),
        ("Tagwire 3.0 Karsk", "sv_SE", "sv"),
        ("There is news of the elections", "ja", "en"),
        ("2026", "en", "en"),
        ("", "english", ""),
        ("ሰላም ለዓለም", "am", "am"),
        ("Rozmowy w Warszawie", "pl", "pl"),
        ("Thủ tướng Việt Nam gặp Tổng thống Hàn Quốc tại Hà Nội", "en", "vi"),
        ("Președintele României s-a întâlnit cu premierul", "en", "ro"),
        ("Cumhurbaşkanı Erdoğan Ankara'da konuştu", "en", "tr"),
        ("Rais wa Kenya akutana na waziri mkuu wa Tanzania", "en", "sw"),
        ("Presiden bertemu perdana menteri", "de", "id"),
        ("Президентът се срещна с премиера", "ru", "bg"),
        ("Министри се срещнаха с президента на страната", "en", "bg"),
        ("Председник Србије говори о Косову, каже Ђорђе", "ru", "sr"),
        ("Претседателот рече дека нема ѓубре", "", "mk"),
        ("Қазақстан президенті", "ru", "kk"),
        ("Қазақстан президенті", "ky", "ky"),
        ("Мы были в этом городе, её столица Київ", "uk", "ru"),
        ("Путин", "uk", "uk"),
        ("Путин", "", "ru"),
        ("Trump", "", ""),
        ("Trump", "de", "de"),
        ("Erdoğan meets Orbán in Kraków", "en", "en"),
        ("Nguyễn Phú Trọng dies at 80", "en", "en"),
        ("Erdoğan: Türkiye to back Finland", "en", "en"),
        ("Vláda Slovenskej republiky schválila rozpočet", "sk", "sk"),
        ("Bitcoin hits record", "en", "en"),
        ("Bundesregierung", "", "de"),
    ],
)
def test_languages_are_told(text: str, hint: str, language: str) -> None:
    assert guess(text, hint) == language


@given(st.text(max_size=60), st.text(max_size=6))
def test_the_answer_is_two_letters_or_nothing(text: str, hint: str) -> None:
    answer = guess(text, hint)
    assert answer == "" or (len(answer) == 2 and answer.isalpha())
    assert set(map(len, LANGUAGES)) == {2}
