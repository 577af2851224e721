"""LaTeX: text made safe, and tables."""

from __future__ import annotations

from collections.abc import Sequence

_SAFE = {
    "\\": r"\textbackslash{}",
    **{c: rf"\{c}" for c in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "−": "$-$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "⌈": r"$\lceil$",
    "⌉": r"$\rceil$",
    "→": r"$\to$",
    "≠": r"$\neq$",
    "—": "---",
}


def text(plain: str) -> str:
    r"""Make text safe for LaTeX.

    >>> text("3·3_64 & 5 %")
    '3$\\cdot$3\\_64 \\& 5 \\%'
    """
    return "".join(_SAFE.get(character, character) for character in plain)


def tabular(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], caption: str, total: bool = True
) -> str:
    """Give a table environment (package booktabs); a last row that is the total is set apart."""
    body = [_row(row) for row in rows]
    apart = len(body) - total
    lines = [
        r"\begin{table}",
        rf"\caption{{{text(caption)}}}",
        rf"\begin{{tabular}}{{{''.join('r' if r else 'l' for r in right)}}}",
        r"\toprule",
        _row(headers),
        r"\midrule",
        *body[:apart],
        *([r"\midrule", *body[apart:]] if total else []),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return " & ".join(map(text, cells)) + r" \\"
