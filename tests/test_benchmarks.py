"""The benchmark keeps running."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest
import torch

import explorer

SCRIPT = Path(explorer.__file__).parent.parent / "benchmarks" / "analysis.py"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fvcore's import leans on deprecated torch.jit
def test_analysis_prints_a_row_per_network(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--repeats", "1", "lenet5"])
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    runpy.run_path(str(SCRIPT), run_name="__main__")
    header, _, row, *_, middle, _ = capsys.readouterr().out.splitlines()
    assert header.startswith("| network | layers | ours, ms | from the name, ms | torchinfo ÷ ours | fvcore ÷ ours |")
    assert row.startswith("| lenet5 | 12 | ")
    assert middle.startswith("| *median* |")
