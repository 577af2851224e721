"""The head of the page: what the network is called and where it comes from; its figures, exact and short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from app import cached, widgets
from app.figures import binary, exact, short
from app.i18n import _
from explorer.cost import Counting, depth, total
from explorer.memory import BYTES
from explorer.report import Report
from explorer.shapes import positions, times


@dataclass(frozen=True)
class Convention:
    """What the reader counts: as an operation, in memory, and as the receptive field of a network with gates."""

    counting: Counting
    precision: str
    ignore_gates: bool = False

    def __str__(self) -> str:
        extra = (
            (self.counting.bias, _("biases")),
            (self.counting.normalisation, _("normalisation")),
            (self.counting.pooling, _("pooling")),
        )
        counted = " + ".join([_("convolutions and linear layers"), *(name for on, name in extra if on)])
        return f"{self.counting.factor} × ({counted})" if self.counting.factor > 1 else counted


def origin(report: Report) -> None:
    """Say where the network comes from: authors, year, paper, notes."""
    architecture = report.architecture
    if architecture:
        st.markdown(f"{architecture.authors} ({architecture.year}): [*{architecture.paper}*]({architecture.url})")
        st.caption(_(architecture.notes))


def convention(gated: bool) -> Convention:
    """Let the reader say what counts as an operation, which precision the numbers have, and whether gates count."""
    with st.popover(_("What is counted"), icon=":material/tune:"):
        st.markdown(
            _(
                "**Mult-adds** are multiply–accumulates of convolutions and linear layers, for one image. "
                "Some papers count more:"
            )
        )
        counting = Counting(
            bias=widgets.switch(_("biases: one addition per output"), name="bias"),
            normalisation=widgets.switch(_("normalisation: one per output"), name="normalisation"),
            pooling=widgets.switch(_("pooling: one per value that is looked at"), name="pooling"),
            factor=2 if widgets.switch(_("a multiplication and an addition are two (× 2)"), name="twice") else 1,
        )
        precision = widgets.choice(
            _("Precision of the numbers in memory"), {name: name for name in BYTES}, name="precision", kind="row"
        )
        ignore_gates = gated and widgets.switch(
            _("Receptive fields without the gates"),
            name="ungated",
            help=_(
                "A squeeze-and-excitation gate is computed from the whole image, and so is all that comes after it."
            ),
        )
    return Convention(counting, precision, ignore_gates)


def figures(report: Report, convention: Convention) -> None:
    """Show the totals, each with its unit and its convention."""
    memory = cached.of(report, "memory", lambda: report.memory(convention.precision), convention.precision)
    mult_adds = cached.of(report, "mult-adds", lambda: total(report.graph, convention.counting), convention)
    with st.grid(4, min_column_width=185):
        _figure(
            _("Parameters"),
            short(report.params),
            exact(report.params),
            _("{weights} weights + {biases} biases").format(weights=exact(report.weights), biases=exact(report.biases)),
        )
        _figure(_("Mult-adds"), short(mult_adds), exact(mult_adds), str(convention))
        _figure(
            _("Neurons"),
            short(report.activations),
            exact(report.activations),
            _("values in all activation maps"),
        )
        _figure(
            _("Memory"),
            binary(memory.parameters + memory.peak_activations),
            f"{binary(memory.parameters)} + {binary(memory.peak_activations)}",
            _("parameters + maps at the peak ({node}), {precision}; all maps: {maps}").format(
                precision=convention.precision, node=memory.peak_node, maps=binary(memory.activations)
            ),
        )


def _figure(label: str, value: str, digits: str, detail: str) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch"):
        st.metric(label, value)
        st.markdown(f"**{digits}**")
        st.caption(detail)


def facts(report: Report) -> None:
    """Say in one line what goes in, what comes out, and how far it looks."""
    st.markdown(" · ".join(_facts(report)))


def _facts(report: Report) -> Iterator[str]:
    graph = report.graph
    yield _("input **{shape}**").format(shape=times(graph.input_shape))
    yield _("output **{shape}**").format(shape=times(graph.output_shape))
    with_weights, deep = sum(node.type in ("Conv", "Linear") for node in graph), depth(graph)
    words = (
        _("**{n}** layers with weights") if with_weights == deep else _("**{n}** layers with weights, **{deep}** deep")
    )
    yield words.format(n=with_weights, deep=deep)
    maps = [line for line in report.without_gates.lines if line.receptive_field.status == "exact"]
    if maps:
        field = maps[-1].receptive_field
        image = positions(graph.input_shape) == "pixels"
        words = (
            _("receptive field of the last map **{field}**, every {stride} pixels")
            if image
            else _("receptive field of the last map **{field}**, stride {stride}")
        )
        through_gates = _(" (its gates see the whole image)") if report.without_gates != report else ""
        yield words.format(field=field, stride=times(field.stride)) + through_gates
