"""The entry of the app: navigation and language, nothing else. Started by ``python -m app``."""

from __future__ import annotations

import gc
from pathlib import Path

import streamlit as st

from app import state, widgets
from app.i18n import LANGUAGES, _, preferred

PAGES = Path(__file__).parent / "page"


@st.cache_resource(show_spinner=False)
def freeze() -> None:
    """Tell the garbage collector, once, that what has been imported stays: it need not be looked through again."""
    gc.collect()
    gc.freeze()


st.set_page_config(page_title="ConvNet Explorer", page_icon=str(PAGES.parent / "icon.png"), layout="wide")
state.begin()
default_language = preferred(st.context.locale)
state.speak(widgets.peek(LANGUAGES, name=widgets.LANGUAGE, default=default_language))

page = st.navigation(
    [
        st.Page(
            PAGES / "explore.py",
            title=_("Explore"),
            icon=":material/account_tree:",
            url_path="explore",
            default=True,
            help=_("What a network costs: its table, its diagram, its figures."),
        ),
        st.Page(
            PAGES / "see.py",
            title=_("See"),
            icon=":material/visibility:",
            url_path="see",
            help=_("What a network looks at: its guesses for a photo, and maps of the evidence."),
        ),
        st.Page(
            PAGES / "compose.py",
            title=_("Compose"),
            icon=":material/dashboard_customize:",
            url_path="compose",
            help=_("Build a network, from nothing or from any other, and see what every change costs."),
        ),
        st.Page(
            PAGES / "compare.py",
            title=_("Compare"),
            icon=":material/balance:",
            url_path="compare",
            help=_("Blocks, networks and the whole field side by side."),
        ),
    ],
    position="top",
)
notices = st.container()
page.run()
with st.sidebar:
    widgets.choice(_("Language"), LANGUAGES, name=widgets.LANGUAGE, default=default_language, kind="row")
for sentence in state.notices():
    notices.warning(sentence, icon=":material/link_off:")
state.publish()
freeze()
