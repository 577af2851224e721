"""A table of published weights of one's own, with a server that stands in for the one that publishes them."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch

from explorer.assets import WEIGHTS
from tests.support.file_server import FileServer


def write_table(
    folder: Path, server: FileServer, state: Mapping[str, torch.Tensor], *tricks: str, digest_digits: int = 8
) -> str:
    """Publish weights for resnet18 on the server; write the table that says so. Give their SHA-256."""
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    url = server.add("resnet18-made-up.pth", buffer.getvalue(), *tricks)
    (folder / "classes").mkdir(parents=True)
    shutil.copy(WEIGHTS / "classes" / "imagenet-1k.json", folder / "classes")
    table = json.loads((WEIGHTS / "torchvision.json").read_text(encoding="utf-8"))
    record = next(record for record in table["weights"] if record["architecture"] == "resnet18")
    made_up = {"name": "MADE_UP", "url": url, "sha256": digest[:digest_digits], "bytes": len(buffer.getvalue())}
    small = {"input_shape": [3, 64, 64], "resize": 64}
    table["weights"] = [record | made_up | small]
    (folder / "made_up.json").write_text(json.dumps(table), encoding="utf-8")
    return digest
