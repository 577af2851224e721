"""Where squeeze-and-excitation gates go in a spec: one walk for each kind of place."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Literal

from explorer import blocks, layers
from explorer.joins import JOINS, Add, Concat, Join
from explorer.shapes import Shape
from explorer.spec import Branches, Cell, Child, Series, Spec, Step
from explorer.transforms.parts import flat, free, is_identity

Placement = Literal["residual", "module", "convolution", "stage"]
"""Where gates go.

On the residual branch before the sum (Hu et al. 2018, figure 3), or on what a dense block adds to its input; after the
concatenation of a module (figure 2); after each convolution with its normalisation and activation; after the last
convolution at each map size.
"""

GATE = "se_module"
"""What a gate is called, after the published checkpoints; after a convolution it is ``se_`` and that one's name."""

_FOLLOWERS = (
    layers.BatchNorm, layers.LocalResponseNorm, layers.ReLU, layers.ReLU6, layers.Sigmoid, layers.Tanh, layers.SiLU,
    layers.GELU, layers.Hardsigmoid, layers.Hardswish, layers.LeakyReLU, layers.ELU, layers.LIF,
)  # fmt: skip


def gated(spec: Spec, x: Shape, ratio: int, placement: Placement) -> Spec | None:
    """Put gates at every place of a kind; None if there is none."""
    kind = {"residual": _Residuals, "module": _Modules}.get(placement, _Convolutions)
    walk = kind(ratio)
    changed, _ = walk.walk(spec, x)
    if placement == "stage":
        sizes = [shape[1:] for shape in walk.maps]
        ends = {i for i, size in enumerate(sizes) if sizes[i + 1 : i + 2] != [size]}
        changed, _ = kind(ratio, ends).walk(spec, x)
    return changed if walk.maps else None


class _Walk:
    """Goes through a spec with the shapes it meets, and gives it back as it was."""

    def walk(self, spec: Spec, *shapes: Shape) -> tuple[Spec, Shape]:
        match spec:
            case Series():
                return self.series(spec, *shapes)
            case Branches() if not is_gate(spec):
                return self.branches(spec, *shapes)
            case Cell():
                return self.cell(spec, *shapes)
            case layers.Layer():
                return spec, spec.output_shape(*shapes)
            case _:  # a side output or a gate: the input goes on with its shape
                return spec, shapes[0]

    def series(self, spec: Series, x: Shape) -> tuple[Spec, Shape]:
        children: list[Child] = []
        for position, (name, child) in enumerate(spec.children):
            changed, x = self.walk(child, x)
            children.append((name, child if is_gate(_next(spec.children, position)) else changed))
        return Series(*children), x

    def branches(self, spec: Branches, x: Shape) -> tuple[Spec, Shape]:
        walked = [(name, self.walk(child, x)) for name, child in spec.children]
        shape = JOINS[spec.join].output_shape(*(shape for _, (_, shape) in walked))
        return Branches(*((name, child) for name, (child, _) in walked), join=spec.join), shape

    def cell(self, spec: Cell, *shapes: Shape) -> tuple[Spec, Shape]:
        values, steps = dict(zip(spec.inputs, shapes, strict=True)), []
        for step in spec.steps:
            seen = [values[name] for name in step.inputs]
            if isinstance(step.spec, Join):
                values[step.name] = step.spec.output_shape(*seen)
                steps.append(step)
            else:
                changed, values[step.name] = self.walk(step.spec, *seen)
                steps.append(replace(step, spec=changed))
        return replace(spec, steps=tuple(steps)), values[spec.output]


class _Gates(_Walk):
    """Puts gates at the wanted places, all if not said; ``maps`` are the shapes at the places, in order.

    A block that is repeated is gone through once.
    """

    def __init__(self, ratio: int, wanted: set[int] | None = None) -> None:
        self.ratio, self.wanted = ratio, wanted
        self.maps: list[Shape] = []
        self.known: dict[tuple[int, tuple[Shape, ...]], tuple[Spec, tuple[Spec, Shape], list[Shape]]] = {}

    def walk(self, spec: Spec, *shapes: Shape) -> tuple[Spec, Shape]:
        if self.wanted is not None:
            return super().walk(spec, *shapes)
        key = (id(spec), shapes)
        if key in self.known:
            _, result, maps = self.known[key]
            self.maps += maps
            return result
        start = len(self.maps)
        result = super().walk(spec, *shapes)
        self.known[key] = (spec, result, self.maps[start:])
        return result

    def gate(self, x: Shape) -> Branches | None:
        """Give the gate for the place that was come to; None where a map has one position, or none is wanted."""
        if prod(x[1:]) == 1:
            return None
        self.maps.append(x)
        if self.wanted is not None and len(self.maps) - 1 not in self.wanted:
            return None
        return blocks.squeeze_excitation(x[0], max(1, x[0] // self.ratio))

    def close(self, spec: Spec, x: Shape) -> Spec:
        """Put a gate at the end of a spec that gives ``x``."""
        gate = self.gate(x)
        children = spec.children if isinstance(spec, Series) else (("", spec),)
        if gate is None or _has_gate(spec):
            return spec
        return Series(*children, (free(GATE, {name for name, _ in children}), gate))


class _Residuals(_Gates):
    def branches(self, spec: Branches, x: Shape) -> tuple[Spec, Shape]:
        _, shape = _Walk().branches(spec, x)
        body = _residual_branch(spec)
        if body is None:
            return super().branches(spec, x)
        children = list(spec.children)
        name, branch = children[body]
        children[body] = (name, self.close(branch, _Walk().walk(branch, x)[1]))
        return Branches(*children, join=spec.join), shape

    def cell(self, spec: Cell, *shapes: Shape) -> tuple[Spec, Shape]:
        """Gate what has the most convolutions in the sum that a cell ends in (highway layers); else look inside."""
        last = spec.steps[-1] if spec.steps else None
        if last is None or last.spec != Add() or last.name != spec.output:
            return super().cell(spec, *shapes)
        behind = [_behind(spec, name) for name in last.inputs]
        counts = [sum(map(_convolutions, specs)) for specs in behind]
        body = counts.index(max(counts))
        if not counts[body]:
            return super().cell(spec, *shapes)
        _, shape = _Walk().cell(spec, *shapes)
        gate = self.gate(shape)
        if gate is None or any(map(_has_gate, behind[body])):
            return spec, shape
        inputs = (*last.inputs[:body], GATE, *last.inputs[body + 1 :])
        steps = (*spec.steps[:-1], Step(GATE, (last.inputs[body],), gate), replace(last, inputs=inputs))
        return replace(spec, steps=steps), shape


class _Modules(_Gates):
    def branches(self, spec: Branches, x: Shape) -> tuple[Spec, Shape]:
        if spec.join != "concat" or any(is_identity(child) for _, child in spec.children):
            return super().branches(spec, x)
        _, shape = _Walk().branches(spec, x)
        return self.close(spec, shape), shape

    def cell(self, spec: Cell, *shapes: Shape) -> tuple[Spec, Shape]:
        """Gate a cell that ends in a concatenation (NASNet); elsewhere look inside."""
        _, shape = _Walk().cell(spec, *shapes)
        last = spec.steps[-1] if spec.steps else None
        if last is None or last.name != spec.output or not (isinstance(last.spec, Concat) or is_gate(last.spec)):
            return super().cell(spec, *shapes)
        gate = self.gate(shape)
        if gate is None or is_gate(last.spec):
            return spec, shape
        return Cell(spec.inputs, (*spec.steps, Step(GATE, (spec.output,), gate)), GATE), shape


class _Convolutions(_Gates):
    def series(self, spec: Series, x: Shape) -> tuple[Spec, Shape]:
        """Gate each convolution of a series, after the normalisation and activation that follow it."""
        given = _flat(spec)
        waiting: str | None = None
        children: list[Child] = []
        for position, (name, child) in enumerate(given):
            changed, x = super().walk(child, x)
            children.append((name, changed))
            waiting = name if isinstance(child, layers.Conv) else waiting
            following = _next(given, position)
            if waiting is not None and not isinstance(following, _FOLLOWERS):
                gate = self.gate(x)
                if gate and not is_gate(following):
                    children.append((free(f"se_{waiting}" if waiting else GATE, {name for name, _ in given}), gate))
                waiting = None
        return Series(*children), x

    def walk(self, spec: Spec, *shapes: Shape) -> tuple[Spec, Shape]:
        """Go through a branch or a step that is one convolution as through a series."""
        return super().walk(Series(("", spec)) if isinstance(spec, layers.Conv) else spec, *shapes)


def is_gate(spec: object) -> bool:
    """Say whether this is a squeeze-and-excitation gate: the input, times what is computed from its means."""
    if not isinstance(spec, Branches) or spec.join != "multiply":
        return False
    inner = [child.children[0][1] for _, child in spec.children if isinstance(child, Series) and child.children]
    return any(is_identity(child) for _, child in spec.children) and layers.GlobalAvgPool() in inner


def _next(children: tuple[Child, ...], position: int) -> Spec | None:
    return children[position + 1][1] if position + 1 < len(children) else None


def _flat(spec: Series) -> tuple[Child, ...]:
    """Lay a series out flat, unless two would share a name."""
    laid = flat(spec)
    names = [name for name, _ in laid if name]
    return laid if len(set(names)) == len(names) else spec.children


def _residual_branch(spec: Branches) -> int | None:
    """Find the branch beside a shortcut: the one with the most convolutions; None if there is no shortcut."""
    shortcut = spec.join == "add" or (spec.join == "concat" and any(is_identity(child) for _, child in spec.children))
    counts = [_convolutions(child) for _, child in spec.children]
    return counts.index(max(counts)) if shortcut and len(counts) > 1 and max(counts) else None


def _behind(cell: Cell, value: str) -> list[object]:
    """List the specs that a value of a cell is computed by."""
    wanted, found = {value}, list[object]()
    for step in reversed(cell.steps):
        if step.name in wanted:
            wanted.update(step.inputs)
            found.append(step.spec)
    return found


def _convolutions(spec: object) -> int:
    return isinstance(spec, layers.Conv) or sum(map(_convolutions, _inside(spec)))


def _has_gate(spec: object) -> bool:
    return is_gate(spec) or any(map(_has_gate, _inside(spec)))


def _inside(spec: object) -> tuple[object, ...]:
    """Give the specs that a composition holds; none for a layer."""
    match spec:
        case Series() | Branches():
            return tuple(child for _, child in spec.children)
        case Cell():
            return tuple(step.spec for step in spec.steps)
        case _:
            return ()
