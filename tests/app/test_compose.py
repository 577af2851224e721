"""The composer: whatever the reader does to a network, its figures follow, and nothing is lost."""

from dataclasses import replace

import onnx
import pytest
from streamlit.testing.v1 import AppTest

import explorer
from app.composing import acts, desk, insert
from app.composing.history import History, Moment
from app.composing.written import marked
from app.markup import plain
from explorer import references
from explorer.composing import edit
from explorer.composing.palette import palette
from explorer.composing.places import walk
from explorer.layers import Conv, Flatten, Linear, MaxPool, ReLU
from explorer.reading import Document, Problem
from explorer.spec import Branches, Series
from explorer.text import dump
from tests.app.support import opened, said


def composed(page: AppTest):
    """Give the composition that the page's address holds."""
    return desk.document_of(references.read(page.query_params.get("net", desk.FIRST)))


def counted(document) -> str:
    """Write how many parameters a composition has, as the page does."""
    return f"**{explorer.analyze(document.spec, document.input_shape).params:,}**"


def test_a_network_of_the_zoo_opens_with_the_figures_of_the_zoo():
    page = opened("compose", net="vgg16")
    assert page.title[0].value == "vgg16"
    assert "**138,357,544**" in said(page)
    assert "**212×212**" in said(page)
    assert page.query_params == {"net": "vgg16"}


def test_knobs_and_input_come_along():
    page = opened("compose", net="mobilenet_v1:alpha=0.5@3x128x128")
    assert counted(composed(page)) in said(page)
    assert page.number_input("widget/about/height").value == 128


def test_deleting_a_layer_and_taking_it_back():
    page = opened("compose", net="vgg16", at="0.5")
    whole = composed(page)
    page.button("widget/act/delete").click().run()
    assert composed(page).spec == edit.delete(whole.spec, (0, 5))
    assert counted(composed(page)) in said(page)
    page.button("widget/undo").click().run()
    assert page.query_params == {"net": "vgg16", "at": "0.5"}
    assert page.button("widget/undo").disabled
    page.button("widget/redo").click().run()
    assert composed(page).spec == edit.delete(whole.spec, (0, 5))


def test_the_buttons_say_what_they_would_take_back():
    page = opened("compose", net="vgg16", at="0.5")
    page.button("widget/act/delete").click().run()
    assert page.button("widget/undo").help == "Undo: Delete · features.5"


def test_a_field_is_changed_by_its_form():
    page = opened("compose", net="vgg16", at="0.0")
    page.number_input("widget/form/0.0/Conv/out_channels").set_value(32).run()
    assert edit.get(composed(page).spec, (0, 0)) == Conv(32, 3, padding=1)
    assert counted(composed(page)) in said(page)
    page.toggle("widget/form/0.0/Conv/bias").set_value(False).run()
    assert edit.get(composed(page).spec, (0, 0)) == Conv(32, 3, padding=1, bias=False)


def test_a_size_can_differ_from_axis_to_axis():
    page = opened("compose", net="lenet5", at="0")
    page.toggle("widget/form/0/Conv/axes/False").set_value(True).run()
    page.number_input("widget/form/0/Conv/kernel_size/1").set_value(3).run()
    assert edit.get(composed(page).spec, (0,)) == Conv(6, (5, 3))
    page.number_input("widget/form/0/Conv/kernel_size/1").set_value(5).run()
    assert edit.get(composed(page).spec, (0,)) == Conv(6, 5)


@pytest.mark.parametrize("piece", [each for each in palette() if each.fields], ids=lambda piece: piece.id)
def test_everything_in_the_palette_with_fields_has_a_form_and_can_be_inserted(piece):
    page = opened("compose", net="lenet5", at="1", panel="insert", group=piece.group, piece=piece.id)
    before = composed(page)
    page.button("widget/insert").click().run()
    assert not page.exception
    assert composed(page) != before
    assert page.button("widget/undo").help == f"Undo: Insert {plain(piece.name)}"


def test_a_piece_keeps_what_was_set_for_it():
    page = opened("compose", net="lenet5", at="1", panel="insert", piece="Conv")
    page.number_input("widget/palette/Conv/out_channels").set_value(12).run()
    page.button("widget/insert").click().run()
    assert edit.get(composed(page).spec, (2,)) == Conv(12, 3, padding=1)
    assert page.query_params["at"] == "2"
    assert page.number_input("widget/palette/Conv/out_channels").value == 12


@pytest.mark.parametrize(
    ("where", "place"), [("before", (1,)), ("after", (2,)), ("replace", (1,)), ("start", (0,)), ("end", (3,))]
)
def test_a_piece_goes_where_it_is_wanted(where, place):
    spec = Series(Conv(8), MaxPool(2), ReLU())
    at = () if where in ("start", "end") else (1,)
    found, picked = insert.placed(spec, Flatten(), at, where)
    assert picked == place
    assert edit.get(found, place) == Flatten()
    assert len(found.children) == (3 if where == "replace" else 4)


def test_another_head_takes_the_place_of_the_old_one():
    page = opened("compose", net="vgg16", panel="insert", group="head", piece="gap_head")
    page.button("widget/insert").click().run()
    assert composed(page).spec.children[-1][0] == "head"
    assert counted(composed(page)) in said(page)
    assert "14,719,818" in said(page)  # 14,714,688 of the features, and 512·10 + 10


def test_from_nothing_to_a_network():
    page = opened("compose")
    page.button("widget/open/empty").click().run()
    assert "Nothing stands here yet" in page.info[0].value
    page.button_group("widget//panel").set_value("insert").run()
    page.button("widget/insert").click().run()
    assert edit.get(composed(page).spec, (0,)) == Conv(64, 3, padding=1)
    assert "**1,792**" in said(page)


def test_a_network_that_breaks_says_where_and_why_keeps_what_stands_before_and_is_repaired():
    page = opened("compose", net="lenet5", at="2")
    page.number_input("widget/form/2/MaxPool/kernel_size").set_value(40).run()
    (error,) = page.error
    assert error.value == "s2: MaxPool cannot take 6×28×28: kernel 40×40 does not fit in a 28×28 input"
    assert "Figures up to where it breaks" in said(page)
    assert "**156**" in said(page)  # c1 alone
    labels = [button.label for button in page.button if (button.key or "").startswith("widget/repair/")]
    assert "drop s2" in labels
    page.button(f"widget/repair/{labels.index('drop s2')}").click().run()
    assert not page.error
    page.button("widget/undo").click().run()
    assert page.error, "a repair is a step like any other"


def test_what_is_allowed_and_does_nothing_is_doubted():
    page = opened("compose", net="lenet5", at="1")
    assert "doubt" not in said(page)
    page.button("widget/act/duplicate").click().run()
    assert "relu2: a ReLU on the result of a ReLU changes nothing" in said(page)
    page = opened("compose", net="bn_inception")
    assert "the 64 biases of conv1_7x7_s2 do nothing: batch norm subtracts the mean" in said(page)
    assert "… and 57 more." in said(page)


def test_what_cannot_be_done_is_said_and_changes_nothing():
    page = opened("compose", net="lenet5", at="0")
    page.text_input("widget/name/0").set_value("relu1").run()
    assert "relu1" in page.error[0].value
    assert page.query_params == {"at": "0"}
    assert page.text_input("widget/name/0").value == "c1"


def test_the_text_is_edited_and_the_outline_follows():
    page = opened("compose", net="lenet5", panel="text")
    spec = Series(Flatten(), Linear(7))
    page.text_area("widget/text").set_value("# mine\n" + dump(spec, (1, 4, 4), "tiny")).run()
    assert composed(page) == Document("tiny", (1, 4, 4), spec)
    assert "**119**" in said(page)  # 16·7 + 7
    assert page.text_area("widget/text").value.startswith("# mine"), "the reader's own text stands"
    page.button("widget/undo").click().run()
    assert page.text_area("widget/text").value == dump(explorer.get("lenet5").spec, (1, 32, 32), "lenet5")


def test_a_text_that_cannot_be_read_stays_with_its_mistakes_marked_at_their_lines():
    page = opened("compose", net="lenet5", panel="text")
    wrong = "input: [1, 8, 8]\nnetwork:\n- Conv\n- 7\n"
    page.text_area("widget/text").set_value(wrong).run()
    (error,) = page.error
    assert "**line 3**: Conv: out_channels is missing" in error.value
    assert "▶ 4  - 7" in error.value
    assert page.text_area("widget/text").value == wrong
    assert composed(page) == desk.document_of(explorer.get("lenet5"))
    page.button("widget/text/back").click().run()
    assert not page.error
    assert page.text_area("widget/text").value.startswith("name: lenet5")


def test_a_mistake_at_the_end_of_a_text_is_marked_at_its_last_line():
    assert "▶ 2  b" in marked("a\nb", [Problem(9, "something is missing")])


def test_name_and_input_are_steps_too():
    page = opened("compose", net="lenet5")
    page.text_input("widget/about/name").set_value("my  net").run()
    page.number_input("widget/about/channels").set_value(3).run()
    assert composed(page) == replace(desk.document_of(explorer.get("lenet5")), name="my net", input_shape=(3, 32, 32))
    page.button("widget/undo").click().run()
    page.button("widget/undo").click().run()
    assert composed(page).name == "lenet5"


def test_a_reload_loses_nothing():
    page = opened("compose", net="resnet18", at="4.0")
    page.button("widget/act/duplicate").click().run()
    again = opened("compose", **page.query_params)
    assert composed(again) == composed(page)
    assert counted(composed(page)) in said(again)


def test_what_is_too_long_for_an_address_is_kept_and_said(monkeypatch):
    monkeypatch.setattr("explorer.sharing.MOST_CHARACTERS", 50)
    page = opened("compose", net="lenet5", at="0", panel="share")
    page.button("widget/act/duplicate").click().run()
    assert "too large for a link" in page.warning[0].value
    assert "net" not in page.query_params
    page.button("widget/act/duplicate").click().run()
    assert "out_channels" not in said(page)
    assert page.title[0].value == "lenet5"
    page.button("widget/undo").click().run()
    page.button("widget/undo").click().run()
    assert not page.warning
    assert page.button("widget/undo").disabled


@pytest.mark.parametrize("net", ["vgg99", "~abc", "resnet50:depth=3", "model.yaml", "~" + "A" * 500_000])
def test_a_link_that_cannot_be_read_gets_one_sentence(net):
    page = opened("compose", net=net)
    (warning,) = page.warning
    assert warning.value.startswith("The link holds a network that cannot be read: ")
    assert len(warning.value) < 400
    assert page.title[0].value == desk.FIRST


def test_a_name_that_came_with_a_link_is_no_markdown():
    name = "**my** ![net](http://elsewhere/x.png)"
    page = opened("compose", net=references.write(Document(name, (3, 8, 8), Series(Flatten(), Linear(2)))))
    assert page.title[0].value == plain(name)
    assert "![" not in said(page)


@pytest.mark.parametrize(("at", "words"), [("x", "allowed: positions"), ("9" * 30, "allowed: positions")])
def test_a_place_that_is_none_gets_one_sentence(at, words):
    page = opened("compose", at=at)
    assert words in page.warning[0].value


def test_a_place_that_there_is_not_is_the_nearest_around_it():
    page = opened("compose", net="vgg16", at="0.99.1")
    assert "features" in said(page)
    assert not page.error


def test_what_is_shared_opens_again():
    page = opened("compose", net="lenet5", at="0", panel="share")
    page.button("widget/act/duplicate").click().run()
    link = page.code[0].value
    assert composed(opened("compose", net=link.partition("net=")[2])) == composed(page)
    assert {button.label for button in page.get("download_button")} >= {"YAML", "PyTorch"}


def test_a_cell_is_edited_step_by_step():
    page = opened("compose", net="nasnet_a_mobile")
    spec = composed(page).spec
    place = next(path for path, _name, part in walk(spec) if type(part).__name__ == "Cell")
    page = opened("compose", net="nasnet_a_mobile", at=desk.write_place((*place, 0)))
    assert page.multiselect(f"widget/reads/{desk.write_place((*place, 0))}").value
    page = opened("compose", net="nasnet_a_mobile", at=desk.write_place(place))
    assert page.selectbox(f"widget/gives/{desk.write_place(place)}").value == edit.get(spec, place).output


def test_branches_are_joined_otherwise():
    page = opened("compose", net="resnet18", at="4.0.0")
    page.selectbox("widget/form/4.0.0/Branches/join").set_value("concat").run()
    assert edit.get(composed(page).spec, (4, 0, 0)).join == "concat"


def test_a_place_is_repeated():
    page = opened("compose", net="lenet5", at="1")
    page.number_input("widget/repeat").set_value(4).run()
    page.button("widget/repeat/do").click().run()
    assert len(edit.get(composed(page).spec, (1,)).children) == 4


def test_a_transformation_is_a_step():
    page = opened("compose", net="resnet18", panel="transform")
    page.button("widget/transform/apply").click().run()
    assert composed(page).spec != explorer.get("resnet18").spec
    assert page.button("widget/undo").help.startswith("Undo: ")


def test_a_file_that_is_no_network_is_refused_in_one_sentence():
    page = opened("compose")
    page.file_uploader("widget/open/file").upload("bad.yaml", b"network: [7]", "text/yaml").run()
    assert "bad.yaml" in page.error[0].value
    good = dump(Series(Flatten(), Linear(2)), (1, 2, 2), "mine").encode()
    page.file_uploader("widget/open/file").upload("good.yaml", good, "text/yaml").run()
    assert page.title[0].value == "mine"


def test_an_onnx_file_is_read_or_refused():
    page = opened("compose")
    page.file_uploader("widget/open/file").upload("bad.onnx", b"no network", "application/octet-stream").run()
    assert "bad: this is no ONNX file" in page.error[0].value
    x, y = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, (1, 3, 8, 8)) for name in "xy")
    graph = onnx.helper.make_graph([onnx.helper.make_node("Relu", ["x"], ["y"])], "g", [x], [y])
    good = onnx.helper.make_model(graph).SerializeToString()
    page.file_uploader("widget/open/file").upload("good.onnx", good, "application/octet-stream").run()
    assert composed(page) == Document("good", (3, 8, 8), Series(relu=ReLU()))


def test_a_network_of_another_library_is_read(monkeypatch):
    read = Document("theirs", (3, 8, 8), Series(Flatten(), Linear(2)))
    monkeypatch.setattr("explorer.importing.document", {"timm:theirs": read}.__getitem__)
    page = opened("compose")
    page.text_input("widget/open/name").set_value(" timm:theirs ")
    next(button for button in page.button if button.label == "Open it").click().run()
    assert composed(page) == read
    assert page.button("widget/undo").help == r"Undo: Open timm\:theirs"


def test_a_library_that_there_is_not_says_so_and_changes_nothing():
    page = opened("compose")
    page.text_input("widget/open/name").set_value("nowhere:resnet19")
    next(button for button in page.button if button.label == "Open it").click().run()
    assert "no library is called 'nowhere'" in page.error[0].value
    assert page.title[0].value == desk.FIRST


def test_what_nobody_published_offers_charts_first():
    page = opened("compose", net="lenet5")
    assert page.get("plotly_chart")
    assert not page.exception


def test_a_network_of_the_zoo_is_picked():
    page = opened("compose")
    page.selectbox("widget/open/zoo/en").set_value("alexnet").run()
    assert page.title[0].value == "alexnet"
    assert page.query_params["net"] == "alexnet"
    page.button("widget/undo").click().run()
    assert page.title[0].value == desk.FIRST


def test_explore_hands_its_network_over():
    page = opened(arch="resnet18", num_classes="10", height="64", width="64")
    (link,) = page.get("page_link")
    assert link.proto.query_string == "net=resnet18%3Anum_classes%3D10%403x64x64"


def test_french():
    page = opened("compose", net="vgg16", lang="fr")
    assert "138\u202f357\u202f544" in said(page)


# what the acts do, without the page


NET = Series(Conv(8), Series(ReLU(), Conv(8)), Flatten())


@pytest.mark.parametrize(
    ("id", "at", "expected", "picked"),
    [
        ("delete", (2,), Series(Conv(8), Series(ReLU(), Conv(8))), (1,)),
        ("delete", (0,), Series(Series(ReLU(), Conv(8)), Flatten()), (0,)),
        ("duplicate", (0,), Series(Conv(8), Conv(8), Series(ReLU(), Conv(8)), Flatten()), (1,)),
        ("up", (2,), Series(Conv(8), Flatten(), Series(ReLU(), Conv(8))), (1,)),
        ("down", (0,), Series(Series(ReLU(), Conv(8)), Conv(8), Flatten()), (1,)),
        ("out", (1, 0), Series(Conv(8), Series(Conv(8)), ReLU(), Flatten()), (2,)),
        ("into", (2,), Series(Conv(8), Series(ReLU(), Conv(8), Flatten())), (1, 2)),
        ("group", (0,), Series(Series(Conv(8)), Series(ReLU(), Conv(8)), Flatten()), (0,)),
        ("unwrap", (1,), Series(Conv(8), ReLU(), Conv(8), Flatten()), (1,)),
    ],
)
def test_each_act_does_what_it_says(id, at, expected, picked):
    assert acts.ACTS[id].can(NET, at)
    assert acts.ACTS[id].apply(NET, at) == (expected, picked)


def test_wrapping_and_branching():
    wrapped, at = acts.ACTS["wrap"].apply(NET, (1,))
    assert isinstance(edit.get(wrapped, at), Branches)
    branched, at = acts.ACTS["branch"].apply(wrapped, (1,))
    assert edit.get(branched, at) == Series()


@pytest.mark.parametrize(("id", "at"), [("up", (0,)), ("down", (2,)), ("out", (1,)), ("into", (1,)), ("delete", ())])
def test_what_cannot_be_is_not_offered(id, at):
    assert not acts.ACTS[id].can(NET, at)


def test_every_act_has_a_name_and_a_key_of_its_own():
    assert len({act.key for act in acts.ACTS.values()}) == len(acts.ACTS)
    assert len({acts.caption(id) for id in acts.ACTS}) == len(acts.ACTS)


def test_a_new_step_forgets_what_was_taken_back():
    one, two, three = (Moment(Document(name, (3, 8, 8), Series()), name) for name in ("one", "two", "three"))
    steps = History((one,)).then(two).back().then(three)
    assert steps.next is None
    assert steps.back().now == one
    assert steps.to("one").now == one
    assert steps.to("two") is None
