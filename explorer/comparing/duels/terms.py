r"""The closed formula of a contender: a term per layer with weights, written in symbols and with the numbers.

A layer costs ``places · fan-in · filters`` mult-adds and owns ``fan-in · filters`` weights: the second route to the
numbers that lowering gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

Figure = Literal["mult_adds", "weights", "params"]
FIGURES: dict[str, str] = {
    "mult_adds": "Mult-adds",
    "weights": "Weights of the convolutions",
    "params": "Parameters",
}
"""What a duel is about, with its caption."""

MARK = "#d55e00"
"""Readable on white and on black; what is marked is boxed too."""

Digits = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Factor:
    """A number with its name, in LaTeX; marked if it is what makes the difference."""

    symbol: str
    value: int
    marked: bool = False


def marked(symbol: str, value: int) -> Factor:
    """Give a factor that makes the difference."""
    return Factor(symbol, value, marked=True)


def plane(side: int) -> tuple[Factor, Factor]:
    """Give the axes of a square map."""
    return Factor("H", side), Factor("W", side)


def window(size: int, symbol: str = "") -> tuple[Factor, Factor]:
    """Give the axes of a square filter; a size that no dial turns is its own symbol."""
    return Factor(symbol or str(size), size), Factor(symbol or str(size), size)


@dataclass(frozen=True, slots=True)
class Term:
    """What one layer with weights costs.

    Args:
        label: names the layer; ``{n}`` in it stands for ``number``.
        nodes: the layer's node, and those of the batch norms that belong to it.
        places: the axes of its output map.
        fan_in: what one filter holds: height, width, and the maps that it sees.
        filters: how many there are, as a product.
        bias: one more parameter per filter.
        norms: the maps of each batch norm, which has two parameters per map.
        new: the other contenders have no such layer.
        number: of the layer, where there are several of a kind.
    """

    label: str
    nodes: tuple[str, ...]
    places: tuple[Factor, ...]
    fan_in: tuple[Factor, ...]
    filters: tuple[Factor, ...]
    bias: bool = False
    norms: tuple[Factor, ...] = ()
    new: bool = False
    number: int = 0

    def value(self, figure: Figure) -> int:
        """Work the term out."""
        fan_in, filters = _product(self.fan_in), _product(self.filters)
        match figure:
            case "mult_adds":
                return _product(self.places) * fan_in * filters
            case "weights":
                return fan_in * filters
            case "params":
                return (fan_in + self.bias) * filters + sum(2 * norm.value for norm in self.norms)

    def symbols(self, figure: Figure) -> str:
        """Write the term in symbols, as LaTeX."""
        return self._written(figure, lambda factor: factor.symbol)

    def numbers(self, figure: Figure) -> str:
        r"""Write the term with the numbers substituted, as LaTeX.

        >>> term = Term("1×1", ("conv",), plane(28), (Factor("C", 256),), (marked("c", 64),))
        >>> term.numbers("mult_adds"), term.value("mult_adds")
        ('28 \\cdot 28 \\cdot 256 \\cdot \\textcolor{#d55e00}{\\boxed{\\mathbf{64}}}', 12845056)
        """
        return self._written(figure, lambda factor: str(factor.value))

    def _written(self, figure: Figure, write: Callable[[Factor], str]) -> str:
        bias = " + 1" if figure == "params" and self.bias else ""
        inside = _times(self.fan_in, write) + bias
        filter_ = f"({inside})" if len(self.fan_in) > 1 or bias else inside
        places = [_times(self.places, write)] if figure == "mult_adds" and self.places else []
        norms = "".join(rf" + 2 \cdot {_write(norm, write)}" for norm in self.norms if figure == "params")
        return r" \cdot ".join((*places, filter_, _times(self.filters, write))) + norms


def grouped(number: int) -> str:
    """Write a number as LaTeX, thousands apart, without the space that a comma gets.

    >>> grouped(271351808)
    '271{,}351{,}808'
    """
    return f"{number:,}".replace(",", "{,}")


def total(terms: Sequence[Term], figure: Figure) -> int:
    """Add the terms up."""
    return sum(term.value(figure) for term in terms)


def aligned(terms: Sequence[Term], figure: Figure) -> str:
    r"""Write a whole formula for a LaTeX document (packages amsmath and xcolor), a line per term and the total.

    >>> term = Term("1×1", ("conv",), plane(28), (Factor("C", 256),), (Factor("N", 64),))
    >>> print(aligned([term], "weights"), end="")
    \begin{align*}
      C \cdot N &= 256 \cdot 64 = 16{,}384 \\
      \text{total} &= 16{,}384
    \end{align*}
    """
    lines = [f"{term.symbols(figure)} &= {term.numbers(figure)} = {grouped(term.value(figure))}" for term in terms]
    lines.append(rf"\text{{total}} &= {grouped(total(terms, figure))}")
    body = " \\\\\n  ".join(lines).replace(rf"\textcolor{{{MARK}}}", rf"\textcolor[HTML]{{{MARK[1:].upper()}}}")
    return f"\\begin{{align*}}\n  {body}\n\\end{{align*}}\n"


def _product(factors: Sequence[Factor]) -> int:
    return prod(factor.value for factor in factors)


def _times(factors: Sequence[Factor], write: Callable[[Factor], str]) -> str:
    return r" \cdot ".join(_write(factor, write) for factor in factors)


def _write(factor: Factor, write: Callable[[Factor], str]) -> str:
    text = write(factor)
    return rf"\textcolor{{{MARK}}}{{\boxed{{\mathbf{{{text}}}}}}}" if factor.marked else text
