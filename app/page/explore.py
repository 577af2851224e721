"""Explore: what a network costs."""

from __future__ import annotations

import streamlit as st

from app import cached
from app.components import anatomy, headline, more, picker, trouble
from app.i18n import _
from explorer.lower import LoweringError

with st.sidebar:
    architecture = picker.pick()
    shape = picker.input_shape(architecture)

try:
    report = cached.report(architecture.id, architecture.values, shape)
except LoweringError as error:
    report = trouble.show(error, architecture, shape)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    st.title(_(report.name), anchor=False, width="content")
    convention = headline.convention()
headline.origin(report)
headline.figures(report, convention)
headline.facts(report)
anatomy.show(report, convention)
more.show(report)
