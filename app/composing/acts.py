"""What can be done with the place that is picked: a table of acts, each a pure function of the spec and the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.i18n import _
from explorer.composing import edit
from explorer.composing.places import Part, Path, children
from explorer.errors import ExplorerError
from explorer.spec import Cell, Series, Side, Spec

Done = tuple[Spec, Path]
"""The changed spec, and the place to be picked then."""


def delete(spec: Spec, at: Path) -> Done:
    """Take the place out; the one that moves up is picked, else the one before it, else what it stood in."""
    spec = edit.delete(spec, at)
    left = len(children(edit.get(spec, at[:-1])))
    return spec, (*at[:-1], min(at[-1], left - 1)) if left else at[:-1]


def duplicate(spec: Spec, at: Path) -> Done:
    """Put a copy behind it, and pick that."""
    return edit.duplicate(spec, at), (*at[:-1], at[-1] + 1)


def move(spec: Spec, at: Path, to: Path) -> Done:
    """Move it to where it stands afterwards."""
    return edit.move(spec, at, to), to


def up(spec: Spec, at: Path) -> Done:
    """Move it before the one before it."""
    return move(spec, at, (*at[:-1], at[-1] - 1))


def down(spec: Spec, at: Path) -> Done:
    """Move it behind the one behind it."""
    return move(spec, at, (*at[:-1], at[-1] + 1))


def out(spec: Spec, at: Path) -> Done:
    """Move it out of its block, behind that."""
    return move(spec, at, (*at[:-2], at[-2] + 1))


def into(spec: Spec, at: Path) -> Done:
    """Move it to the end of the block before it."""
    before = (*at[:-1], at[-1] - 1)
    return move(spec, at, (*before, len(children(edit.get(spec, before)))))


def wrap(spec: Spec, at: Path) -> Done:
    """Put a shortcut beside it: a residual block."""
    return edit.wrap(spec, at), at


def branch(spec: Spec, at: Path) -> Done:
    """Put an empty branch beside it, or behind its branches, and pick that."""
    spec = edit.add_branch(spec, at, Series())
    return spec, (*at, len(children(edit.get(spec, at))) - 1)


def unwrap(spec: Spec, at: Path) -> Done:
    """Take the composition away and keep what it holds."""
    return edit.unwrap(spec, at), at


def group(spec: Spec, at: Path) -> Done:
    """Put it into a block of its own."""
    part = edit.get(spec, at)
    if not isinstance(part, Spec):
        raise ExplorerError(f"{type(part).__name__} is no layer or composition; allowed: what can stand in a block")
    return edit.replace(spec, at, Series(part)), at


@dataclass(frozen=True)
class Act:
    """Something to do: its id, icon and key (while the outline has the focus), what it does, where it can be done."""

    id: str
    icon: str
    key: str
    apply: Callable[[Spec, Path], Done]
    can: Callable[[Spec, Path], bool]


def _in_list(spec: Spec, at: Path) -> bool:
    return bool(at) and not isinstance(edit.get(spec, at[:-1]), Side)


def _has_before(spec: Spec, at: Path) -> bool:
    return _in_list(spec, at) and at[-1] > 0


def _has_behind(spec: Spec, at: Path) -> bool:
    return _in_list(spec, at) and at[-1] + 1 < len(children(edit.get(spec, at[:-1])))


def _can_leave(spec: Spec, at: Path) -> bool:
    return len(at) > 1 and _in_list(spec, at) and _in_list(spec, at[:-1])


def _can_enter(spec: Spec, at: Path) -> bool:
    return _has_before(spec, at) and _holds(edit.get(spec, (*at[:-1], at[-1] - 1)))


def _holds(part: Part) -> bool:
    return isinstance(part, Spec) and not isinstance(part, Side) and (part == Series() or bool(children(part)))


def _is_spec(spec: Spec, at: Path) -> bool:
    return isinstance(edit.get(spec, at), Spec)


def _can_unwrap(spec: Spec, at: Path) -> bool:
    part = edit.get(spec, at)
    return bool(children(part)) and not isinstance(part, Cell)


ACTS = {
    act.id: act
    for act in (
        Act("delete", "delete", "Delete", delete, _in_list),
        Act("duplicate", "content_copy", "Ctrl+D", duplicate, _in_list),
        Act("up", "arrow_upward", "Alt+Up", up, _has_before),
        Act("down", "arrow_downward", "Alt+Down", down, _has_behind),
        Act("out", "format_indent_decrease", "Alt+Left", out, _can_leave),
        Act("into", "format_indent_increase", "Alt+Right", into, _can_enter),
        Act("wrap", "alt_route", "Alt+W", wrap, _is_spec),
        Act("branch", "call_split", "Alt+B", branch, _is_spec),
        Act("group", "data_array", "Alt+G", group, _is_spec),
        Act("unwrap", "layers_clear", "Alt+U", unwrap, _can_unwrap),
    )
}


def caption(id: str) -> str:
    """Name an act in the reader's language."""
    return {
        "delete": _("Delete"),
        "duplicate": _("Duplicate"),
        "up": _("Move up"),
        "down": _("Move down"),
        "out": _("Move out of its block"),
        "into": _("Move into the block before it"),
        "wrap": _("Wrap in a residual"),
        "branch": _("Add a branch"),
        "group": _("Put into a block"),
        "unwrap": _("Take the block away, keep what is inside"),
    }[id]
