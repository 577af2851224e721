"""The audit of several networks in one table."""

from __future__ import annotations

import sys

import pytest

import explorer
from explorer.audit import audit
from explorer.audit_table import audit_table, legend
from explorer.table import Table

IDS = ("lenet5", "resnet18")


def cells(table: Table, row: int) -> dict[str, object]:
    return dict(zip((column.key for column in table.columns), table.cells[row], strict=True))


@pytest.fixture(scope="module")
def table() -> Table:
    return audit_table([audit(explorer.lower(explorer.get(id))) for id in IDS])


def test_the_conventions_add_up_to_the_difference(table: Table) -> None:
    for row in range(len(IDS)):
        found = cells(table, row)
        for counter in ("torchinfo", "fvcore"):
            assert found[counter] == sum(n for key, n in found.items() if key.startswith(f"{counter}, "))
        assert found["unexplained"] == 0


def test_a_row_by_hand(table: Table) -> None:
    """ResNet-18: 1,000 biases of the last layer; 4,800 channels that are normalised, two parameters each."""
    found = cells(table, IDS.index("resnet18"))
    assert (found["input_shape"], found["params"], found["mult_adds"]) == ("3×224×224", 11_689_512, 1_814_073_344)
    assert (found["torchinfo, biases"], found["torchinfo, batch norm"]) == (1_000, 9_600)
    assert found["fvcore, pooling"] == 512 * 7 * 7


def test_the_last_row_adds_up(table: Table) -> None:
    assert table.totals[0] == "total"
    assert table.totals[2] == sum(row[2] for row in table.cells)


def test_a_counter_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fvcore.nn", None)
    table = audit_table([audit(explorer.lower(explorer.get("lenet5")))])
    found = cells(table, 0)
    assert (found["fvcore"], found["fvcore, pooling"], found["torchinfo"]) == ("not installed", "not installed", 6_518)
    assert table.totals[-2:] == ("", 0)


def test_every_column_of_a_convention_is_in_the_legend(table: Table) -> None:
    keys = [column.key for column in table.columns if "," in column.key]
    assert [line.partition(" — ")[0].replace(": ", ", ") for line in legend().splitlines()] == keys
