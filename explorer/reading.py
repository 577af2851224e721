"""Reading YAML nodes into a spec, noting every problem with its line instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml

from explorer.errors import SpecError
from explorer.joins import JOINS
from explorer.layers import Layer
from explorer.shapes import MOST_AXIS, Shape
from explorer.spec import COMPOSITIONS, INLINE, Branches, Cell, Child, Series, Side, Spec, Step, layer_types

MOST_DEPTH = 60
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T", Series, Branches)
_JOIN_LAYERS = {type(join).__name__: join for join in JOINS.values()}


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """What is wrong at a line of a text; lines count from one."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """A spec with its name and the input shape it is meant for."""

    name: str
    input_shape: Shape
    spec: Spec


def compose(text: str, problems: list[Problem]) -> yaml.Node | None:
    """Parse YAML to nodes that know their lines; aliases and deep nesting are refused before anything is built."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                problems.append(_problem(event.start_mark, "anchors and aliases (& and *) are not allowed"))
                return None
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                problems.append(_problem(event.start_mark, f"nested deeper than {MOST_DEPTH} levels"))
                return None
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        problems.append(_problem(error.problem_mark or error.context_mark, f"this is not YAML: {error.problem}"))
        return None
    except yaml.YAMLError as error:
        problems.append(Problem(1, f"this is not YAML: {' '.join(str(error).split())}"))
        return None
    if node is None:
        problems.append(Problem(1, "the text is empty; allowed: name, input and network"))
    return node


def _problem(mark: Any, message: str) -> Problem:
    return Problem(mark.line + 1 if mark else 1, message)


def _word(key: yaml.Node) -> str:
    """Give a key as text, also one that is no scalar."""
    return key.value if isinstance(key, yaml.ScalarNode) else "a list or mapping as a key"


class Reader:
    """Turns nodes into specs; what it cannot read it notes in ``problems`` and gives as None."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._scalars = yaml.constructor.SafeConstructor()

    def note(self, node: yaml.Node, message: str) -> None:
        """Write a problem down."""
        self.problems.append(_problem(node.start_mark, message))

    def document(self, root: yaml.Node, name: str) -> Document | None:
        """Read the whole text; ``name`` is what the document is called if it does not say."""
        parts = self.mapping(root, "document", required=("input", "network"), optional=("name",))
        if "name" in parts:
            name = str(self.value(parts["name"]))
        shape = self.shape(parts["input"]) if "input" in parts else None
        spec = self.spec(parts["network"]) if "network" in parts else None
        return Document(name, shape, spec) if shape and spec is not None else None

    def shape(self, node: yaml.Node) -> Shape | None:
        """Read an input shape."""
        value = self.value(node)
        if (
            isinstance(value, tuple)
            and 1 <= len(value) <= 4
            and all(type(n) is int and 0 < n <= MOST_AXIS for n in value)
        ):
            return value
        allowed = f"channels and spatial axes up to {MOST_AXIS:,}, such as [3, 224, 224]"
        self.note(node, f"input is {value!r}; allowed: {allowed}")
        return None

    def spec(self, node: yaml.Node) -> Spec | None:
        """Read a layer or a composition."""
        if isinstance(node, yaml.SequenceNode):
            return self.built(node, Series, self.children(node))
        if isinstance(node, yaml.ScalarNode):
            return self.typed(node, node.value, yaml.MappingNode("", [], node.start_mark, node.end_mark))
        (key, value), *more = node.value or [(node, node)]
        if more or key is node:
            self.note(node, "a layer is its name alone, or one name with its fields")
            return None
        return self.typed(key, _word(key), value)

    def typed(self, where: yaml.Node, name: str, body: yaml.Node) -> Spec | None:
        """Read what stands under the name of a layer or a composition."""
        match name:
            case "Series":
                return self.built(body, Series, self.children(body))
            case "Branches":
                return self.branches(body)
            case "Side":
                head = self.spec(body)
                return Side(head) if head is not None else None
            case "Cell":
                return self.cell(body)
            case _ if name in layer_types():
                return self.layer(where, layer_types()[name], body)
            case _:
                near = get_close_matches(name, layer_types(), n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self.note(where, f"there is no layer or composition {name!r}{hint}")
                return None

    def layer(self, where: yaml.Node, kind: type[Layer], body: yaml.Node) -> Layer | None:
        """Read a layer's fields."""
        required = tuple(f.name for f in fields(kind) if f.default is MISSING)
        optional = tuple(f.name for f in fields(kind) if f.default is not MISSING)
        before = len(self.problems)
        parts = self.mapping(body, kind.__name__, required, optional, where)
        values = {name: self.value(node) for name, node in parts.items()}
        if len(self.problems) > before:
            return None
        try:
            return kind(**values)
        except SpecError as error:
            self.note(where, str(error))
            return None

    def children(self, node: yaml.Node) -> list[Child] | None:
        """Read the children of a Series or of Branches."""
        if not isinstance(node, yaml.SequenceNode):
            self.note(node, "a list of layers is needed here")
            return None
        read = [self.child(i, each) for i, each in enumerate(node.value)]
        found = [child for child in read if child is not None]
        return found if len(found) == len(read) else None

    def child(self, position: int, node: yaml.Node) -> Child | None:
        """Read one child: ``name: spec``, or a spec that is called by its position."""
        name, body = str(position), node
        if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
            key, value = node.value[0]
            if not self.is_type(_word(key), value):
                name, body = "" if _word(key) == INLINE else _word(key), value
        spec = self.spec(body)
        return (name, spec) if spec is not None else None

    def is_type(self, key: str, value: yaml.Node) -> bool:
        """Tell a type from a child's name; an unknown word with fields of scalars was meant as a type."""
        if key in layer_types() or key in COMPOSITIONS:
            return True
        inside = value.value if isinstance(value, yaml.MappingNode) else [(value, value)]
        scalars = all(isinstance(inner, yaml.ScalarNode) for _, inner in inside)
        return isinstance(value, yaml.MappingNode) and scalars and bool(inside) and _word(inside[0][0]).islower()

    def branches(self, body: yaml.Node) -> Branches | None:
        """Read branches and how they are joined."""
        parts = self.mapping(body, "Branches", ("join", "branches"))
        if len(parts) < 2:
            return None
        join, children = self.value(parts["join"]), self.children(parts["branches"])
        return self.built(body, Branches, children, join=join)

    def cell(self, body: yaml.Node) -> Cell | None:
        """Read a cell and its steps."""
        parts = self.mapping(body, "Cell", ("inputs", "steps", "output"))
        if len(parts) < 3 or not isinstance(parts["steps"], yaml.SequenceNode):
            self.note(body, "Cell: inputs, a list of steps, and output are needed")
            return None
        steps = [self.step(each) for each in parts["steps"].value]
        found = tuple(step for step in steps if step is not None)
        inputs, output = self.value(parts["inputs"]), self.value(parts["output"])
        if len(found) < len(steps) or not isinstance(inputs, tuple):
            return None
        try:
            return Cell(inputs, found, str(output))
        except SpecError as error:
            self.note(body, str(error))
            return None

    def step(self, node: yaml.Node) -> Step | None:
        """Read one step of a cell."""
        parts = self.mapping(node, "step", ("name", "inputs", "apply"))
        if len(parts) < 3:
            return None
        name, inputs, apply = self.value(parts["name"]), self.value(parts["inputs"]), parts["apply"]
        if not isinstance(inputs, tuple):
            self.note(node, f"step: inputs is {inputs!r}; allowed: a list of names")
            return None
        join = _JOIN_LAYERS.get(apply.value) if isinstance(apply, yaml.ScalarNode) else None
        spec = join or self.spec(apply)
        return Step(str(name), tuple(map(str, inputs)), spec) if spec is not None else None

    def built(self, node: yaml.Node, kind: Callable[..., T], children: list[Child] | None, **more: Any) -> T | None:
        """Build a composition of children, noting what it refuses."""
        if children is None:
            return None
        try:
            return kind(*children, **more)
        except SpecError as error:
            self.note(node, str(error))
            return None

    def mapping(
        self,
        node: yaml.Node,
        what: str,
        required: tuple[str, ...] = (),
        optional: tuple[str, ...] = (),
        where: yaml.Node | None = None,
    ) -> dict[str, yaml.Node]:
        """Read named parts; note what is missing, unknown or given twice."""
        if not isinstance(node, yaml.MappingNode):
            self.note(node, f"{what}: named values are needed here: {', '.join((*required, *optional))}")
            return {}
        parts: dict[str, yaml.Node] = {}
        allowed = (*required, *optional)
        for key, value in node.value:
            word = _word(key)
            if word not in allowed:
                self.note(key, f"{what} has no {word!r}; allowed: {', '.join(allowed) or 'nothing'}")
            elif word in parts:
                self.note(key, f"{what}: {word} is given twice")
            else:
                parts[word] = value
        for name in required:
            if name not in parts:
                self.note(where or node, f"{what}: {name} is missing")
        return parts

    def value(self, node: yaml.Node) -> Any:
        """Give the plain value of a node, lists as tuples."""
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(each) for each in node.value)
        try:
            return self._scalars.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            return node.value
