"""The command that trains the models that ship, on data made up here."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import explorer
from explorer.network import Network
from explorer.training.evaluate import accuracy
from explorer.training.recipes import RECIPES
from explorer.training.tasks import TASKS
from explorer.training.train import main
from explorer.vision.cards import read_card
from explorer.vision.weights import load_card


@pytest.mark.parametrize(("model", "size"), [("small_resnet", 16), ("lenet5", 32)])
def test_the_command_trains_and_writes_a_loadable_model(
    model: str, size: int, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = replace(
        RECIPES[model], stages=((2, size),), falling_epochs=1, gentle_epochs=1, photos_per_epoch=8, batch=4
    )
    options = f"{model} --data {folder} --out {tmp_path} --checkpoint {tmp_path}/c.pt --threads 2 --note made-up"
    threads = torch.get_num_threads()
    try:
        main(options.split(), recipe)
    finally:
        torch.set_num_threads(threads)
    assert "wrote" in capsys.readouterr().out
    weights = tmp_path / f"{recipe.name}.safetensors"
    said = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    assert said["weights"]["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert (said["training"]["epochs"], said["training"]["note"]) == (2, "made-up")
    assert said["training"]["command"].startswith(f"python -m explorer.training.train {model} --data")
    assert set(said["validation"]["accuracy_per_class"]) == set(said["classes"])
    assert ("localisation" in said["validation"]) == (recipe.task == "everyday12")

    network = Network(explorer.lower(explorer.get(said["architecture"], **said["knobs"]))).eval()
    state = load_file(weights)
    assert {value.dtype for value in state.values()} <= {torch.float16, torch.int64}
    network.load_state_dict(state)
    held_out = TASKS[recipe.task].load(folder).validation
    assert accuracy(network, held_out) == pytest.approx(said["validation"]["accuracy"], abs=1e-3)
    card = read_card(weights.with_suffix(".json"))
    assert load_card(card).classes == tuple(said["classes"])
    assert card.preprocessing.light_on_dark == (recipe.task == "digits")
    assert (card.data, card.limits, card.terms) == tuple(
        getattr(TASKS[recipe.task], part) for part in ("data", "limits", "terms")
    )
