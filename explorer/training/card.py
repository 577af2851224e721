"""Writing a trained model: half-precision weights and the card that says what they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor, nn


def half(network: nn.Module) -> dict[str, Tensor]:
    """Give the state dict with its numbers in half precision; counters stay whole numbers."""
    state = network.state_dict()
    return {k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in state.items()}


def round_to_half(network: nn.Module) -> None:
    """Round a network's numbers to what is written, so that its accuracy is that of the file."""
    network.load_state_dict(half(network))


def write_model(network: nn.Module, card: dict[str, Any], path: Path) -> Path:
    """Write ``path`` (safetensors, half precision) and, beside it, the card with the hash of the weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(half(network), path)
    weights = {
        "file": path.name,
        "format": "safetensors, float16",
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    text = json.dumps(card | {"weights": weights}, indent=2, ensure_ascii=False)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    return path
