"""Foreign modules: torchvision's networks and hand-written ones, against torch's own counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

import explorer
from explorer import cost
from explorer.from_torch import graph_of
from explorer.graph import INPUT, Graph
from explorer.joins import Add, Concat, Multiply, Unknown
from explorer.layers import (
    ELU,
    GELU,
    Complement,
    Conv,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Hardsigmoid,
    Hardswish,
    Identity,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool,
    PadChannels,
    ReLU,
    Scale,
    ZeroPad,
)
from explorer.network import Network
from tests.support import oracles

UNKNOWN = {
    "shufflenet_v2_x1_0": {"view": 32, "transpose": 16, "chunk": 13, "getitem": 26},
    "convnext_tiny": {"permute": 46, "layer_norm": 5, "LayerNorm": 18, "Linear": 36, "mul": 18},
}
FOREIGN = [
    "alexnet", "vgg16", "resnet50", "googlenet", "squeezenet1_1", "densenet121", "mobilenet_v2", "resnext50_32x4d",
    "inception_v3", "shufflenet_v2_x1_0", "efficientnet_b0", "convnext_tiny",
]  # fmt: skip


def side_of(name: str) -> int:
    return 299 if name == "inception_v3" else 224


def unknowns(graph: Graph) -> dict[str, int]:
    return Counter(node.type for node in graph if isinstance(node.layer, Unknown))


@pytest.mark.parametrize("name", FOREIGN)
def test_torchvision_network(name: str) -> None:
    network, side = oracles.on_meta(name), side_of(name)
    graph = graph_of(network, (3, side, side))
    with FlopCounterMode(display=False) as counter:
        output = network(torch.empty(1, 3, side, side, device="meta"))
    assert cost.total(graph, cost.params) == sum(p.numel() for p in network.parameters())
    assert cost.total(graph, cost.mult_adds) * 2 == counter.get_total_flops()
    assert graph.output_shape == tuple(output.shape[1:])
    assert unknowns(graph) == UNKNOWN.get(name, {})


@pytest.mark.parametrize("name", [name for name in FOREIGN if name not in UNKNOWN])
def test_each_module_has_the_shape_that_it_gives(name: str) -> None:
    network, side = oracles.on_meta(name), side_of(name)
    graph, seen = graph_of(network, (3, side, side)), {}
    for path, module in network.named_modules():
        module.register_forward_hook(lambda _, __, out, path=path: seen.update({path: seen.get(path, out.shape[1:])}))
    network(torch.empty(1, 3, side, side, device="meta"))
    found = {node.name: node.shape for node in graph if node.name in seen}
    assert found == {path: tuple(seen[path]) for path in found}
    assert len(found) > 15


TWINS = {
    "vgg16": "vgg16",
    "resnet18": "resnet18",
    "resnet50": "resnet50",
    "googlenet_bn": "googlenet",
    "inception_v3": "inception_v3",
    "squeezenet1_0": "squeezenet1_0",
    "squeezenet1_1": "squeezenet1_1",
}


@pytest.mark.parametrize(("ours", "theirs"), TWINS.items(), ids=TWINS)
def test_totals_are_those_of_the_twin_in_the_zoo(ours: str, theirs: str) -> None:
    twin = explorer.analyze(ours)
    foreign = explorer.analyze(oracles.on_meta(theirs), twin.graph.input_shape)
    assert (foreign.params, foreign.weights, foreign.mult_adds) == (twin.params, twin.weights, twin.mult_adds)
    assert foreign.receptive_fields[foreign.graph.output] == twin.receptive_fields[twin.graph.output]


def c3d_in_torch() -> nn.Module:
    """C3D as its users write it in torch."""
    layers: list[nn.Module] = []
    channels = 3
    for widths, pool in (
        ((64,), nn.MaxPool3d((1, 2, 2))),
        ((128,), nn.MaxPool3d(2)),
        ((256, 256), nn.MaxPool3d(2)),
        ((512, 512), nn.MaxPool3d(2)),
        ((512, 512), nn.MaxPool3d(2, padding=(0, 1, 1))),
    ):
        for width in widths:
            layers += [nn.Conv3d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(pool)
    head = [nn.Flatten(), nn.Linear(8192, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 487)]
    return nn.Sequential(*layers, *head)


def text_cnn_in_torch() -> nn.Module:
    """Kim's network on vectors of words, with the largest value of each map by ``amax``."""

    class TextCNN(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convs = nn.ModuleList(nn.Conv1d(300, 100, width) for width in (3, 4, 5))
            self.fc = nn.Linear(300, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.fc(torch.cat([F.relu(conv(x)).amax(2) for conv in self.convs], 1))

    return TextCNN()


@pytest.mark.parametrize(
    ("architecture", "write"),
    [(explorer.get("c3d"), c3d_in_torch), (explorer.get("text_cnn", vocabulary=0), text_cnn_in_torch)],
    ids=["c3d", "text_cnn"],
)
def test_volumes_and_sentences(architecture: explorer.Architecture, write: Callable[[], nn.Module]) -> None:
    with torch.device("meta"):
        foreign = explorer.analyze(write(), architecture.input_shape)
    ours = explorer.analyze(architecture)
    assert not unknowns(foreign.graph)
    assert (foreign.params, foreign.mult_adds) == (ours.params, ours.mult_adds)
    windows = [
        [line.receptive_field for line in report.lines if line.node.type in ("Conv", "MaxPool")]
        for report in (foreign, ours)
    ]
    assert windows[0] == windows[1]


def test_what_is_read_runs_with_the_weights_of_the_original() -> None:
    torch.manual_seed(0)
    original = oracles.twin("squeezenet1_1")
    network = Network(graph_of(original, (3, 64, 64))).eval()
    network.load_state_dict(original.state_dict())
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(network(images), original(images))


class Functional(nn.Module):
    """Uses functions, methods and operators where the zoo has layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding="same")
        self.gate = nn.Conv2d(8, 8, 1)
        self.fc = nn.Linear(16, 10)

    def forward(self, x: Tensor, scale: float = 1.0) -> Tensor:
        x = F.relu(self.conv(x), inplace=True)
        pooled = F.max_pool2d(x, 2)
        gate = torch.sigmoid(self.gate(F.adaptive_avg_pool2d(pooled, 1)))
        y = pooled * gate
        y += pooled
        both = torch.cat([y, F.avg_pool2d(x, kernel_size=2)], dim=1)
        both = F.dropout(both, 0.5, self.training).contiguous()
        return self.fc(both.mean([2, 3])).softmax(dim=-1) if scale else x


def test_functions_methods_and_operators() -> None:
    module = Functional()
    graph = graph_of(module, (3, 16, 16))
    assert [node.type for node in graph] == [
        "Conv", "ReLU", "MaxPool", "GlobalAvgPool", "Conv", "Sigmoid", "Multiply", "Add", "AvgPool", "Concat",
        "Dropout", "GlobalAvgPool", "Flatten", "Linear", "Softmax",
    ]  # fmt: skip
    assert [node.name for node in graph][:4] == ["conv", "relu", "max_pool2d", "adaptive_avg_pool2d"]
    assert graph["conv"].layer == Conv(8, 3, padding=1)
    assert graph["max_pool2d"].layer == MaxPool(2)
    assert graph["mul"].layer == Multiply()
    assert graph["add"].inputs == ("mul", "max_pool2d")
    assert graph["cat"].layer == Concat()
    assert (graph["mean"].layer, graph["mean-2"].layer) == (GlobalAvgPool(), Flatten())
    assert module.training, "the module is left as it was"
    assert module.conv.weight.device.type == "cpu"


class Call(nn.Module):
    """Calls a function on its input."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


WORDS: dict[str, tuple[nn.Module, tuple[Layer, ...]]] = {
    "GELU": (nn.GELU(), (GELU(),)),
    "gelu": (Call(lambda x: F.gelu(x)), (GELU(),)),
    "Hardswish": (nn.Hardswish(), (Hardswish(),)),
    "hardswish": (Call(lambda x: F.hardswish(x)), (Hardswish(),)),
    "Hardsigmoid": (nn.Hardsigmoid(), (Hardsigmoid(),)),
    "hardsigmoid": (Call(lambda x: F.hardsigmoid(x)), (Hardsigmoid(),)),
    "LeakyReLU": (nn.LeakyReLU(0.2), (LeakyReLU(0.2),)),
    "leaky_relu": (Call(lambda x: F.leaky_relu(x, 0.1)), (LeakyReLU(0.1),)),
    "ELU": (nn.ELU(0.5), (ELU(0.5),)),
    "elu": (Call(lambda x: F.elu(x)), (ELU(),)),
    "ZeroPad2d": (nn.ZeroPad2d((1, 2, 3, 4)), (ZeroPad((3, 1), (4, 2)),)),
    "ConstantPad2d": (nn.ConstantPad2d(1, 0.0), (ZeroPad(1, 1),)),
    "pad": (Call(lambda x: F.pad(x, (-1, 1))), (ZeroPad((0, -1), (0, 1)),)),
    "pad channels": (Call(lambda x: F.pad(x, (0, 0, 0, 0, 0, 5))), (PadChannels(8),)),
    "pad both": (Call(lambda x: F.pad(x, (0, 1, 0, 1, 0, 5))), (ZeroPad(0, 1), PadChannels(8))),
    "pad nothing": (Call(lambda x: F.pad(x, (0, 0))), (Identity(),)),
    "times a number": (Call(lambda x: x * 0.5), (Scale(0.5),)),
    "a number times": (Call(lambda x: 2 * x), (Scale(2.0),)),
    "torch.mul": (Call(lambda x: torch.mul(x, -3)), (Scale(-3.0),)),
    "minus": (Call(lambda x: -x), (Scale(-1.0),)),
    "one minus": (Call(lambda x: 1 - x), (Complement(),)),
    "rsub": (Call(lambda x: torch.rsub(x, 1.0)), (Complement(),)),
    "amax": (Call(lambda x: x.amax((2, 3), keepdim=True)), (GlobalMaxPool(),)),
    "amax and flatten": (Call(lambda x: torch.amax(x, dim=(-1, -2))), (GlobalMaxPool(), Flatten())),
    "AdaptiveMaxPool2d": (nn.AdaptiveMaxPool2d(1), (GlobalMaxPool(),)),
    "adaptive_max_pool2d": (Call(lambda x: F.adaptive_max_pool2d(x, (1, 1))), (GlobalMaxPool(),)),
}


@pytest.mark.parametrize(("module", "words"), WORDS.values(), ids=WORDS)
def test_what_has_a_word_computes_the_same(module: nn.Module, words: tuple[Layer, ...]) -> None:
    graph, images = graph_of(module, (3, 6, 7)), torch.randn(2, 3, 6, 7)
    assert tuple(node.layer for node in graph) == words
    torch.testing.assert_close(Network(graph)(images), module(images), rtol=0, atol=0)


def test_padding_and_pooling_of_sequences_and_volumes() -> None:
    padded = nn.Sequential(nn.ZeroPad1d((1, 2)), nn.AdaptiveMaxPool1d(1))
    assert [node.layer for node in graph_of(padded, (3, 9))] == [ZeroPad(1, 2), GlobalMaxPool()]
    volume = nn.Sequential(nn.ZeroPad3d((0, 0, 1, 1, 2, 0)), nn.AdaptiveMaxPool3d(1))
    assert [node.layer for node in graph_of(volume, (3, 4, 5, 6))] == [ZeroPad((2, 1, 0), (0, 1, 0)), GlobalMaxPool()]


WITHOUT_A_WORD = {
    "tanh approximation": nn.GELU(approximate="tanh"),
    "tanh approximation, called": Call(lambda x: F.gelu(x, approximate="tanh")),
    "padding with ones": Call(lambda x: F.pad(x, (1, 1), value=1.0)),
    "reflections": nn.ReflectionPad2d(1),
    "reflections, called": Call(lambda x: F.pad(x, (1, 1, 1, 1), mode="reflect")),
    "channels in front": Call(lambda x: F.pad(x, (0, 0, 0, 0, 1, 0))),
    "fewer channels": Call(lambda x: F.pad(x, (0, 0, 0, 0, 0, -1))),
    "largest of parts": nn.AdaptiveMaxPool2d(2),
    "largest of channels": Call(lambda x: x.amax(1, keepdim=True)),
    "largest of rows": Call(lambda x: x.amax(3, keepdim=True)),
    "two minus": Call(lambda x: 2 - x),
    "minus one": Call(lambda x: x - 1),
    "plus a number": Call(lambda x: x + 1),
    "one minus twice": Call(lambda x: torch.rsub(x, 1, alpha=2)),
    "a slope that falls": nn.LeakyReLU(-0.1),
}


@pytest.mark.parametrize("module", WITHOUT_A_WORD.values(), ids=WITHOUT_A_WORD)
def test_what_is_not_exactly_a_word_stays_unknown(module: nn.Module) -> None:
    graph = graph_of(module, (3, 6, 7))
    assert [type(node.layer) for node in graph] == [Unknown]


def test_an_embedding_lays_its_vectors_out_otherwise() -> None:
    graph = graph_of(nn.Sequential(Call(lambda x: x.long()), nn.Embedding(9, 4)), (5,))
    assert (graph["1"].type, graph["1"].shape, cost.params(graph["1"])) == ("Embedding", (5, 4), 36)
    assert isinstance(graph["1"].layer, Unknown)


class Odd(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(3, 4, 2, stride=2)
        self.act = nn.PReLU(4)
        self.scale = nn.Parameter(torch.ones(4, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.up(x)) * self.scale + 1


def test_unknown_operations_keep_what_is_known() -> None:
    graph = graph_of(Odd(), (3, 8, 8))
    assert {node.name: (node.type, node.shape, cost.params(node)) for node in graph} == {
        "up": ("ConvTranspose2d", (4, 16, 16), 3 * 4 * 2 * 2 + 4),
        "act": ("PReLU", (4, 16, 16), 4),
        "mul": ("mul", (4, 16, 16), 4),
        "add": ("add", (4, 16, 16), 0),
    }
    assert cost.mult_adds(graph["up"]) == 8 * 8 * 3 * 4 * 2 * 2
    assert explorer.analyze(graph).receptive_fields["act"].status == "unknown"


class Reused(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.relu, self.fc = nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(3):
            x = self.relu(self.conv(x))
        x = torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1)
        return self.fc(x) + F.linear(x, self.fc.weight, self.fc.bias)


def test_a_reused_module_owns_its_parameters_once_and_works_each_time() -> None:
    torch.manual_seed(0)
    module = Reused().eval()
    graph = graph_of(module, (4, 8, 8))
    assert [(node.name, node.shares, cost.params(node)) for node in graph if isinstance(node.layer, Conv)] == [
        ("conv", "", 148), ("conv-2", "conv", 0), ("conv-3", "conv", 0)
    ]  # fmt: skip
    assert (graph["linear"].layer, graph["linear"].shares) == (Linear(4), "fc")
    assert cost.total(graph, cost.params) == sum(p.numel() for p in module.parameters())
    assert cost.total(graph, cost.mult_adds) == 3 * 64 * 4 * 4 * 9 + 2 * 16
    report = explorer.analyze(graph).to_dict()
    assert [layer["formula"] for layer in report["layers"] if layer["name"].startswith("conv-")] == ["", ""]
    network, images = Network(graph).eval(), torch.randn(2, 4, 8, 8)
    assert network.conv is network.get_submodule("conv-2")
    network.load_state_dict(module.state_dict(), strict=False)
    torch.testing.assert_close(network(images), module(images))


class Branching(nn.Module):
    """Asks for a size, as no trace can."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) if x.shape[-1] > 4 else x


def test_a_child_that_cannot_be_traced_is_one_unknown_node() -> None:
    graph = graph_of(nn.Sequential(nn.ReLU(), Branching(), nn.Flatten()), (3, 8, 8))
    assert [(node.name, node.type) for node in graph] == [("0", "ReLU"), ("1", "Branching"), ("2", "Flatten")]
    assert (graph["1"].shape, cost.params(graph["1"]), cost.mult_adds(graph["1"])) == ((8, 8, 8), 32, 64 * 3 * 8)


def test_parameters_that_are_not_used_are_not_lost() -> None:
    network = oracles.on_meta("googlenet", aux_logits=True)
    graph = graph_of(network, (3, 224, 224))
    assert cost.total(graph, cost.params) == 13_004_888
    unused = [node for node in graph if node.type.startswith("unused")]
    assert {node.name.split(".")[0] for node in unused} == {"aux1", "aux2"}
    assert set(graph.sides) == {node.name for node in unused}


class Standardised(nn.Module):
    """Convolves with weights that are computed from its parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 3, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight - self.weight.mean())


def test_a_convolution_with_computed_weights_is_no_plain_one() -> None:
    node = graph_of(Standardised(), (3, 8, 8))["conv2d"]
    assert node.layer == Unknown("conv2d", (4, 6, 6), (("weight", (4, 3, 3, 3)),), 6 * 6 * 4 * 27)


class Biased(nn.Module):
    """Adds what two layers make of a constant, as Swin's relative position bias does."""

    def __init__(self) -> None:
        super().__init__()
        self.bias_of = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 3, bias=False))
        self.register_buffer("table", torch.zeros(2))

    def forward(self, x: Tensor) -> Tensor:
        return x - self.bias_of(self.table)[:, None, None]


def test_parameters_behind_a_constant_are_not_lost() -> None:
    report = explorer.analyze(Biased(), (3, 4, 4))
    assert report.params == 2 * 6 + 6 + 6 * 3
    (node,) = report.graph
    assert set(node.parameters) == {"bias_of.0.weight", "bias_of.0.bias", "bias_of.2.weight"}


class InPlace(nn.Module):
    """Overwrites its input, as statements and not as expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.avg_pool2d(x, 2)
        x.add_(self.conv(x))
        F.relu_(x)
        return x.flatten(1)


def test_statements_that_work_in_place_are_read_as_such() -> None:
    graph = graph_of(InPlace(), (3, 8, 8))
    assert [(node.name, node.inputs) for node in graph] == [
        ("avg_pool2d", ("input",)), ("conv", ("avg_pool2d",)), ("add", ("avg_pool2d", "conv")), ("relu", ("add",)),
        ("flatten", ("relu",)),
    ]  # fmt: skip


class TwoOutputs(nn.Module):
    def forward(self, x: Tensor) -> dict[str, Tensor]:
        left, right = x.chunk(2, dim=1)
        return {"out": left + right, "side": F.relu(left)}


def test_several_outputs_and_parts_of_a_tensor() -> None:
    graph = graph_of(TwoOutputs(), (4, 6, 6))
    assert (graph.output, graph.sides) == ("add", ("relu",))
    assert graph["add"].layer == Add()
    assert graph["relu"].layer == ReLU()
    assert graph.readers[INPUT] == ("chunk",)


def test_a_single_layer_and_other_numbers_of_axes() -> None:
    assert graph_of(nn.Conv1d(2, 3, 5), (2, 20))["0"].shape == (3, 16)
    assert graph_of(nn.Conv3d(1, 2, (1, 3, 3)), (1, 4, 8, 8))["0"].layer == Conv(2, (1, 3, 3))
    assert graph_of(nn.BatchNorm1d(7), (7,))["0"].shape == (7,)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize(
    ("words", "module"),
    [
        ("padding_mode", nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect")),
        ("odd total padding", nn.Conv2d(3, 4, 2, padding="same")),
        ("no affine", nn.BatchNorm2d(3, affine=False)),
        ("dilated", nn.MaxPool2d(2, dilation=2)),
        ("divisor", nn.AvgPool2d(2, divisor_override=3)),
        ("half open", nn.AdaptiveAvgPool2d((None, 2))),
        ("partly", nn.Flatten(2)),
        ("other axis", nn.Softmax(dim=3)),
    ],
)
def test_what_only_looks_like_a_word_is_unknown(words: str, module: nn.Module) -> None:
    graph = graph_of(module, (3, 9, 9))
    assert isinstance(graph["0"].layer, Unknown), words
    assert cost.total(graph, cost.params) == sum(p.numel() for p in module.parameters())


@torch.fx.wrap
def relu(x: Tensor) -> Tensor:
    return -x


class OwnFunction(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return relu(x)


def test_a_function_that_only_bears_a_known_name_is_unknown() -> None:
    assert graph_of(OwnFunction(), (3, 4, 4))["relu"].layer == Unknown("relu", (3, 4, 4))


class NeedsTwo(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y


class NoInput(nn.Module):
    def forward(self) -> Tensor:
        return torch.zeros(1)


class DependsOnValues(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (NeedsTwo(), "NeedsTwo: forward takes x, y; allowed: one input"),
        (DependsOnValues(), "DependsOnValues: forward cannot be traced: "),
        (nn.Sequential(nn.ReLU(), DependsOnValues()), "Sequential: 1 cannot take 3×8×8: "),
        (nn.Sequential(nn.Flatten(), nn.Linear(10, 2)), "Sequential: 1 cannot take 192: .*10, 2"),
        (NoInput(), "NoInput: forward cannot be read; allowed: Python code that takes one input"),
        (nn.Sequential(nn.LazyConv2d(4, 3)), "Sequential: a lazy layer does not know its size yet"),
    ],
)
def test_errors_say_where_and_why(module: nn.Module, words: str) -> None:
    with pytest.raises(explorer.ExplorerError, match=words) as caught:
        graph_of(module, (3, 8, 8))
    assert "\n" not in str(caught.value)


def test_an_impossible_input_shape_is_refused() -> None:
    with pytest.raises(explorer.ExplorerError, match="allowed are channels and up to three axes"):
        graph_of(nn.ReLU(), (3, -1, 4))
