import pytest

from app.widgets import one_of
from tests.app.support import opened


def test_default_values_stay_out_of_the_address():
    assert opened(arch="vgg16", fold="layers", num_classes="1000").query_params == {}


def test_settings_of_another_page_leave_the_address():
    page = opened(arch="resnet18", bias="true")
    assert page.query_params == {"arch": "resnet18", "bias": "true"}


def test_unknown_names_in_the_address_do_no_harm():
    page = opened(utm_source="mail", arch="lenet5")
    assert not page.warning
    assert page.query_params == {"arch": "lenet5"}


def test_a_setting_that_goes_back_to_its_default_leaves_the_address():
    page = opened(num_classes="10")
    page.number_input("widget/vgg16/num_classes").set_value(1000).run()
    assert page.query_params == {}


def test_a_link_to_another_page_sets_what_it_names_and_nothing_else():
    page = opened(arch="resnet18", num_classes="7", bias="true")
    page.query_params.clear()  # as a browser does
    page.switch_page("page/compare.py").run()
    page.query_params["arch"] = "lenet5"
    page.switch_page("page/explore.py").run()
    assert page.title[0].value == "LeNet-5"
    assert page.query_params == {"arch": "lenet5", "bias": "true"}
    page.selectbox("widget//arch").select("resnet18").run()
    assert page.query_params == {"arch": "resnet18", "num_classes": "7", "bias": "true"}


def test_pages_share_what_both_of_them_ask():
    page = opened(arch="lenet5", precision="float16", bias="true")
    page.query_params.clear()  # as a browser does
    page.switch_page("page/compose.py").run()
    assert not page.exception
    assert page.button_group("widget//precision").value == "float16"
    assert page.query_params == {"precision": "float16", "bias": "true"}
    page.button_group("widget//precision").set_value("int8").run()
    assert page.query_params == {"precision": "int8", "bias": "true"}


def test_an_address_that_the_reader_has_moved_on_from_is_not_read_again():
    page = opened(arch="resnet18")
    page.selectbox("widget//arch").select("lenet5")
    page.query_params["arch"] = "resnet18"  # what a slow browser still sends
    page.run()
    assert page.title[0].value == "LeNet-5"


def test_of_many_options_those_near_are_named():
    with pytest.raises(ValueError, match="net3") as refusal:
        one_of("arch", [f"net{i}" for i in range(40)], "net0")("nett3")
    assert str(refusal.value).count("net") < 8
