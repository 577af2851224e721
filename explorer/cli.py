"""The command line. Without a command it opens the app.

Errors are one line on standard error that says where, what was given and what is allowed; the exit code is 2.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NoReturn, get_args

from explorer import audit_table, references, transforms
from explorer.errors import ExplorerError
from explorer.lower import lower
from explorer.meter import Meter
from explorer.reading import Document
from explorer.report import Report, analyze
from explorer.shapes import Shape
from explorer.vision.method_names import Method
from explorer.zoo import Architecture, architectures, get

REPORT_FORMATS: dict[str, Callable[[Report, int | None], str]] = {
    "text": lambda report, depth: f"{report.table(depth)}\n",
    "json": lambda report, depth: _json(report.to_dict()),
    "csv": lambda report, depth: report.table(depth).to_csv(),
    "markdown": lambda report, depth: report.table(depth).to_markdown(),
    "latex": lambda report, depth: report.table(depth).to_latex(),
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit code."""
    options = _parser().parse_args(arguments)
    try:
        output: str = options.run(options)
        sys.stdout.write(output)
        sys.stdout.flush()
    except ExplorerError as error:
        print(f"convnet-explorer: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="convnet-explorer", description="What a convolutional network costs, and what it looks at.")
    parser.set_defaults(run=_app)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    listing = commands.add_parser("list", help="name every network of the zoo")
    listing.add_argument("--format", choices=("text", "json"), default="text")
    listing.set_defaults(run=_list)

    report = commands.add_parser("report", help="what a network costs, layer by layer")
    _add_network(report)
    report.add_argument("--depth", type=int, metavar="N", help="fold what lies deeper: 1 for stages, 2 for blocks")
    report.add_argument("--ignore-gates", action="store_true", help="receptive fields as if there were no gates")
    report.add_argument("--format", choices=tuple(REPORT_FORMATS), default="text")
    report.set_defaults(run=_report)

    code = commands.add_parser("code", help="a runnable PyTorch module on standard output")
    _add_network(code)
    words = "the YAML is what the composer opens and edits"
    code.add_argument("--format", choices=("pytorch", "yaml"), default="pytorch", help=words)
    code.set_defaults(run=_code)

    compare = commands.add_parser("compare", help="networks side by side: totals, stages, what differs")
    compare.add_argument("networks", nargs="+", metavar="NETWORK", help="ID, ID:KNOB=VALUE or FILE.yaml; two to six")
    compare.add_argument("--input", type=_shape, metavar="C,H,W", help="input shape of all; each one's own by default")
    compare.add_argument("--against", type=int, default=1, metavar="N", help="the reference is the Nth; 1 by default")
    compare.add_argument("--format", choices=("text", "json", "csv", "markdown", "latex"), default="text")
    compare.set_defaults(run=_compare)

    audit = commands.add_parser("audit", help="other counters beside ours, every difference explained")
    audit.add_argument("networks", nargs="*", metavar="ID", help="networks of the zoo; all of them by default")
    audit.add_argument("--format", choices=tuple(audit_table.FORMATS), default="text")
    audit.set_defaults(run=_audit)

    see = commands.add_parser("see", help="what a network saw in an image")
    _add_see(see)
    see.set_defaults(run=_see)

    doctor = commands.add_parser("doctor", help="versions, device, caches and weights of this installation")
    doctor.add_argument("--format", choices=("text", "json"), default="text")
    doctor.set_defaults(run=_doctor)
    return parser


def _add_see(parser: argparse.ArgumentParser) -> None:
    """Say what ``see`` looks at, with which weights, and how."""
    parser.add_argument("image", metavar="IMAGE")
    words = "look at this part of the image alone, in pixels of the image (its longer side brought to 1024 at most)"
    parser.add_argument("--part", type=_edges, metavar="LEFT,TOP,RIGHT,BOTTOM", help=words)
    parser.add_argument("--model", required=True, metavar="ID|FILE.yaml")
    parser.add_argument("--weights", metavar="NAME|FILE", help="that ship or are published (fetched once), or a file")
    parser.add_argument("--method", choices=get_args(Method), default="grad-cam")
    parser.add_argument("--target", metavar="CLASS", help="class to explain, by name or number; the first by default")
    parser.add_argument("--rather-than", metavar="CLASS", help="class to hold the first against")
    parser.add_argument("--layer", metavar="NODE", help="map to explain; the last one by default")
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda|cuda:N|mps")
    parser.add_argument("--half", action="store_true", help="mixed precision, on CUDA")
    parser.add_argument("--seed", type=int, metavar="N", help="random weights of this seed, instead of learned ones")
    parser.add_argument("--classes", metavar="FILE", help="names of the classes, for a file of weights: text or JSON")
    parser.add_argument("--out", metavar="MAP.png", help="write the map over the image")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _add_network(parser: argparse.ArgumentParser) -> None:
    """Let a command name a network, turn its knobs and transform it."""
    words = (
        "ID, ID:KNOB=VALUE, ID@CxHxW, a shared network's ~TOKEN, FILE.yaml, FILE.onnx, torchvision:NAME or timm:NAME"
    )
    parser.add_argument("network", metavar="ID|FILE.yaml", help=words)
    parser.add_argument("--input", type=_shape, metavar="C,H,W", help="input shape; the network's own by default")
    parser.add_argument("--set", action="append", default=[], type=_setting, metavar="KNOB=VALUE", help="turn a knob")
    ids = ", ".join(each.id for each in transforms.TRANSFORMATIONS)
    words = f"transform the whole network, several times in this order; ID is one of {ids}"
    parser.add_argument("--transform", action="append", default=[], metavar="ID[:FIELD=VALUE…]", help=words)


def _shape(text: str) -> Shape:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no shape; allowed: C,H,W such as 3,224,224") from None


def _edges(text: str) -> tuple[int, int, int, int]:
    try:
        left, top, right, bottom = map(int, text.split(","))
    except ValueError:
        allowed = "LEFT,TOP,RIGHT,BOTTOM such as 100,50,400,350"
        raise argparse.ArgumentTypeError(f"{text!r} is no part of an image; allowed: {allowed}") from None
    return left, top, right, bottom


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} turns no knob; allowed: KNOB=VALUE such as num_classes=10")
    return name, value


def _app(options: argparse.Namespace) -> str:
    """Open the app, as ``python -m app`` does. It is found by name at run time: the core does not know the pages."""
    runpy.run_module("app", run_name="__main__")
    return ""


def _list(options: argparse.Namespace) -> str:
    if options.format == "json":
        return _json([_summary(architecture) for architecture in architectures()])
    width = max(len(a.id) for a in architectures())
    lines: list[str] = []
    for family, networks in groupby(architectures(), lambda a: a.family):
        lines += [family, *(f"  {a.id:{width}}  {a.year}  {a.name}{_knobs(a)}" for a in networks), ""]
    return "\n".join(lines[:-1]) + "\n"


def _knobs(architecture: Architecture) -> str:
    """Name the knobs, but for the number of classes, which nearly all have."""
    names = [knob.name for knob in architecture.knobs if knob.name != "num_classes"]
    return f"  [{', '.join(names)}]" if names else ""


def _summary(architecture: Architecture) -> dict[str, Any]:
    return {
        "id": architecture.id,
        "name": architecture.name,
        "family": architecture.family,
        "year": architecture.year,
        "authors": architecture.authors,
        "paper": architecture.paper,
        "url": architecture.url,
        "input_shape": list(architecture.input_shape),
        "knobs": [
            {"name": knob.name, "default": knob.default, "allowed": knob.allowed, "help": knob.help}
            for knob in architecture.knobs
        ],
        "notes": architecture.notes,
    }


def _network(options: argparse.Namespace) -> Architecture | Document:
    """Give the network that the command names, its knobs turned, and transformed."""
    network = references.read(options.network, files=True)
    if options.set:
        if not isinstance(network, Architecture):
            raise ExplorerError(f"{options.network}: a composition has no knobs; --set is for networks of the zoo")
        network = network.set(**dict(options.set))
    for text in options.transform:
        transformation, fields = transforms.read(text)
        name, shape = getattr(network, "id", "") or network.name, options.input or network.input_shape
        network = Document(f"{name}-{transformation.id}", shape, transformation.apply(network.spec, shape, **fields))
    return network


def _code(options: argparse.Namespace) -> str:
    from explorer.code import source
    from explorer.text import dump

    network = _network(options)
    if options.format == "yaml":
        name = network.id if isinstance(network, Architecture) else network.name
        return dump(network.spec, options.input or network.input_shape, name)
    return source(network, options.input)


def _report(options: argparse.Namespace) -> str:
    if options.depth is not None and options.depth < 1:
        raise ExplorerError(f"--depth is {options.depth}; allowed: 1 or more")
    report = analyze(_network(options), options.input)
    return REPORT_FORMATS[options.format](report.without_gates if options.ignore_gates else report, options.depth)


def _compare(options: argparse.Namespace) -> str:
    from explorer.comparing.lineup import line_up
    from explorer.comparing.lineup_tables import FORMATS

    reports = [analyze(references.read(text, files=True), options.input) for text in options.networks]
    return FORMATS[options.format](line_up(reports, options.against - 1))


def _audit(options: argparse.Namespace) -> str:
    from explorer.audit import audit

    audits = []
    for architecture in [get(id) for id in options.networks] or architectures():
        if sys.stderr.isatty():
            print(f"audit: {architecture.id}", file=sys.stderr)
        audits.append(audit(lower(architecture)))
    return audit_table.FORMATS[options.format](audits)


def _see(options: argparse.Namespace) -> str:
    from explorer.vision.see import see

    meter = Meter(sys.stderr)
    try:
        seen = see(
            options.image,
            model=options.model,
            weights=options.weights,
            method=options.method,
            target=options.target,
            layer=options.layer,
            device=options.device,
            progress=meter,
            seed=options.seed,
            classes=options.classes,
            half=options.half,
            rather_than=options.rather_than,
            part=options.part,
        )
    finally:
        meter.end()
    if meter.used and (card := seen.model.card):
        print(f"{card.id} is kept at {card.file}, SHA-256 {card.sha256}", file=sys.stderr)
    if options.out:
        seen.save(options.out)
    return _json(seen.to_dict()) if options.format == "json" else f"{seen}\n"


def _doctor(options: argparse.Namespace) -> str:
    from explorer.doctor import examine

    findings = examine()
    if options.format == "json":
        return _json(findings)
    return "".join(f"{name:17} {value}\n" for name, value in findings.items())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
