"""A part of a page that runs on its own, and says in one sentence what it cannot do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from app import state
from explorer.errors import ExplorerError

P = ParamSpec("P")


def part(show: Callable[P, None]) -> Callable[P, None]:
    """Make a fragment of a function: what is set in it draws nothing else anew, and the address follows."""

    @st.fragment
    @wraps(show)
    def careful(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            show(*args, **kwargs)
        except ExplorerError as error:
            st.error(str(error), icon=":material/block:")
        state.publish_fragment()

    return careful
