import gettext
import string

import pytest

from app.i18n import LANGUAGES, LOCALE, preferred
from app.translate import compiled, po, read, texts

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_everything_the_pages_say_is_translated(language):
    catalog = read(language)
    assert [text for text in texts() if not _said(catalog, text)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_else_stands_in_the_catalogue(language):
    assert {message.id for message in read(language) if message.id} == set(texts())


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_places_of_its_text(language):
    for message in read(language):
        if message.id:
            forms = zip(_forms(message.id), _forms(message.string), strict=True)
            assert [one for one, other in forms if _places(one) != _places(other)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_up_to_date(language):
    """If not: ``python -m app.translate``."""
    assert po(language).with_suffix(".mo").read_bytes() == compiled(read(language))


def test_a_translation_is_spoken():
    french = gettext.translation("explorer", LOCALE, ["fr"])
    assert french.gettext("Receptive field") == "Champ récepteur"
    assert french.ngettext("{n} layer", "{n} layers", 2) == "{n} couches"


@pytest.mark.parametrize(("locale", "language"), [("fr-CA", "fr"), ("fr", "fr"), ("en-GB", "en"), (None, "en")])
def test_the_browser_says_which_language_is_preferred(locale, language):
    assert preferred(locale) == language


def _said(catalog, text):
    message = catalog.get(text)
    return message is not None and all(_forms(message.string))


def _forms(text):
    return (text,) if isinstance(text, str) else tuple(text)


def _places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
