"""The desk: the composition that stands there, the place in it that is picked, and the steps that led to it.

Its word (``explorer.references``) stands in the address as ``net``, so that a reload loses nothing; the steps are kept
for the session. What is too long for an address is kept for the session alone, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from app import cached, state, widgets
from app.composing.history import History, Moment
from app.i18n import _
from explorer import references, sharing
from explorer.composing import edit
from explorer.composing.places import Path
from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.spec import Spec
from explorer.zoo import Architecture

FIRST = "lenet5"
"""What stands on the desk where nobody has put anything."""
_NET, _AT, _HISTORY, _REFUSED = "net", "at", "composing/history", "composing/refused"


def stand() -> Moment:
    """Give what stands on the desk: what the address says if the reader arrives by it, else what stood there."""
    reference = state.value(_NET, FIRST, _readable)
    known: History | None = state.kept(_HISTORY, None)
    if known is None:
        known = History((_opened(reference),))
    elif known.now.reference is not None and _word(known.now) != reference:
        known = known.to(reference) or known.then(_opened(reference))
    state.keep(_HISTORY, known)
    return known.now


def history() -> History:
    """Give the steps that led to what stands on the desk."""
    known: History | None = state.kept(_HISTORY, None)
    return known or History((_opened(FIRST),))


def sign() -> str:
    """Write what stands on the desk into the address, and give that word: empty if it is too long. It takes a while."""
    known = history()
    if known.now.reference is None:
        known = known.signed(_reference(known.now.document))
        state.keep(_HISTORY, known)
    state.put(_NET, _word(known.now), FIRST)
    return known.now.reference or ""


def _reference(document: Document) -> str:
    try:
        written = references.write(document)
    except ExplorerError:
        return ""
    return written if sharing.fits(written) else ""


def lay(network: Architecture | Document, done: str) -> None:
    """Put another network on the desk, as a step that can be taken back."""
    reference = references.write(network) if isinstance(network, Architecture) else None
    _step(Moment(document_of(network), reference, done, (), picked()))


def put(document: Document, done: str, at: Path | None = None) -> None:
    """Put a changed composition on the desk, as one step; the place stays picked if no other is given."""
    now = history().now
    if document != now.document:
        before = picked()
        _step(Moment(document, None, done, before if at is None else at, before))


def change(edited: Callable[[Spec], tuple[Spec, Path]], done: str) -> None:
    """Change the composition and what is picked in one step; what cannot be changes nothing, and the page says why."""
    now = history().now.document
    try:
        spec, at = edited(now.spec)
        renewed = replace(now, spec=spec)
    except ExplorerError as error:
        refuse(str(error))
        return
    put(renewed, done, at)


def undo() -> None:
    """Take the last step back."""
    known = history()
    _go(known.back(), known.now.before)


def redo() -> None:
    """Take the step again that was taken back."""
    known = history().forth()
    _go(known, known.now.at)


def refuse(sentence: str) -> None:
    """Note why something could not be done."""
    state.keep(_REFUSED, sentence)


def refusal() -> str:
    """Give, once, why the last thing could not be done."""
    sentence: str = state.kept(_REFUSED, "")
    state.keep(_REFUSED, "")
    return sentence


def picked() -> Path:
    """Give the place that is picked, or the nearest around it that there is; () is the whole network."""
    place = read_place(state.value(_AT, "", _checked_place))
    while place and not _is_there(place):
        place = place[:-1]
    return place


def pick(place: Path) -> None:
    """Pick a place."""
    state.put(_AT, write_place(place), "")


def write_place(place: Path) -> str:
    """Write a place as the address has it.

    >>> write_place((0, 3, 1)), read_place("0.3.1"), read_place("")
    ('0.3.1', (0, 3, 1), ())
    """
    return ".".join(map(str, place))


def read_place(text: str) -> Path:
    """Read a place."""
    return tuple(map(int, text.split("."))) if text else ()


def document_of(network: Architecture | Document) -> Document:
    """Give a network as a document; one of the zoo goes by its id."""
    return Document(network.id, network.input_shape, network.spec) if isinstance(network, Architecture) else network


def _checked_place(text: str) -> str:
    if all(part.isdecimal() and len(part) < 9 for part in text.split(".")):
        return text
    raise widgets.refused(_AT, text, _("positions with dots between them, such as 0.3"), "")


def _is_there(place: Path) -> bool:
    try:
        edit.get(history().now.document.spec, place)
    except ExplorerError:
        return False
    return True


def _step(moment: Moment) -> None:
    _go(history().then(moment), moment.at)


def _go(known: History, at: Path) -> None:
    """Go to a moment, and draw the whole page anew, from wherever on it that was asked."""
    state.keep(_HISTORY, known)
    if known.now.reference is not None:
        state.put(_NET, _word(known.now), FIRST)
    pick(at)
    st.rerun()


def _word(moment: Moment) -> str:
    """Give what stands in the address for a moment: nothing but the default where it is too long for one."""
    return moment.reference or FIRST


def _readable(text: str) -> str:
    """Take a reference from the address if it can be read."""
    try:
        cached.network(text)
    except ExplorerError as error:
        raise ValueError(
            _("The link holds a network that cannot be read: {reason} Shown instead: {default}.").format(
                reason=str(error).rstrip(".") + ".", default=FIRST
            )
        ) from None
    return text


def _opened(reference: str) -> Moment:
    return Moment(document_of(cached.network(reference)), reference)
