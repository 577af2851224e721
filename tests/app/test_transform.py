"""Transformations in the composer: the bill before one is applied, and what is applied."""

import pytest

import explorer
from app.composing import desk
from explorer import references
from explorer.transforms import TRANSFORMATIONS, pre_activation, squeeze_excitation, width, with_gap_head
from tests.app.support import opened, said


def composed(page):
    """Give the composition that the page's address holds."""
    return desk.document_of(references.read(page.query_params.get("net", desk.FIRST)))


def at(net, transform="squeeze-excitation", **address):
    chosen = {} if transform == "squeeze-excitation" else {"transform": transform}
    return opened("compose", net=net, panel="transform", **chosen, **address)


def bill(page):
    """Give the rows of the bill by their first cell."""
    table = next(each.value for each in page.markdown if each.value.startswith("|  | before"))
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()[2:]]
    return {row[0]: [cell.replace("\xa0", " ") for cell in row[1:]] for row in rows}


def test_the_bill_stands_before_anything_is_applied():
    page = at("vgg16", "gap-head")
    found = bill(page)
    assert found["Parameters"] == ["138.4 M", "15.23 M", "−123.1 M", "**× 0.11**"]
    assert found["Peak memory"][0].endswith("MiB")
    assert found["Receptive field of the last map"] == ["212", "196", "−16", "**× 0.925**"]
    assert "Lin et al. 2013" in said(page)
    assert "**138,357,544**" in said(page), "the composition is as it was"


def test_applied_it_stands_on_the_desk_and_can_be_taken_back():
    page = at("vgg16", "gap-head")
    page.button("widget/transform/apply").click().run()
    assert not page.exception
    assert composed(page).spec == with_gap_head(explorer.get("vgg16"))
    assert "**15,227,688**" in said(page)
    assert "has such a head already" in page.info[0].value, "it cannot be applied twice"
    assert page.button("widget/transform/apply").disabled
    page.button("widget/undo").click().run()
    assert composed(page).spec == explorer.get("vgg16").spec


def test_fields_stand_in_the_address_under_names_of_their_own():
    page = at("mobilenet_v1:alpha=0.5", "width", by_alpha="0.25")
    assert page.slider("widget/width/by_alpha").value == 0.25
    network = explorer.get("mobilenet_v1", alpha=0.5)
    page.slider("widget/width/by_alpha").set_value(2.0).run()
    assert page.query_params["by_alpha"] == "2.0"
    page.button("widget/transform/apply").click().run()
    assert composed(page).spec == width(network, alpha=2.0)


def test_the_bill_follows_the_fields():
    page = at("resnet18")
    first = bill(page)["Parameters"]
    page.slider("widget/squeeze-excitation/by_ratio").set_value(4).run()
    assert bill(page)["Parameters"] != first
    page.button("widget/transform/apply").click().run()
    assert composed(page).spec == squeeze_excitation(explorer.get("resnet18"), ratio=4)


@pytest.mark.parametrize("transformation", TRANSFORMATIONS, ids=lambda each: each.id)
def test_each_shows_its_bill_or_one_sentence(transformation):
    page = at("resnet20", transformation.id)
    refused = [each.value for each in page.info if "the network has" in each.value]
    assert bool(refused) != any(each.value.startswith("|  | before") for each in page.markdown)
    assert page.button("widget/transform/apply").disabled == bool(refused)
    assert transformation.help in said(page)
    if not refused:
        page.button("widget/transform/apply").click().run()
        assert not page.exception
        network = explorer.get("resnet20")
        assert composed(page).spec == transformation.apply(network.spec, network.input_shape)


def test_one_after_the_other():
    page = at("resnet20", "pre-activation")
    page.button("widget/transform/apply").click().run()
    page.selectbox("widget//transform").set_value("squeeze-excitation").run()
    page.button("widget/transform/apply").click().run()
    turned = pre_activation(explorer.get("resnet20"))
    assert composed(page).spec == squeeze_excitation(turned, (3, 32, 32))


def test_a_broken_network_is_not_transformed():
    page = opened("compose", net=references.write(_broken()), panel="transform")
    assert "A network that breaks somewhere cannot be transformed." in said(page)
    assert not [each for each in page.button if each.key == "widget/transform/apply"]


def _broken():
    lenet = desk.document_of(explorer.get("lenet5"))
    return type(lenet)(lenet.name, (1, 8, 8), lenet.spec)


def test_an_address_of_no_transformation_is_refused_in_one_sentence():
    page = at("lenet5", "widht")
    assert "The link says transform=widht; allowed: width" in page.warning[0].value
