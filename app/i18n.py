"""The languages of the pages, by gettext: English in the code, the others in ``locale/``."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from app import state

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "fr": "Français"}


def _(text: str) -> str:
    """Say a text in the reader's language."""
    return _catalogue(state.language()).gettext(text) if text else ""


def ngettext(one: str, many: str, n: int) -> str:
    """Say a text for one thing or for many, in the reader's language."""
    return _catalogue(state.language()).ngettext(one, many, n)


def preferred(locale: str | None) -> str:
    """Pick the language for a browser's locale.

    >>> preferred("fr-CA"), preferred("de-DE"), preferred(None)
    ('fr', 'en', 'en')
    """
    code = (locale or "en").partition("-")[0].lower()
    return code if code in LANGUAGES else "en"


@cache
def _catalogue(language: str) -> NullTranslations:
    return translation("explorer", LOCALE, [language], fallback=True)
