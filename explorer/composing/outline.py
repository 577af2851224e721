"""A spec row by row, with the numbers of each place; where it cannot be lowered, the rows say so and go no further."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from explorer import cost
from explorer.composing.places import Part, Path, kind, walk
from explorer.errors import ExplorerError
from explorer.graph import INPUT, Graph
from explorer.lower import Builder, check_input_shape
from explorer.receptive_field import ReceptiveField, receptive_fields
from explorer.shapes import Shape
from explorer.spec import Spec


class Row(NamedTuple):
    """One place of a spec. A composition's ``params`` and ``mult_adds`` are totals, its shape that of its result.

    ``label`` is the child's name, ``node`` the name in the graph (of a composition, the path of its nodes), ``takes``
    the shapes that come in. What could not be lowered has neither shape nor numbers; ``trouble`` says why at the place
    where it stopped.
    """

    path: Path
    depth: int
    label: str
    kind: str
    node: str
    spec: Part
    takes: tuple[Shape, ...] = ()
    shape: Shape | None = None
    params: int | None = None
    mult_adds: int | None = None
    receptive_field: ReceptiveField | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Draft:
    """A spec that may not be finished: its rows, and its graph as far as it can be lowered."""

    graph: Graph | None
    error: ExplorerError | None
    rows: tuple[Row, ...]

    @cached_property
    def failing(self) -> Row | None:
        """Give the row where the lowering stopped."""
        return next((row for row in self.rows if row.trouble), None)


def outline(spec: Spec, input_shape: Shape) -> tuple[Row, ...]:
    """Give one row for each place, from the whole (path ``()``) to the last, in the order in which they are lowered.

    >>> from explorer.layers import Conv, Flatten, Linear
    >>> from explorer.spec import Series
    >>> rows = outline(Series(conv=Conv(8, 3), out=Series(Flatten(), Linear(2))), (1, 5, 5))
    >>> [(row.path, row.kind, row.shape, row.params) for row in rows[:3]]
    [((), 'Series', (2,), 226), ((0,), 'Conv', (8, 3, 3), 80), ((1,), 'Series', (2,), 146)]
    """
    return draft(spec, input_shape).rows


def draft(spec: Spec, input_shape: Shape, name: str = "network") -> Draft:
    """Lower a spec as far as it goes.

    Raises:
        ExplorerError: no input can have this shape.

    >>> from explorer.layers import Conv, Flatten
    >>> from explorer.spec import Series
    >>> broken = draft(Series(Conv(8, 3), Flatten(), Conv(8, 3)), (1, 5, 5))
    >>> len(broken.graph), broken.failing.path
    (2, (2,))
    >>> print(broken.error)
    2: Conv cannot take 72: Conv needs a map (channels and spatial axes), not a vector of 72
    """
    check_input_shape(input_shape)
    survey = _Survey(input_shape)
    graph: Graph | None = None
    error: ExplorerError | None = None
    try:
        survey.place(spec, "", (INPUT,))
        graph = survey.graph(name, survey.last)
    except ExplorerError as trouble:
        error = trouble
        if survey.nodes:
            graph = survey.graph(name, next(reversed(survey.nodes)))
    return Draft(graph, error, _rows(spec, survey, graph, error))


class _Span(NamedTuple):
    """What a place has in the graph: its name, what comes in, its first node, the one behind its last, its value.

    A place that was begun and not finished has no value.
    """

    name: str
    takes: tuple[Shape, ...]
    first: int
    end: int
    value: str


class _Survey(Builder):
    """A lowering that remembers a span for each place that was begun."""

    def __init__(self, input_shape: Shape) -> None:
        super().__init__(input_shape)
        self.spans: list[_Span] = []

    @property
    def last(self) -> str:
        """Name the value of the whole."""
        return self.spans[0].value

    def place(self, spec: Part, path: str, inputs: tuple[str, ...]) -> str:
        slot, first = len(self.spans), len(self.nodes)
        takes = tuple([self.shapes[name] for name in inputs])
        self.spans.append(_Span(path, takes, first, first, ""))
        output = super().place(spec, path, inputs)
        self.spans[slot] = _Span(path, takes, first, len(self.nodes), output)
        return output


def _rows(spec: Spec, survey: _Survey, graph: Graph | None, error: ExplorerError | None) -> tuple[Row, ...]:
    counts = [cost.counts(node) for node in graph] if graph else []
    params = list(accumulate((each.params for each in counts), initial=0))
    mult_adds = list(accumulate((each.mult_adds for each in counts), initial=0))
    fields = receptive_fields(graph) if graph else {}
    begun = survey.spans
    stopped = max((i for i, span in enumerate(begun) if not span.value), default=0) if error else -1
    rows: list[Row] = []
    for i, (path, label, part) in enumerate(walk(spec)):
        span = begun[i] if i < len(begun) else _Span("", (), 0, 0, "")
        row = Row(path, len(path), label, kind(part), span.name, part, span.takes)
        if span.value and graph:
            spent = params[span.end] - params[span.first], mult_adds[span.end] - mult_adds[span.first]
            row = Row(*row[:7], survey.shapes[span.value], *spent, fields[span.value])
        rows.append(row._replace(trouble=str(error)) if i == stopped else row)
    return tuple(rows)
