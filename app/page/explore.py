"""Explore: what a network costs."""

from __future__ import annotations

import streamlit as st

from app import cached
from app.components import anatomy, headline, picker, trouble
from explorer.lower import LoweringError

with st.sidebar:
    architecture = picker.pick()
    shape = picker.input_shape(architecture)

try:
    report = cached.report(architecture.id, architecture.values, shape)
except LoweringError as error:
    report = trouble.show(error, architecture, shape)

headline.title(report)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    headline.facts(report)
    convention = headline.convention()
headline.figures(report, convention)
anatomy.show(report, convention)
