"""The card of one layer, large: where its shape, parameters, mult-adds and receptive field come from."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from app.components.headline import Convention
from app.figures import exact, localised, percent
from app.i18n import _
from explorer import cost, formula
from explorer.graph import Node, call
from explorer.layers import LIF, AvgPool, Flatten, GlobalMaxPool, Layer, MaxPool, PadChannels, ZeroPad
from explorer.receptive_field import ReceptiveField
from explorer.report import Report
from explorer.shapes import times
from explorer.table import Row

Fact = tuple[str, tuple[str, ...]]


def show(row: Row, convention: Convention) -> None:
    """Draw the card of a layer, or of a group."""
    with st.container(border=True):
        if row.node is None:
            _group(row, convention)
        else:
            _layer(row.report, row.node, convention)


def _group(row: Row, convention: Convention) -> None:
    report = row.report
    mult_adds = sum(convention.counting(line.node) for line in row.lines)
    every_mult_add = cost.total(report.graph, convention.counting) or 1
    st.subheader(row.path, anchor=False)
    _facts(
        [
            (_("Layers"), (exact(len(row.lines)),)),
            (_("Activation map"), (times(row.last.node.shape),)),
            (_("Parameters"), (exact(row.sum("params")), percent(row.sum("params") / (report.params or 1)))),
            (_("Mult-adds"), (exact(mult_adds), percent(mult_adds / every_mult_add))),
        ]
    )


def _layer(report: Report, node: Node, convention: Convention) -> None:
    st.subheader(f"{node.name}: {node.type}", anchor=False)
    st.caption(f"`{call(node.layer)}` " + _("of {inputs}").format(inputs=", ".join(node.inputs)))
    before = report.receptive_fields[node.inputs[0]]
    _facts(
        [
            (_("Activation map"), _shape(node)),
            (_("Parameters"), tuple(_parameters(node))),
            (_("Mult-adds"), _mult_adds(node, convention)),
            (_("Receptive field"), tuple(_field(before, node, report.receptive_fields[node.name]))),
        ]
    )


def _facts(facts: list[Fact]) -> None:
    """Lay facts out side by side: a heading, the arithmetic, what there is to say."""
    with st.grid(4, min_column_width=320):
        for heading, lines in facts:
            with st.container(gap="xxsmall"):
                st.caption(heading)
                for line in lines:
                    st.markdown(f"### {line}" if line == lines[0] else line)


def _shape(node: Node) -> tuple[str, ...]:
    sizes = formula.output_size(node)
    channels = formula.channels(node)
    lines = [
        times(node.shape),
        *sizes,
        *([channels] if channels else []),
        formula.activations(node) + " " + _("neurons"),
    ]
    return tuple(map(localised, lines))


def _parameters(node: Node) -> Iterator[str]:
    if not cost.params(node):
        yield "0"
        yield _why_none(node)
        return
    yield localised(formula.parameters(node))
    if cost.biases(node):
        yield _("weights {weights}; biases {biases}").format(
            weights=localised(formula.weights(node)), biases=exact(cost.biases(node))
        )


def _why_none(node: Node) -> str:
    """Say why a layer has nothing to learn."""
    match node.layer:
        case MaxPool():
            return _("Pooling takes the largest value of each window: there is nothing to learn.")
        case GlobalMaxPool():
            return _("Pooling takes the largest value of each map: there is nothing to learn.")
        case AvgPool():
            return _("Pooling takes the mean of each window: there is nothing to learn.")
        case _ if node.type in ("GlobalAvgPool", "AdaptiveAvgPool"):
            return _("Pooling takes the mean of each map: there is nothing to learn.")
        case Flatten():
            return _("The same numbers, laid out as a vector: there is nothing to learn.")
        case ZeroPad() | PadChannels():
            return _("Zeros are added around the values: there is nothing to learn.")
        case LIF():
            return _("Leak and threshold are fixed: there is nothing to learn.")
        case Layer():
            return _("A fixed function of each value: there is nothing to learn.")
        case _:
            return _("Inputs are joined: there is nothing to learn.")


def _mult_adds(node: Node, convention: Convention) -> tuple[str, ...]:
    counted = convention.counting(node)
    written = formula.mult_adds(node)
    if not written:
        return exact(counted), _("Mult-adds are counted in: {convention}.").format(convention=convention)
    if counted == cost.mult_adds(node):
        return (localised(written),)
    return exact(counted), localised(written), str(convention)


def _field(before: ReceptiveField, node: Node, after: ReceptiveField) -> Iterator[str]:
    written = formula.receptive_field(before, node)
    yield localised(written[0]) if len(written) == 1 else _(str(after))
    if len(written) > 1:
        yield from map(localised, written)
    if after.status == "exact":
        words = (
            _("{size} pixels, one position every {stride}; the first begins at {start}")
            if len(after.size) == 2
            else _("{size} of the input's positions, one of the output every {stride}; the first begins at {start}")
        )
        start = ", ".join(map(str, after.start))
        yield words.format(size=times(after.size), stride=times(after.stride), start=start)
