"""The notice under a summary that a language model wrote, in the reader's language. Pure."""

_ENGLISH = "Summary written by a language model; check the original."
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_NOTICES = {
    "ja": "この要約は言語モデルが書きました。元の記事を確認してください。",
    "zh": "摘要由语言模型撰写，请核对原文。",
    "ko": "언어 모델이 작성한 요약입니다. 원문을 확인하세요.",
    "de": "Zusammenfassung von einem Sprachmodell; bitte am Original prüfen.",
    "fr": "Résumé rédigé par un modèle de langue ; vérifiez l’original.",
    "es": "Resumen escrito por un modelo de lenguaje; compruebe el original.",
}
_TRADITIONAL_CHINESE = "摘要由語言模型撰寫，請核對原文。"


def notice(language: str) -> str:
    """Return the notice in a language, in English where there is none."""
    parts = language.lower().replace("-", "_").split("_")
    if parts[0] == "zh" and not _TRADITIONAL.isdisjoint(parts):
        return _TRADITIONAL_CHINESE
    return _NOTICES.get(parts[0], _ENGLISH)
