"""Who may import whom: the core knows no front end, and the analysis half no torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import explorer

ROOT = Path(explorer.__file__).parent
TORCH_HALF = (
    "modules.py",
    "neurons.py",
    "firing.py",
    "network.py",
    "from_torch",
    "importing.py",
    "audit.py",
    "vision",
    "training",
    "measuring",
)
ANALYSIS = """
import sys, explorer, explorer.cli, explorer.text
for architecture in explorer.architectures():
    explorer.analyze(architecture).to_dict()
{more}
heavy = ("torch", "torchvision", "streamlit", "app", "plotly", "pandas", "numpy")
print(sorted(name for name in heavy if name in sys.modules))
"""


def imported(source: str) -> set[str]:
    """Give the top-level names that a source imports, anywhere in it; of this package, the second level."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        found |= {module.split(".")[0] for module in modules}
    return found


def files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_knows_no_front_end(path):
    assert not imported(path.read_text(encoding="utf-8")) & {"app", "streamlit"}


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_analysis_half_does_not_import_torch_on_its_own(path):
    relative = path.relative_to(ROOT)
    if relative.parts[0] not in TORCH_HALF:
        source = path.read_text(encoding="utf-8")
        outside_type_checking = ast.unparse(_without_type_checking(ast.parse(source)))
        assert not imported(outside_type_checking) & {"torch", "torchvision", "safetensors"}


def _without_type_checking(tree: ast.Module) -> ast.Module:
    tree.body = [n for n in tree.body if not (isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")]
    return tree


def loaded(more: str = "") -> str:
    """Give what a fresh interpreter has loaded after analysing the whole zoo."""
    script = ANALYSIS.format(more=more)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def test_analysing_the_zoo_loads_nothing_heavy():
    assert loaded() == "[]"


def test_these_tests_can_fail():
    assert "torch" in loaded("import explorer.network")
    assert imported("def f():\n    from streamlit.web import cli\n    import app.main") == {"streamlit", "app"}
    guarded = "if TYPE_CHECKING:\n    import torch\nimport torch.nn"
    assert imported(ast.unparse(_without_type_checking(ast.parse(guarded)))) == {"torch"}


def test_public_names_are_on_purpose():
    public = {name for name, value in vars(explorer).items() if not name.startswith("_") and not _is_module(value)}
    assert public == set(explorer.__all__)
    assert list(explorer.__all__) == sorted(explorer.__all__)


def _is_module(value: object) -> bool:
    return type(value).__name__ == "module"
