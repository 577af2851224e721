"""Scaling: a family of networks along its knobs, really lowered, beside the law that its paper states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import streamlit as st

from app import widgets
from app.comparing import batches, charted, grids, links
from app.components.careful import part
from app.figures import decimal, exact, percent, short
from app.i18n import _
from explorer.charts import COSTS
from explorer.comparing import scaling, scaling_chart
from explorer.comparing.scaling import Axis, FigureName, Point, Setting, Study
from explorer.comparing.studies import STUDIES
from explorer.errors import ExplorerError
from explorer.zoo import Value

_COMMA = re.compile(r"(?<=\d),(?=\d)")
"""Between two digits LaTeX would put a space after it."""


@part
def show() -> None:
    """Let the reader choose a family and turn its knobs; draw the curves and the law."""
    captions = {id: _(study.name) for id, study in STUDIES.items()}
    study = STUDIES[widgets.choice(_("Family"), captions, name="study", kind="row")]
    st.markdown(_(study.words))
    figure, along, log = _looks(study)
    left, right = st.columns([1, 3], gap="large")
    with left:
        setting = {axis.name: _turn(axis, study) for axis in study.axes}
    try:
        chosen = _point(study, setting)
    except ExplorerError as error:
        st.error(str(error), icon=":material/block:")
        return
    with left:
        st.caption(_("Source: {source}").format(source=_(study.source)))
    with right:
        base = _point(study, {**setting, **study.base})
        _bill(study, chosen, base)
        _law(study, figure, setting, base)
        _chart(study, figure, along, log, chosen, base)
    if study.grid:
        grids.show(study, figure, _points(study, [each for line in scaling.grid(study) for each in line]))


def _looks(study: Study) -> tuple[FigureName, str, bool]:
    """Let the reader choose what is charted, along which knob, on which scale."""
    captions = {name: _(title.partition(" ")[0]) for name, title in COSTS.items()}
    names = {axis.name: axis.symbol for axis in study.along}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        figure: FigureName = widgets.choice(  # type: ignore[assignment]
            _("Figure"), captions, name="figure", default="mult_adds", owner="scaling", kind="row"
        )
        along = study.along[0].name
        if len(names) > 1:
            along = widgets.choice(_("Along"), names, name="along", kind="row", owner=study.id)
        return figure, along, widgets.switch(_("Logarithmic"), name="log", default=True, owner="scaling")


def _turn(axis: Axis, study: Study) -> Value:
    """Let the reader turn a knob: on a slider, or among the only values that there are."""
    owner, label = f"scaling/{study.id}", _(axis.help)
    label = label[:1].upper() + label[1:]
    if not axis.step:
        values = {f"{value:g}": value for value in axis.values}
        captions = {text: decimal(text) for text in values}
        chosen = widgets.choice(label, captions, name=axis.name, default=f"{axis.default:g}", owner=owner, kind="scale")
        return values[chosen]
    low, high = axis.values[0], axis.values[-1]
    return widgets.slider(label, name=axis.name, default=axis.default, low=low, high=high, step=axis.step, owner=owner)


def _key(study: Study, setting: Setting) -> str:
    return f"scaling {study.id} {sorted(setting.items())}"


def _point(study: Study, setting: Setting) -> Point:
    return _points(study, [setting])[0]


def _points(study: Study, settings: list[Mapping[str, Value]]) -> list[Point]:
    """Lower the networks of some settings, once for all readers."""
    pieces = [(_key(study, each), partial(scaling.point, study, each)) for each in settings]
    name = f"scaling {hash(tuple(key for key, _make in pieces))}"
    return batches.made(pieces, name, _("Lowering networks"))


def _marks(study: Study) -> list[Point]:
    pieces = [
        (
            f"mark {study.id} {network.id}",
            partial(scaling.measured, network, {**study.usual, **at}),
        )
        for network, at in study.marks
    ]
    return batches.made(pieces, f"marks {study.id}", _("Lowering networks"))


def _bill(study: Study, chosen: Point, base: Point) -> None:
    """Show what the chosen network costs, and what the law says that it should."""
    names: tuple[FigureName, ...] = ("mult_adds", "params", "activations")
    for name, column in zip(names, st.columns(len(names)), strict=True):
        real, law = chosen.figure(name), scaling.lawful(study, name, chosen.setting, base)
        with column.container(border=True, gap="xxsmall"):
            st.metric(_(COSTS[name].partition(" ")[0]), short(real), help=exact(real))
            said = _("law: {law}, really {share}")
            st.caption(exact(real) if law is None else said.format(law=short(law), share=_off(real, law)))
    with st.container(horizontal=True, vertical_alignment="center"):
        shape = "×".join(map(str, chosen.architecture.input_shape))
        st.markdown(
            _("**{name}**, input {shape}").format(name=_(chosen.architecture.name), shape=shape), width="content"
        )
        links.to_network(chosen.architecture)


def _off(real: float, law: float) -> str:
    share = real / law - 1
    return ("−" if share < 0 else "+") + percent(abs(share))


def _law(study: Study, figure: FigureName, setting: Setting, base: Point) -> None:
    """Write the law with its numbers."""
    if figure not in study.laws:
        return
    written = scaling.substituted(study, figure, setting, base, lambda number: rf"\text{{{short(number)}}}")
    for name, words in (("mult-adds", _("Mult-adds")), ("parameters", _("Parameters"))):
        written = written.replace(rf"\text{{{name}}}", rf"\text{{{words.lower()}}}")
    st.latex(_COMMA.sub("{,}", decimal(written)))


def _chart(study: Study, figure: FigureName, along: str, log: bool, chosen: Point, base: Point) -> None:
    points = _points(study, list(scaling.settings(study, along, chosen.setting)))
    chart = scaling_chart.chart(study, figure, along, points, chosen, base, _marks(study), log, _)
    charted.show(chart, f"scaling_{study.id}_{figure}")
