"""A reader who is quicker than the first run: it is stopped midway, and a second one begins."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app import state

    def number(name: str) -> int:
        def read(text: str) -> int:
            if not text.isdecimal():
                raise ValueError(f"{name} is {text}")
            return int(text)

        return state.value(name, 0, read, key=f"widget/{name}")

    state.begin()
    number("first")
    st.number_input("First", key="widget/first", step=1)
    if st.session_state.get("stop"):
        st.stop()
    number("second")
    st.number_input("Second", key="widget/second", step=1)
    for sentence in state.notices():
        st.warning(sentence)
    state.publish()


def arrived(**address: str) -> AppTest:
    """Arrive by an address, and be stopped before the second setting is drawn."""
    tested = AppTest.from_function(page)
    tested.query_params.update(address)
    tested.session_state["stop"] = True
    tested.run()
    tested.session_state["stop"] = False
    return tested


def test_what_the_address_says_is_not_lost():
    tested = arrived(first="1", second="2")
    tested.number_input("widget/first").set_value(5).run()
    assert tested.number_input("widget/first").value == 5, "what the reader has set leads"
    assert tested.number_input("widget/second").value == 2, "what was not drawn yet is still what the link says"
    assert tested.query_params == {"first": "5", "second": "2"}


def test_what_cannot_be_taken_is_said_by_the_run_that_ends():
    tested = arrived(first="x")
    tested.run()
    assert [warning.value for warning in tested.warning] == ["first is x"]
    tested.run()
    assert not tested.warning


def test_once_a_run_has_ended_the_address_is_not_taken_again():
    tested = arrived(second="2")
    tested.run()
    tested.number_input("widget/second").set_value(0).run()
    assert tested.number_input("widget/second").value == 0
    assert tested.query_params == {}
