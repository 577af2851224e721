"""The view of spiking networks: what is counted at a firing rate."""

from streamlit.testing.v1 import AppTest

import explorer
from explorer.spiking import synapses
from tests.app.support import opened, said

VIEW = "Synaptic operations"


def views(page: AppTest) -> list[str]:
    """List what stands in the rows of segments."""
    return [option for control in page.button_group for option in control.options]


def test_a_spiking_network_opens_with_its_synaptic_operations():
    page = opened(arch="snn_lenet")
    assert VIEW in views(page)
    text = said(page)
    assert "**6,195,200**" in text, "a tenth of the mult-adds of conv2 and fc"
    assert "**8,640,000**" in text, "conv1 in 50 time steps"
    assert "**1,411,840**" in text
    assert "less than 2.0\u00a0% of the neurons" in text


def test_the_slider_sets_the_rate():
    page = opened(arch="snn_lenet", rate="25", time_steps="4")
    layers = synapses(explorer.lower(explorer.get("snn_lenet", time_steps=4)), 0.25)
    assert f"**{round(sum(each.accumulates for each in layers)):,}**" in said(page)
    page.slider("widget//rate").set_value(0).run()
    assert page.query_params["rate"] == "0"
    assert "**0**" in said(page)


def test_other_networks_have_no_such_view():
    page = opened(arch="snn_lenet", neuron="relu")
    assert VIEW not in views(page)
    assert "Published figures" in views(page)
    assert "Shown instead" in "".join(w.value for w in opened(arch="vgg16", more="spikes").warning)
