"""The Compare page's scaling studies and its search bench, as a reader finds them at an address."""

import pytest

from app.comparing import batches
from explorer.comparing import scaling
from explorer.comparing.studies import STUDIES
from tests.app.support import opened, said


def scaled(**address):
    return opened("compare", show="scaling", **address)


def chart(page):
    return page.get("plotly_chart")


@pytest.mark.parametrize("id", STUDIES)
def test_every_study_opens_with_its_law_and_its_curves(id):
    page = scaled(study=id)
    assert not page.error
    assert not page.warning
    assert len(chart(page)) == 1
    assert any(r"\approx" in each.value for each in page.latex)
    study = STUDIES[id]
    network = scaling.point(study, {}).architecture
    assert f"**{network.name}**" in said(page)


def test_sliders_lower_real_networks_and_the_address_holds_them():
    page = scaled()
    page.slider("widget/scaling/mobilenet/alpha").set_value(0.5).run()
    page.slider("widget/scaling/mobilenet/rho").set_value(0.71).run()
    found = scaling.point(STUDIES["mobilenet"], {"alpha": 0.5, "rho": 0.71})
    assert page.metric[0].help == f"{found.mult_adds:,}"
    assert page.query_params == {"show": "scaling", "alpha": "0.5", "rho": "0.71"}
    again = scaled(alpha="0.5", rho="0.71")
    assert again.metric[0].help == page.metric[0].help


def test_the_grid_has_the_papers_figures_beside_ours():
    page = scaled()
    (table,) = page.table
    assert table.value.iloc[0, 4] == "**568.7\u00a0M** (569\u00a0M)"
    assert table.value.iloc[1, 0] == "0.857 (192 px)"


def test_1_92_is_written_out():
    page = scaled(study="efficientnet", phi="2.0")
    (law,) = page.latex
    assert r"(1.2 \cdot 1.1^2 \cdot 1.15^2)^{2} = 1.92^{2}" in law.value
    assert "1.92" in said(page)


def test_a_setting_that_cannot_be_is_said_in_the_address():
    assert "alpha=9" in scaled(alpha="9").warning[0].value
    assert "figure=depth" in scaled(figure="depth").warning[0].value


def benched(**address):
    return opened("compare", show="cells", cells="5", thin="4", row="1", **address)


def test_the_bench_draws_cells_and_says_that_accuracy_is_unknown():
    page = benched()
    assert not page.error
    text = said(page)
    assert "nothing is known of their accuracy" in text
    assert "5 cells, 5 within the budget" in text
    assert "2,286,906,949,584,691,200" in text
    assert len(chart(page)) == 1


def test_a_budget_leaves_cells_out():
    page = benched(most_params="0.01")
    assert "5 cells, 0 within the budget, 0 on the front" in said(page)


def test_a_picked_cell_is_shown_with_its_genotype():
    page = benched(picked="3")
    assert "Cells of seed 3" in said(page)
    assert len(page.code) == 2
    assert all(each.value.startswith("0 = ") for each in page.code)
    assert benched(picked="NASNet-A").code[0].value.endswith("out = concat(h_prev, 0, 1, 2, 3, 4)")
    assert "picked=99" in benched(picked="99").warning[0].value


def test_long_work_can_be_stopped_and_gone_on_with(monkeypatch):
    """Stopped, the bench shows the cells that there are; what is missing is made when the reader goes on."""
    monkeypatch.setattr(batches.state, "stopped", lambda name: name.startswith("cells 700"))
    page = benched(drawn="700")
    assert "Stopped: 0 of 5" in said(page)
    assert not chart(page)
    monkeypatch.undo()
    page.run()
    assert "5 cells" in said(page)
