"""From a trace to a Graph: run it on the meta device and write down what comes by."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from torch import Tensor, fx, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from explorer.errors import ExplorerError, ShapeError
from explorer.from_torch.names import FUNCTIONS, MODULES, NOT_SEEN, Words, canonical
from explorer.from_torch.trace import first_line
from explorer.graph import INPUT, Graph, Node, check
from explorer.joins import Concat, Operation, Unknown
from explorer.layers import Layer
from explorer.shapes import Shape, times

BATCH = 7919
"""Images in the batch that is sent through: a prime, so that the batch axis is known wherever it goes."""

Owned = list[tuple[str, nn.Parameter]]


class Reader(fx.Interpreter):
    """Runs a traced module on the meta device and collects the nodes of its Graph."""

    def __init__(self, traced: fx.GraphModule, name: str, input_shape: Shape) -> None:
        super().__init__(traced, garbage_collect_values=False)
        self.extra_traceback = False
        self.label, self.input_shape = name, input_shape
        self.nodes: dict[str, Node] = {}
        self.ends: tuple[str, ...] = ()
        self.names: dict[fx.Node, str] = {}
        self.constants: dict[fx.Node, Owned] = {}
        self.owners: dict[nn.Parameter, str] = {}

    def finished(self, whole: nn.Module) -> Graph:
        """Give what was read: the nodes that lead to an output, and what of the whole module was left alone."""
        live = self._live()
        nodes = [node for node in self.nodes.values() if node.name in live]
        unused = list(self._unused(whole, live))
        output, *sides = dict.fromkeys(self.ends)
        ends = (*sides, *(node.name for node in unused))
        return check(Graph(self.label, self.input_shape, (*nodes, *unused), output, ends))

    def run_node(self, n: fx.Node) -> Any:
        """Run one node of the trace and record what it is."""
        result = self._attempt(n)
        if n.op == "placeholder":
            if not self.names:
                self.names[n] = INPUT
        elif n.op == "get_attr":
            parameter = isinstance(result, nn.Parameter)
            self.constants[n] = [(str(n.target), result)] if parameter else []
        elif n.op == "output":
            self.ends = self._inputs(n)
        elif _tensors(result):
            self._record(n, result)
            if n in self.names and _works_in_place(n) and (overwritten := _arguments(n)[0]) in self.names:
                self.names[overwritten] = self.names[n]
        return result

    def _attempt(self, n: fx.Node) -> Any:
        try:
            return super().run_node(n)
        except Exception as error:
            given = " and ".join(times(self._shape(name)) for name in self._inputs(n)) or "its input"
            reason = first_line(error).replace(str(BATCH), "N")
            raise ExplorerError(f"{self.label}: {_path(n)} cannot take {given}: {reason}") from error

    def _record(self, n: fx.Node, result: Any) -> None:
        """Write a call down that gives tensors."""
        inputs, owned = self._inputs(n), self._owned(n)
        if not inputs:
            self.constants[n] = self._owned(n, constant=True)
        elif _callee(n) in NOT_SEEN and len(inputs) == 1:
            self.names[n] = inputs[0]
        elif not (isinstance(result, Tensor) and self._add_known(n, inputs, owned, _per_image(result))):
            self._add_unknown(n, inputs, owned, _per_image(_tensors(result)[0]))

    def _add_known(self, n: fx.Node, inputs: tuple[str, ...], owned: Owned, result: Shape) -> bool:
        """Add the nodes that the tables have for a call, if shapes and parameters are just what torch says."""
        words, shapes = self._words(n, inputs), tuple(map(self._shape, inputs))
        owners = {self.owners.get(parameter, "") for _, parameter in owned}
        derived = any(self.constants.get(each) and each.op != "get_attr" for each in _arguments(n))
        if not words or derived or len(owners) > 1 or not _may_read(words[0], len(inputs)):
            return False
        try:
            steps = _chain(words, shapes)
        except ShapeError:
            return False
        expected = words[0].parameters(shapes[0]).values() if isinstance(words[0], Layer) else ()
        if steps[-1][2] != result or sorted(expected) != sorted(tuple(p.shape) for _, p in owned):
            return False
        for layer, reads, shape in steps:
            inputs = (self._add(n, layer, inputs, reads, shape, owned, *owners),)
        return True

    def _add_unknown(self, n: fx.Node, inputs: tuple[str, ...], owned: Owned, shape: Shape) -> None:
        """Add a node for what has no word, with the parameters that no node owns yet."""
        new = tuple((name, tuple(p.shape)) for name, p in owned if p not in self.owners)
        kind = type(self.fetch_attr(str(n.target))).__name__ if n.op == "call_module" else _callee(n)
        inputs = tuple(dict.fromkeys(inputs))
        layer = Unknown(kind, shape, new, self._counted(n))
        self._add(n, layer, inputs, tuple(map(self._shape, inputs)), shape, owned)

    def _add(
        self, n: fx.Node, layer: Operation, inputs: tuple[str, ...], reads: tuple[Shape, ...], shape: Shape,
        owned: Owned, shares: str = "",
    ) -> str:  # fmt: skip
        name = self.names[n] = _new_name(_path(n), self.nodes)
        self.nodes[name] = Node(name, layer, inputs, reads, shape, shares)
        for _, parameter in owned:
            self.owners.setdefault(parameter, name)
        return name

    def _words(self, n: fx.Node, inputs: tuple[str, ...]) -> Words:
        """Look a call up in the tables."""
        try:
            if n.op == "call_module":
                module = self.fetch_attr(str(n.target))
                named = MODULES.get(type(module).__name__) if type(module).__module__.startswith("torch.nn.") else None
                return named(module, self._shape(inputs[0])) if named else None
            called = FUNCTIONS.get(_callee(n)) if _is_torchs(n) else None
            args, kwargs = fx.map_arg((n.args, n.kwargs), self._told)
            return called(*args, **kwargs) if called else None
        except (TypeError, ValueError):
            return None

    def _told(self, n: fx.Node) -> Any:
        """Give an argument as the tables want it: a tensor's shape, anything else as it is."""
        value = self.env[n]
        if not isinstance(value, Tensor):
            return value
        return _per_image(value) if n in self.names else tuple(value.shape)

    def _inputs(self, n: fx.Node) -> tuple[str, ...]:
        """Name what a node of the trace reads, in the order of its arguments."""
        return tuple(self.names[each] for each in _arguments(n) if each in self.names)

    def _owned(self, n: fx.Node, constant: bool = False) -> Owned:
        """List the parameters that a call brings in: its module's, and those among its arguments.

        They are named as the call sees them; those of a constant from the root, as its readers stand elsewhere.
        """
        around, inside = ("", f"{n.target}.") if constant else (f"{_around(n)}.", "")
        constants = [pair for each in _arguments(n) for pair in self.constants.get(each, ())]
        owned = [(name.removeprefix(around), parameter) for name, parameter in constants]
        if n.op == "call_module":
            owned += [(inside + name, p) for name, p in self.fetch_attr(str(n.target)).named_parameters()]
        return [(name, parameter) for parameter, name in {p: name for name, p in owned}.items()]

    def _counted(self, n: fx.Node) -> int:
        """Let torch count the mult-adds of one call, for one image."""
        with _Counter() as counter:
            super().run_node(n)
        return int(counter.operations) // (2 * BATCH)

    def _shape(self, name: str) -> Shape:
        return self.input_shape if name == INPUT else self.nodes[name].shape

    def _live(self) -> set[str]:
        live = set(self.ends)
        for node in reversed(self.nodes.values()):
            if node.name in live:
                live.update((*node.inputs, node.shares))
        return live

    def _unused(self, whole: nn.Module, live: set[str]) -> Iterable[Node]:
        """Give one node for each module with parameters that no live node owns."""
        for path, module in whole.named_modules():
            left = [(k, p) for k, p in module.named_parameters(recurse=False) if self.owners.get(p) not in live]
            if left:
                name = _new_name(path or "parameters", live)
                layer = Unknown(f"unused {type(module).__name__}", (0,), tuple((k, tuple(p.shape)) for k, p in left))
                self.owners.update({p: name for _, p in left})
                live.add(name)
                yield Node(name, layer, (INPUT,), (self.input_shape,), (0,))


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts operations by torch's own registry; unlike FlopCounterMode it hooks no module, so threads may use it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations: int = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if formula := flop_registry.get(func.overloadpacket):
            self.operations += formula(*args, **(kwargs or {}), out_val=result)
        return result


def _may_read(layer: Operation, count: int) -> bool:
    """Say whether an operation reads so many inputs: a layer one, a sum or product several, a concatenation any."""
    return count == 1 if isinstance(layer, Layer) else count > 1 or isinstance(layer, Concat)


def _chain(words: tuple[Operation, ...], shapes: tuple[Shape, ...]) -> list[tuple[Operation, tuple[Shape, ...], Shape]]:
    """Run shapes through operations that follow one another."""
    steps = []
    for layer in words:
        steps.append((layer, shapes, layer.output_shape(*shapes)))
        shapes = (steps[-1][2],)
    return steps


def _per_image(tensor: Tensor) -> Shape:
    """Give a shape without the batch, which may be an axis of its own or part of one."""
    shape = tuple(tensor.shape)
    for axis, n in enumerate(shape):
        if n and n % BATCH == 0:
            return shape[:axis] + ((n // BATCH,) if n > BATCH else ()) + shape[axis + 1 :]
    return shape


def _tensors(value: Any) -> list[Tensor]:
    """List the tensors in what a call gives."""
    match value:
        case Tensor():
            return [value]
        case dict():
            return [t for each in value.values() for t in _tensors(each)]
        case list() | tuple():
            return [t for each in value for t in _tensors(each)]
        case _:
            return []


def _arguments(n: fx.Node) -> list[fx.Node]:
    """List the nodes among the arguments, in order, as often as they stand there."""
    found: list[fx.Node] = []
    fx.map_arg((n.args, n.kwargs), lambda each: found.append(each))
    return found


def _callee(n: fx.Node) -> str:
    """Give the name of a function or method of torch or Python's operators; "" for a module."""
    if n.op == "call_module":
        return ""
    return canonical(n.target if isinstance(n.target, str) else getattr(n.target, "__name__", str(n.target)))


def _is_torchs(n: fx.Node) -> bool:
    """Say whether a function comes with torch or Python; others may bear the same names."""
    origin = getattr(n.target, "__module__", None) or "torch"
    return n.op == "call_method" or origin.partition(".")[0] in ("torch", "torchvision", "_operator")


def _works_in_place(n: fx.Node) -> bool:
    """Say whether a call overwrites its first argument: ``relu_``, ``x += y``, ``inplace=True``."""
    name = str(n.target if n.op == "call_method" else getattr(n.target, "__name__", ""))
    underscored = name.endswith("_") and not name.endswith("__")
    return underscored or name in ("iadd", "imul", "isub", "itruediv") or n.kwargs.get("inplace") is True


def _path(n: fx.Node) -> str:
    """Give a node's place: a module's path, or that of the module around a function and the function's name."""
    if n.op == "call_module":
        return str(n.target)
    return ".".join(filter(None, (_around(n), _callee(n))))


def _around(n: fx.Node) -> str:
    """Give the path of the module whose code makes a call; "" for the root."""
    stack = list(n.meta.get("nn_module_stack", {}).values())
    return stack[-1][0] if stack else ""


def _new_name(path: str, taken: Container[str]) -> str:
    """Give the path, numbered where it is taken: ``relu``, ``relu-2``, ``relu-3``."""
    name, count = path, 1
    while name in taken or name == INPUT:
        count += 1
        name = f"{path}-{count}"
    return name
