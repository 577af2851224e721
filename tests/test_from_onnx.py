"""ONNX files: exported networks keep their totals, shapes and names; what cannot be read gets one sentence."""

from __future__ import annotations

import sys
import warnings
from io import BytesIO

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper, shape_inference
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer import from_onnx
from explorer.cli import main
from explorer.cost import mult_adds, params, total
from explorer.errors import ExplorerError
from explorer.from_onnx.reader import Reader
from explorer.layers import AvgPool, BatchNorm, Conv, Dropout, LocalResponseNorm, ReLU, ReLU6, ZeroPad
from explorer.lower import lower
from tests.support import oracles


def exported(module: nn.Module, shape=(3, 64, 64)) -> bytes:
    """Write a module as torch does, without folding batch normalisation into the convolutions."""
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keep = torch.onnx.TrainingMode.PRESERVE
        torch.onnx.export(module.eval(), torch.zeros(1, *shape), file, dynamo=False, training=keep)
    return file.getvalue()


def written(nodes, constants=(), shape=(1, 4, 8, 8), out=("y",)) -> bytes:
    """Write a file by hand: from x to y."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    ys = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in out]
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in dict(constants).items()]
    return helper.make_model(helper.make_graph(nodes, "g", [x], ys, tensors)).SerializeToString()


def node(kind, *inputs, out="y", **attributes):
    return helper.make_node(kind, list(inputs), [out], **attributes)


def read(*nodes, constants=(), **options):
    document = from_onnx.document(written(list(nodes), constants, **options), "made")
    return lower(document.spec, document.input_shape)


def zeros(*shape):
    return np.zeros(shape, np.float32)


NETWORKS = ["resnet18", "squeezenet1_1", "googlenet", "mobilenet_v3_small", "densenet121", "efficientnet_b0"]


@pytest.mark.parametrize("name", NETWORKS)
def test_an_exported_network_has_the_totals_of_the_module(name):
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    module = oracles.torchvision().models.get_model(name, weights=None, **options).eval()
    document = from_onnx.document(exported(module), name)
    graph = lower(document.spec, document.input_shape)
    assert total(graph, params) == sum(p.numel() for p in module.parameters())
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(torch.zeros(1, 3, 64, 64))
    assert 2 * total(graph, mult_adds) == counter.get_total_flops()
    layers = {each for each, module in module.named_modules() if isinstance(module, nn.Conv2d | nn.BatchNorm2d)}
    assert layers <= set(graph.index)


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small"])
def test_every_shape_is_that_of_the_inference(name):
    model = onnx.load_model_from_string(exported(oracles.torchvision().models.get_model(name, weights=None)))
    reader = Reader(model.graph, (3, 64, 64))
    graph = reader.read(name)
    inferred = shape_inference.infer_shapes(model).graph.value_info
    shapes = {each.name: tuple(d.dim_value for d in each.type.tensor_type.shape.dim)[1:] for each in inferred}
    held = [value for value in reader.values if all(shapes.get(value, (0,)))]
    assert len(held) > 0.8 * len(graph)
    assert all(graph.shape_of(reader.values[value]) == shapes[value] for value in held)


def test_what_operators_say_is_kept():
    strange = {"kernel_shape": [3, 3], "strides": [2, 1], "pads": [0, 1, 1, 1], "dilations": [1, 1], "group": 2}
    graph = read(
        node("Conv", "x", "w", "b", out="a", **strange),
        node("BatchNormalization", "a", "s", "s", "s", "s", out="b1", epsilon=1e-3, momentum=0.99),
        node("Clip", "b1", "zero", "six", out="c"),
        node("AveragePool", "c", out="d", kernel_shape=[2, 2], strides=[2, 2]),
        node("LRN", "d", out="e", size=5, alpha=5e-4, beta=0.75, bias=2.0),
        node("Dropout", "e", "rate"),
        constants={
            "w": zeros(6, 2, 3, 3),
            "b": zeros(6),
            "s": zeros(6),
            "zero": np.float32(0),
            "six": np.float32(6),
            "rate": np.float32(0.25),
        },
    )
    assert [each.layer for each in graph] == [
        ZeroPad((0, 1), 1),
        Conv(6, 3, stride=(2, 1), groups=2),
        BatchNorm(1e-3, 0.01),
        ReLU6(),
        AvgPool(2, stride=2, count_include_pad=False),
        LocalResponseNorm(5, 5e-4, 0.75, 2.0),
        Dropout(0.25),
    ]


def test_a_product_and_a_sum_are_a_linear_layer():
    graph = read(
        node("Reshape", "x", "flat", out="a"),
        node("MatMul", "a", "w", out="b"),
        node("Add", "b", "bias", out="c"),
        node("Gemm", "c", "w2"),
        constants={"flat": np.array([1, -1]), "w": zeros(256, 10), "bias": zeros(10), "w2": zeros(10, 3)},
    )
    assert graph.output_shape == (3,)
    assert total(graph, params) == 256 * 10 + 10 + 10 * 3


def test_outputs_after_the_first_are_heads_at_the_side():
    graph = read(
        node("Relu", "x", out="a"),
        node("GlobalAveragePool", "a", out="y"),
        node("Sigmoid", "a", out="z"),
        out=("y", "z"),
    )
    assert graph.output_shape == (4, 1, 1)
    assert [graph.shape_of(side) for side in graph.sides] == [(4, 8, 8)]


REFUSED = {
    "noise": (b"not a network at all", "this is no ONNX file"),
    "nothing": (b"", "this is no ONNX file, or it has no layer"),
    "words": (written([node("Relu", "x", out="a"), node("Erf", "a")]), "no word for Erf; allowed: Add,"),
    "weights": (
        written([node("Conv", "x", "w")], {"w": zeros(8, 3, 3, 3)}),
        "weights of 8×3×3×3; at this input it takes",
    ),
    "computed": (written([node("Conv", "x", "x")]), "has weights that are computed; allowed: weights that stand"),
    "constant": (written([node("Mul", "x", "w")], {"w": zeros(4, 1, 1)}), "Mul has a constant; allowed: values"),
    "bias": (written([node("Add", "x", "w")], {"w": zeros(4, 1, 1)}), "or the bias of a MatMul"),
    "shape": (written([node("Reshape", "x", "w")], {"w": np.array([1, 2, -1])}), "two axes: a flattening"),
    "clip": (written([node("Clip", "x", "w")], {"w": np.float32(-1)}), "the bounds -1 and inf; allowed: 0 and 6"),
    "auto": (written([node("MaxPool", "x", kernel_shape=[2, 2], auto_pad="SAME_UPPER")]), "allowed: pads written out"),
    "uneven": (written([node("MaxPool", "x", kernel_shape=[3, 3], pads=[0, 0, 1, 1])]), "one padding for both ends"),
    "open": (written([node("Relu", "x")], shape=(1, None, 8, 8)), "leaves the channels of the input open"),
    "nowhere": (written([node("Relu", "z")]), "the value 'z' is given by no layer"),
    "bare": (written([helper.make_node("Relu", [], ["y"])]), "Relu has 0 computed inputs; allowed: one"),
    "rules": (written([node("Constant", out="a"), node("Relu", "x")]), "breaks the rules of ONNX"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_gets_a_sentence(case):
    data, words = REFUSED[case]
    with pytest.raises(ExplorerError, match=words) as caught:
        from_onnx.document(data, "made")
    assert str(caught.value).startswith("made: ")


def test_another_shape_than_the_file_says_is_refused():
    model = onnx.load_model_from_string(written([node("Relu", "x")]))
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 9, 8, 8)))
    with pytest.raises(ExplorerError, match="made: relu gives 4×8×8, and by the file 9×8×8"):
        from_onnx.document(model.SerializeToString(), "made")


def test_a_side_that_the_file_leaves_open_is_usual_or_given():
    data = written([node("Relu", "x")], shape=(None, 3, None, None))
    assert from_onnx.document(data, "made").input_shape == (3, 224, 224)
    assert from_onnx.document(data, "made", (3, 32, 48)).input_shape == (3, 32, 48)


def test_without_the_package_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ExplorerError, match=r"pip install 'convnet-explorer\[onnx\]'"):
        from_onnx.document(b"", "made")


def test_the_command_line_reads_a_file(tmp_path, capsys):
    path = tmp_path / "small.onnx"
    path.write_bytes(
        written(
            [
                node("Conv", "x", "w", pads=[1] * 4),
            ],
            {"w": zeros(8, 4, 3, 3)},
        )
    )
    assert main(["report", str(path)]) == 0
    assert "288" in capsys.readouterr().out
    assert explorer.analyze(str(path)).graph.nodes[0].layer == Conv(8, 3, padding=1, bias=False)
    assert main(["report", str(tmp_path / "none.onnx")]) == 2
    assert "none.onnx: the file cannot be read" in capsys.readouterr().err
    with pytest.raises(ExplorerError, match="names a file"):
        explorer.references.read(str(path))


def test_relu_is_read_where_a_bound_is_zero_alone():
    (only,) = read(node("Clip", "x", "zero"), constants={"zero": np.float32(0)})
    assert only.layer == ReLU()
