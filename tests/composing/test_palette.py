"""The palette: every entry builds something that can be lowered, costs what torch says, and refuses the rest."""

import pytest
import torch
from torch import nn

import explorer
from explorer import fields
from explorer.composing import edit
from explorer.composing.entry import Entry
from explorer.composing.palette import GROUPS, entry, layer_fields, palette
from explorer.errors import ExplorerError
from explorer.lower import lower
from explorer.network import Network
from explorer.spec import Series, Side, layer_types
from explorer.text import dump, load

PLAUSIBLE = ((64, 28, 28), (64,), (1, 50))
NAMED = [
    "residual",
    "bottleneck",
    "inverted_bottleneck",
    "inception_naive",
    "inception",
    "dense",
    "squeeze_excitation",
    "separable",
    "resnext",
    "highway",
    "mlpconv",
    "fire",
    "nasnet_cell",
]
IDS = [each.id for each in palette()]


def input_of(each: Entry):
    """Give the first plausible input that an entry takes."""
    for x in PLAUSIBLE:
        try:
            lower(Series(each.make(**each.defaults(x)), end=layer_types()["Identity"]()), x)
        except ExplorerError:
            continue
        return x
    raise AssertionError(f"{each.id} takes no plausible input")


def test_everything_is_there_once():
    assert set(layer_types()) <= set(IDS)
    assert set(NAMED) <= set(IDS)
    assert len(set(IDS)) == len(IDS)
    assert [each.group for each in palette()] == sorted((each.group for each in palette()), key=list(GROUPS).index)


@pytest.mark.parametrize("id", IDS)
def test_every_entry_builds_what_can_be_lowered_and_written(id):
    each = entry(id)
    x = input_of(each)
    spec = each.make(**each.defaults(x))
    document = load(dump(Series(spec), x))
    assert document.spec == Series(spec)
    assert edit.insert(Series(), (0,), spec) == Series(spec)
    assert each.name
    assert each.help.split("\n") == [each.help] != [""]
    for field in each.fields:
        assert field.help
        assert field.allows(each.defaults()[field.name])
        assert field.allows(each.defaults(x)[field.name])
        assert field.allowed


@pytest.mark.parametrize("id", [id for id in IDS if id not in ("series", "LIF")])
def test_every_entry_costs_what_torch_counts(id):
    """Parameters and output shape of the module that runs it, on the meta device."""
    each = entry(id)
    x = input_of(each)
    spec = Series(("", each.make(**each.defaults(x))), end=layer_types()["Identity"]())
    graph = lower(spec, x)
    with torch.device("meta"):
        network = Network(graph).eval()
        given = torch.zeros((2, *x), dtype=torch.long if id == "Embedding" else torch.float32)
        assert tuple(network(given).shape) == (2, *graph.output_shape)
    assert sum(p.numel() for p in network.parameters()) == explorer.analyze(spec, x).params


def conv(c, k, *more, groups=1, bias=False, **named):
    return nn.Conv2d(c, *more[:1], k, padding=k // 2, groups=groups, bias=bias, **named)


class Plain(nn.Module):
    """Branches side by side, each a plain module, joined by a function."""

    def __init__(self, join, *branches):
        super().__init__()
        self.branches, self.join = nn.ModuleList(branches), join

    def forward(self, x):
        return self.join([branch(x) for branch in self.branches])


def cat(values):
    return torch.cat(values, 1)


def unit(c, k, n, groups=1):
    return nn.Sequential(conv(c, k, n, groups=groups), nn.BatchNorm2d(n), nn.ReLU())


def biased(c, k, n):
    return nn.Sequential(conv(c, k, n, bias=True), nn.ReLU())


TWINS = {
    "residual": lambda: Plain(sum, nn.Sequential(unit(64, 3, 64), conv(64, 3, 64), nn.BatchNorm2d(64)), nn.Identity()),
    "bottleneck": lambda: Plain(
        sum, nn.Sequential(unit(64, 1, 16), unit(16, 3, 16), conv(16, 1, 64), nn.BatchNorm2d(64)), nn.Identity()
    ),
    "resnext": lambda: Plain(
        sum,
        nn.Sequential(unit(64, 1, 128), unit(128, 3, 128, groups=32), conv(128, 1, 64), nn.BatchNorm2d(64)),
        nn.Identity(),
    ),
    "inverted_bottleneck": lambda: Plain(
        sum,
        nn.Sequential(unit(64, 1, 384), unit(384, 3, 384, groups=384), conv(384, 1, 64), nn.BatchNorm2d(64)),
        nn.Identity(),
    ),
    "inception_naive": lambda: Plain(
        cat, biased(64, 1, 64), biased(64, 3, 128), biased(64, 5, 32), nn.MaxPool2d(3, 1, 1)
    ),
    "inception": lambda: Plain(
        cat,
        biased(64, 1, 64),
        nn.Sequential(biased(64, 1, 96), biased(96, 3, 128)),
        nn.Sequential(biased(64, 1, 16), biased(16, 5, 32)),
        nn.Sequential(nn.MaxPool2d(3, 1, 1), biased(64, 1, 32)),
    ),
    "dense": lambda: Plain(
        cat,
        nn.Identity(),
        nn.Sequential(
            nn.BatchNorm2d(64), nn.ReLU(), conv(64, 1, 128), nn.BatchNorm2d(128), nn.ReLU(), conv(128, 3, 32)
        ),
    ),
    "separable": lambda: nn.Sequential(unit(64, 3, 64, groups=64), unit(64, 1, 64)),
    "mlpconv": lambda: nn.Sequential(biased(64, 3, 192), biased(192, 1, 160), biased(160, 1, 96)),
    "fire": lambda: nn.Sequential(biased(64, 1, 16), Plain(cat, biased(16, 1, 64), biased(16, 3, 64))),
    "highway": lambda: Plain(
        lambda both: both[0] * both[1],
        biased(64, 3, 64),
        nn.Sequential(conv(64, 3, 64, bias=True), nn.Sigmoid()),
    ),
    "squeeze_excitation": lambda: Plain(
        lambda both: both[0] * both[1],
        nn.Identity(),
        nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(64, 4, 1), nn.ReLU(), nn.Conv2d(4, 64, 1), nn.Sigmoid()),
    ),
    "vgg_stage": lambda: nn.Sequential(biased(64, 3, 64), biased(64, 3, 64), nn.MaxPool2d(2)),
    "resnet_stem": lambda: nn.Sequential(
        nn.Conv2d(64, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
    ),
    "fc_head": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64 * 28 * 28, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 10)
    ),
}


@pytest.mark.parametrize("id", TWINS)
def test_blocks_are_those_of_the_papers(id):
    """Each beside a plain torch module, written from the paper: shape, parameters and mult-adds."""
    from torch.utils.flop_counter import FlopCounterMode

    x = (64, 28, 28)
    each = entry(id)
    report = explorer.analyze(each.make(**each.defaults(x)), x)
    with torch.device("meta"):
        twin = TWINS[id]().eval()
        with FlopCounterMode(display=False) as counter:
            shape = twin(torch.zeros(1, *x)).shape
    assert tuple(shape) == (1, *report.graph.output_shape)
    assert sum(p.numel() for p in twin.parameters()) == report.params
    assert counter.get_total_flops() == 2 * report.mult_adds


def test_defaults_follow_the_channels_that_come_in():
    assert entry("bottleneck").defaults((256, 56, 56))["width"] == 64
    assert entry("squeeze_excitation").defaults((256, 7, 7)) == {"channels": 256, "squeezed": 16}
    assert entry("squeeze_excitation").defaults((3, 7, 7))["squeezed"] == 1
    assert entry("residual").defaults()["width"] == 64
    for id in ("residual", "bottleneck", "inverted_bottleneck", "separable", "resnext", "highway"):
        for channels in (16, 48, 256):
            each, x = entry(id), (channels, 14, 14)
            assert lower(each.make(**each.defaults(x)), x).output_shape == x


def test_a_layers_fields_are_its_own():
    found = {field.name: field for field in layer_fields(layer_types()["AvgPool"])}
    assert found["stride"].optional
    assert found["stride"].allows(None)
    assert not found["kernel_size"].allows(None)
    assert found["padding"].bound == fields.Bound(0, fields.MOST_SIZE, found["padding"].help, "size")
    assert found["ceil_mode"].bound is None
    assert [found["ceil_mode"].allows(value) for value in (True, 1)] == [True, False]
    assert found["kernel_size"].allows((3, 1))
    assert found["kernel_size"].help == "height and width of the window"


@pytest.mark.parametrize(
    ("id", "values", "words"),
    [
        ("Conv", {"out_channels": 0}, "Conv: out_channels is 0; allowed: a whole number from 1 to 1,000,000"),
        ("Conv", {"kernel": 3}, "Conv has no 'kernel'; allowed: out_channels, kernel_size"),
        ("residual", {"width": 10**9}, "residual: width is 1000000000; allowed: a whole number from 1 to 1,000,000"),
        ("residual", {"shortcut": "none"}, "shortcut is 'none'; allowed: identity, projection, padding, average"),
        ("dense", {"bottleneck": 1}, "dense: bottleneck is 1; allowed: true or false"),
        (
            "dense_block",
            {"layers": 10**9},
            "dense_block: layers is 1000000000; allowed: a whole number from 1 to 500",
        ),
        ("vgg_stage", {"convs": 10**9}, "allowed: a whole number from 1 to 100"),
        ("series", {"x": 1}, "series has no 'x'; allowed: nothing"),
    ],
)
def test_what_may_not_be_gets_one_sentence(id, values, words):
    with pytest.raises(ExplorerError) as error:
        entry(id).make(**values)
    assert words in str(error.value)


def test_a_billion_is_refused_before_memory_is_taken(few_bytes):
    with few_bytes(1_000_000):
        for each in palette():
            for field in each.fields:
                if field.bound:
                    with pytest.raises(ExplorerError, match="allowed"):
                        each.make(**{field.name: 10**10})


def test_the_largest_that_may_be_is_still_small(few_bytes):
    """What a reader can set at most stays within the limits of a composition, but for its channels."""
    for id in ("dense_block", "vgg_stage", "fc_head"):
        each = entry(id)
        most = {f.name: int(f.bound.high) for f in each.fields if f.bound and f.name in ("layers", "convs")}
        assert edit.insert(Series(), (0,), each.make(**most))


def test_there_is_no_other_entry():
    with pytest.raises(ExplorerError, match="the palette has no 'Convv'; allowed: Conv, Linear"):
        entry("Convv")


def test_a_side_output_changes_nothing():
    assert isinstance(entry("side").make(), Side)
