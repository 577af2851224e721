"""The benchmarks keep running."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest
import torch

import explorer

FOLDER = Path(explorer.__file__).parent.parent / "benchmarks"


def output_of(script: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> str:
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    runpy.run_path(str(FOLDER / script), run_name="__main__")
    return capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fvcore's import leans on deprecated torch.jit
def test_analysis_prints_a_row_per_network(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    out = output_of("analysis.py", ["--repeats", "1", "lenet5"], monkeypatch, capsys)
    header, _, row, *_, middle, _ = out.splitlines()
    assert header.startswith("| network | layers | ours, ms | from the name, ms | torchinfo ÷ ours | fvcore ÷ ours |")
    assert row.startswith("| lenet5 | 12 | ")
    assert middle.startswith("| *median* |")


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Hide packages that may be installed here."""
    for name in names:
        monkeypatch.setitem(sys.modules, name, None)


def test_occlusion_prints_a_row_without_its_peer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    without(monkeypatch, "captum", "captum.attr")
    out = output_of("occlusion.py", ["--repeats", "1", "resnet20,32,8,8"], monkeypatch, capsys)
    assert "Captum is not installed (pip install captum): it is left out." in out
    *_, header, _, row = out.splitlines()
    assert header.count("|") == row.count("|")
    cells = [cell.strip() for cell in row.split("|")]
    assert cells[1:4] == ["resnet20, 32", "8, 8", "16"]
    assert float(cells[6].removesuffix("×")) > 0


def test_grad_cam_prints_a_row_without_its_peers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    without(monkeypatch, "pytorch_grad_cam", "torchcam", "captum")
    out = output_of("gradcam.py", ["--repeats", "1", "resnet20,32"], monkeypatch, capsys)
    assert out.count("is left out, as it cannot be imported") == 3
    row = [cell.strip() for cell in out.splitlines()[-1].split("|")]
    assert row[1] == "resnet20, 32"
    assert all(float(cell) > 0 for cell in row[2:7])
    assert row[7:10] == ["nan"] * 3
