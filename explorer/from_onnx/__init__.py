"""ONNX files as compositions: analysed, edited, compared and written as code like any network.

The file is read with the ``onnx`` package, an optional extra. Of the weights only the shapes are looked at. The shapes
of the outputs are found twice, by our arithmetic and by ONNX's own inference, and every parameter is held against the
file; where the two differ, or an operator has no word in the language, the file is refused with a sentence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explorer.errors import ExplorerError
from explorer.from_onnx.reader import Reader
from explorer.graph import INPUT, Graph
from explorer.lower import check_input_shape
from explorer.reading import Document
from explorer.reconstruct import spec_of
from explorer.shapes import Shape, times

MOST_BYTES = 2**30
USUAL = 224
"""The side of an input that the file leaves open."""


def read_file(path: str | Path, input_shape: Shape | None = None) -> Document:
    """Read an ONNX file.

    Raises:
        ExplorerError: it cannot be read; or as ``document``.
    """
    try:
        if (size := Path(path).stat().st_size) > MOST_BYTES:
            raise ExplorerError(f"{path}: the file has {size:,} bytes; allowed: {MOST_BYTES:,}")
        data = Path(path).read_bytes()
    except OSError as error:
        raise ExplorerError(f"{path}: the file cannot be read: {error.strerror}") from None
    return document(data, Path(path).stem, input_shape)


def document(data: bytes, name: str, input_shape: Shape | None = None) -> Document:
    """Read the bytes of an ONNX file.

    Args:
        data: the file.
        name: what the network is called.
        input_shape: without the batch; the file's own if left out, and 224 pixels where it leaves a side open.

    Raises:
        ExplorerError: the ``onnx`` package is not here; this is no ONNX file; it has no one input; it has an operator
            that the language has no word for; its shapes are not those of ONNX's inference.
    """
    model = _model(data, name)
    try:
        graph = Reader(model.graph, input_shape or _input_shape(model)).read(name)
    except ExplorerError as error:
        raise ExplorerError(f"{name}: {error}") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ExplorerError(f"{name}: the file breaks the rules of ONNX: {' '.join(str(error).split())}") from None
    if input_shape is None:
        _check(model, graph)
    return Document(name, graph.input_shape, spec_of(graph))


def _model(data: bytes, name: str) -> Any:
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError:
        raise ExplorerError("onnx is not here; it comes with: pip install 'convnet-explorer[onnx]'") from None
    try:
        model = onnx.load_model_from_string(data)
    except DecodeError:
        raise ExplorerError(f"{name}: this is no ONNX file, or it is damaged") from None
    if not model.graph.node:
        raise ExplorerError(f"{name}: this is no ONNX file, or it has no layer")
    return model


def _input_shape(model: Any) -> Shape:
    """Give the shape of the input without the batch."""
    constants = {each.name for each in model.graph.initializer}
    inputs = [each for each in model.graph.input if each.name not in constants]
    if len(inputs) != 1:
        raise ExplorerError(f"the network has {len(inputs)} inputs; allowed: one")
    sides = [each.dim_value for each in inputs[0].type.tensor_type.shape.dim][1:]
    if not sides or not sides[0]:
        raise ExplorerError("the file leaves the channels of the input open; give the input's shape, such as 3,224,224")
    shape = (sides[0], *(side or USUAL for side in sides[1:]))
    check_input_shape(shape)
    return shape


def _check(model: Any, graph: Graph) -> None:
    """Hold the shape of every output against ONNX's own inference, where that finds one."""
    from onnx import shape_inference

    inferred = shape_inference.infer_shapes(model).graph
    wanted = [each.name for each in inferred.output]
    found = {each.name: [d.dim_value for d in each.type.tensor_type.shape.dim] for each in inferred.output}
    for name, ours in zip(wanted, (graph.output, *graph.sides), strict=True):
        theirs = tuple(found[name][1:])
        if theirs and all(theirs) and theirs != graph.shape_of(ours):
            raise ExplorerError(
                f"{graph.name}: {ours or INPUT} gives {times(graph.shape_of(ours))}, and by the file {times(theirs)}"
            )
