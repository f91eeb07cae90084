import pytest

from bot.chat.presets import LANGUAGES
from bot.pipeline.machine_written import notice

ENGLISH = "Summary written by a language model; check the original."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", "言語モデル"),
        ("ja_JP", "言語モデル"),
        ("zh", "语言模型"),
        ("zh_Hans", "语言模型"),
        ("zh_Hant", "語言模型"),
        ("zh-TW", "語言模型"),
        ("zh_Hant_HK", "語言模型"),
        ("ko", "언어 모델"),
        ("de", "Sprachmodell"),
        ("fr", "modèle de langue"),
        ("es", "modelo de lenguaje"),
        ("en", ENGLISH),
        ("sv", ENGLISH),
        ("", ENGLISH),
    ],
)
def test_the_notice_is_in_the_readers_language_or_in_english(language: str, words: str) -> None:
    assert words in notice(language)


def test_every_language_that_buttons_offer_has_its_own_notice() -> None:
    assert len({notice(language) for language in LANGUAGES}) == len(LANGUAGES)
