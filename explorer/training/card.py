"""Writing a trained model: half-precision weights and the card that says what they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor, nn

TERMS = {
    "data": [
        "35 classes of Tiny ImageNet (Stanford CS231n), 64x64 pixels, 450 photos of each, grouped into the 12 classes; "
        "50 more of each are held out for validation.",
        "801 cats and 801 dogs at home from 'Dogs vs. Cats' (Kaggle; part of Asirra), squashed to 64x64.",
        "20 photos of each of 162 other classes of Tiny ImageNet, as photos of none of the 12 classes.",
    ],
    "terms": "Trained on a subset of Tiny ImageNet; ImageNet terms: non-commercial research and education. "
    "The photos remain their photographers'; for the cats and dogs no licence is stated. "
    "No photo comes with the weights.",
    "limits": [
        "It sees 64x64 pixels: small or distant objects are lost.",
        "Photos framed otherwise than those of Tiny ImageNet are harder: of 22 clear photos from COCO, resized and cut "
        "as above, 12 were named right.",
        "It knows 12 classes and nothing else: no person, horse, flower or cup. Take a low first probability as "
        "'unsure'; even so it is sometimes sure of something that is none of its classes.",
        "Some classes are narrow in what it learned from: butterflies are monarchs and sulphurs, boats are gondolas "
        "and lifeboats, elephants are African, half of the buses are American school buses, many trains are freight "
        "cars.",
        "Its probabilities are those of a network trained with smoothed labels: even a clear answer stays below 1.",
    ],
}


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
    text = json.dumps(card | {"weights": weights} | TERMS, indent=2, ensure_ascii=False)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    return path
