"""A duel at a setting: both contenders lowered, their costs part by part, and the tables that say so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

from explorer import cost
from explorer.charts import Say
from explorer.comparing.duels.record import Contender, Duel, Setting
from explorer.comparing.duels.terms import Figure, Term
from explorer.graph import Graph
from explorer.layers import Conv, Linear
from explorer.lower import lower
from explorer.report import Report
from explorer.shapes import Shape, times
from explorer.spec import Spec
from explorer.table import Cell, Table


@dataclass(frozen=True)
class Part:
    """What one layer with weights costs, its batch norms included, as lowering counts it."""

    contender: Contender
    term: Term
    shape: Shape
    weights: int
    params: int
    mult_adds: int
    receptive_field: str
    reads: int
    """How many maps the layer reads."""

    def value(self, figure: Figure) -> int:
        """Give one of the figures."""
        found: int = getattr(self, figure)
        return found

    def label(self, say: Say = str) -> str:
        """Name the part."""
        return say(self.term.label).format(n=self.term.number)


@dataclass(frozen=True)
class Side:
    """A contender at a setting: its spec, its report, its formula."""

    contender: Contender
    spec: Spec
    report: Report
    terms: tuple[Term, ...]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Give the layers with weights, in the order of the formula."""
        lines = {line.node.name: line for line in self.report.lines}
        found = []
        for term in self.terms:
            first, *others = (lines[name] for name in term.nodes)
            params = first.params + sum(line.params for line in others)
            found.append(
                Part(
                    self.contender, term, first.node.shape, first.weights, params, first.mult_adds,
                    str(first.receptive_field), first.node.input_shapes[0][0],
                )
            )  # fmt: skip
        return tuple(found)

    def value(self, figure: Figure) -> int:
        """Give the total of a figure."""
        return total(self.report.graph, figure)

    @property
    def receptive_field(self) -> str:
        """Give how far the block sees, gates left out of account."""
        report = self.report.without_gates
        return str(report.receptive_fields[report.graph.output])


@dataclass(frozen=True)
class Bout:
    """A duel at a setting.

    >>> from explorer.comparing.duels import bout
    >>> [side.value("mult_adds") for side in bout("inception").sides]
    [854196224, 271351808]
    """

    duel: Duel
    setting: Setting
    sides: tuple[Side, ...]

    def ratio(self, figure: Figure, number: int = 1) -> float:
        """Give what a contender costs, measured against the first; 0 where that costs nothing."""
        first = self.sides[0].value(figure)
        return self.sides[number].value(figure) / first if first else 0.0

    def difference(self, figure: Figure, number: int = 1) -> int:
        """Give what a contender costs more than the first; negative where it costs less."""
        return self.sides[number].value(figure) - self.sides[0].value(figure)


def fight(duel: Duel, setting: Setting) -> Bout:
    """Lower the contenders at a setting.

    Raises:
        ExplorerError: a dial stands where it may not, or a contender cannot take the input.
    """
    duel.refuse_bad(setting)
    shape = duel.input_of(setting)
    sides = []
    for each in duel.contenders:
        spec = each.make(setting)
        sides.append(Side(each, spec, Report(lower(spec, shape, name=each.id)), each.terms(setting)))
    return Bout(duel, dict(setting), tuple(sides))


def total(graph: Graph, figure: Figure) -> int:
    """Count a figure over a whole graph; weights are those of convolutions and linear layers."""
    match figure:
        case "mult_adds":
            return cost.total(graph, cost.mult_adds)
        case "params":
            return cost.total(graph, cost.params)
        case "weights":
            return sum(cost.weights(node) for node in graph if isinstance(node.layer, Conv | Linear))


def summary(bout: Bout, say: Say = str) -> Table:
    """Lay both contenders side by side, in total.

    >>> from explorer.comparing.duels import bout
    >>> summary(bout("five")).cells[1][:5]
    ('two 3×3', '64×28×28', 57802752, 0.72, -22478848)
    """
    headers = (
        say("Contender"), say("Output"), say("Mult-adds"), say("Mult-adds ÷ first"), say("Mult-adds − first"),
        say("Weights"), say("Parameters"), say("Parameters ÷ first"), say("Receptive field"),
        say("Neurons of the output"), say("Neurons in all maps"),
    )  # fmt: skip
    rows = [_totals(bout, number, say) for number in range(len(bout.sides))]
    return Table.of(f"{say(bout.duel.title)}, {say('input')} {times(bout.duel.input_of(bout.setting))}", headers, rows)


def _totals(bout: Bout, number: int, say: Say) -> tuple[Cell, ...]:
    side = bout.sides[number]
    return (
        say(side.contender.name),
        times(side.report.graph.output_shape),
        side.value("mult_adds"),
        bout.ratio("mult_adds", number),
        bout.difference("mult_adds", number),
        side.value("weights"),
        side.value("params"),
        bout.ratio("params", number),
        say(side.receptive_field),
        prod(side.report.graph.output_shape),
        side.report.activations,
    )


def parts(bout: Bout, say: Say = str) -> Table:
    """List the layers with weights of all contenders."""
    headers = (
        say("Contender"), say("Part"), say("Maps it reads"), say("Activation map"), say("Neurons"), say("Weights"),
        say("Parameters"), say("Mult-adds"), say("Receptive field"),
    )  # fmt: skip
    rows = [
        (
            say(part.contender.name), part.label(say), part.reads, times(part.shape), prod(part.shape), part.weights,
            part.params, part.mult_adds, say(part.receptive_field),
        )
        for side in bout.sides
        for part in side.parts
    ]  # fmt: skip
    return Table.of(f"{say(bout.duel.title)}: {say('layer by layer')}", headers, rows)


def presets(duel: Duel, figure: Figure, say: Say = str) -> Table:
    """Fight the duel at every preset: one row each.

    >>> from explorer.comparing.duels import get
    >>> [row[-1] for row in presets(get("seven"), "weights").cells][:1]
    [0.5510204081632653]
    """
    bouts = {each.id: fight(duel, each.setting) for each in duel.presets}
    headers = (
        say("Preset"),
        *(each.symbol for each in duel.dials),
        *(say(each.name) for each in duel.contenders),
        *(_against(each.name, duel, say) for each in duel.contenders[1:]),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            say(each.name),
            *(each.setting[dial.name] for dial in duel.dials),
            *(side.value(figure) for side in bouts[each.id].sides),
            *(bouts[each.id].ratio(figure, number) for number in range(1, len(duel.contenders))),
        )
        for each in duel.presets
    ]
    return Table.of(say(duel.title), headers, rows)


def _against(name: str, duel: Duel, say: Say) -> str:
    return f"{say(name)} ÷ {say(duel.contenders[0].name)}"
