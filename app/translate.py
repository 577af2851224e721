"""The translators' tool: ``python -m app.translate`` brings the catalogues of ``locale/`` up to date and compiles them.

Texts come from two places: literals in the calls of ``_`` and ``ngettext`` in ``app/``, and what the library says
of its networks. New texts are added without a translation, for a person to write; texts that are gone are dropped.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import explorer
from app.i18n import LANGUAGES, LOCALE
from explorer import charts, comparing
from explorer.audit import COUNTERS
from explorer.comparing.accuracy import measurements
from explorer.comparing.cells import METRICS
from explorer.comparing.duels import DUELS, bout
from explorer.comparing.duels.record import Duel
from explorer.comparing.duels.terms import FIGURES as COUNTED
from explorer.comparing.lineup import FIGURES
from explorer.comparing.presets import PRESETS
from explorer.comparing.stages import HEAD, SIDES
from explorer.comparing.studies import STUDIES
from explorer.composing.palette import GROUPS, palette
from explorer.cost import Counting
from explorer.drawing.svg import COLOURS
from explorer.measuring import charts as measurements_charts
from explorer.published import everything
from explorer.transforms import TRANSFORMATIONS
from explorer.transforms.bill import REACH
from explorer.vision.examples import examples
from explorer.vision.methods import METHODS

APP = Path(__file__).parent
EVERYDAY = "bird boat bottle bus butterfly car cat dog elephant fruit pizza train"
"""The classes of the models that ship."""

Text = str | tuple[str, str]
"""A text, or its forms for one thing and for many."""


def texts() -> dict[Text, None]:
    """List, in order, everything that the pages may say."""
    written = (text for path in sorted(APP.rglob("*.py")) for text in literals(path.read_text(encoding="utf-8")))
    library = (
        *_of_the_library(),
        *_of_the_comparisons(),
        *_of_the_palette(),
        *_of_the_zoo(),
        *_of_the_models(),
        *_of_the_transformations(),
    )
    return dict.fromkeys(text for text in (*written, *library) if text)


def literals(source: str) -> Iterator[Text]:
    """Find the texts in a module's calls of ``_`` and ``ngettext``.

    >>> list(literals("_('Explore'); ngettext('{n} layer', '{n} layers', n)"))
    ['Explore', ('{n} layer', '{n} layers')]
    """
    for call in ast.walk(ast.parse(source)):
        match call:
            case ast.Call(func=ast.Name("_" | "say"), args=[ast.Constant(str(text))]):
                yield text
            case ast.Call(func=ast.Name("ngettext"), args=[ast.Constant(str(one)), ast.Constant(str(many)), *_]):
                yield one, many


def _of_the_library() -> Iterator[Text]:
    """List the words of the diagram and the charts."""
    yield from literals(inspect.getsource(charts))
    yield from (charts.LAYERS, *charts.COSTS.values(), *charts.KIND_NAMES.values())
    yield from (title.partition(" ")[0] for title in charts.COSTS.values())
    yield from COLOURS.values()
    yield from ("ours", "the same convention", str(Counting()))
    yield from (habit.words for _count, habits in COUNTERS.values() for habit in habits)


def _of_the_comparisons() -> Iterator[Text]:
    """List the words of the charts that compare, the figures that are compared, and the ready comparisons."""
    for path in sorted(Path(comparing.__file__).parent.rglob("*.py")):
        yield from literals(path.read_text(encoding="utf-8"))
    yield from (text for figure in FIGURES for text in (figure.name, figure.unit))
    yield from (text for preset in PRESETS for text in (preset.name, preset.lesson))
    yield from (HEAD, SIDES)
    yield from (each.detail for each in measurements())
    yield from COUNTED.values()
    yield from (text for duel in DUELS.values() for text in _of_the_duel(duel))
    yield from (text for study in STUDIES.values() for text in (study.name, study.words, study.source))
    yield from (axis.help for study in STUDIES.values() for axis in study.axes)
    yield from (metric.name for metric in METRICS.values())
    yield from literals(inspect.getsource(measurements_charts))
    yield from measurements_charts.KINDS


def _of_the_duel(duel: Duel) -> Iterator[str]:
    """List what a duel says."""
    yield from (duel.title, duel.question, duel.lesson, duel.source)
    yield from (each.name for each in duel.contenders)
    yield from (each.bound.help for each in duel.dials)
    yield from (each.label for each in duel.sweeps)
    yield from (text for each in duel.presets for text in (each.name, each.source, each.note))
    yield from (part.term.label for side in bout(duel.id).sides for part in side.parts)


def _of_the_palette() -> Iterator[str]:
    """List what the composer offers to build with; a layer is called what torch calls it."""
    yield from GROUPS.values()
    for entry in palette():
        yield from (entry.help, *(field.help for field in entry.fields))
        if entry.name != entry.id:
            yield entry.name


def _of_the_transformations() -> Iterator[str]:
    """List what transformations of a whole network are called and what they do, and the rows of their bill."""
    yield REACH
    for each in TRANSFORMATIONS:
        yield from (each.name, each.help, *(field.help for field in each.fields))


def _of_the_zoo() -> Iterator[str]:
    """List what the zoo says of its networks."""
    yield from ("whole image", "unknown")
    for architecture in explorer.architectures():
        yield architecture.name
        yield architecture.family
        yield from (knob.help for knob in architecture.knobs)
        yield architecture.notes
    yield from (figure.explanation for listed in everything().values() for figure in listed)


def _of_the_models() -> Iterator[str]:
    """List the methods, the captions of the bundled pictures, and the classes that the models tell apart."""
    yield from (text for method in METHODS.values() for text in (method.name, method.summary))
    yield from (example.caption for example in examples().values())
    yield from EVERYDAY.split()


def po(language: str) -> Path:
    """Give the file that translators edit."""
    return LOCALE / language / "LC_MESSAGES" / "explorer.po"


def read(language: str) -> Catalog:
    """Read a catalogue."""
    with po(language).open("rb") as file:
        return read_po(file, locale=language, domain="explorer")


def compiled(catalog: Catalog) -> bytes:
    """Compile a catalogue to the form that gettext reads."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def update(language: str) -> None:
    """Bring one catalogue up to date with the pages, and compile it."""
    old = read(language)
    new = Catalog(locale=language, domain="explorer", header_comment="", fuzzy=False)
    for text in texts():
        message = old.get(text)
        new.add(text, message.string if message else "")
    with po(language).open("wb") as file:
        write_po(file, new, width=110, omit_header=False, no_location=True)
    po(language).with_suffix(".mo").write_bytes(compiled(new))


if __name__ == "__main__":
    for each in LANGUAGES:
        if po(each).exists():
            update(each)
