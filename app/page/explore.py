"""Explore: what a network costs."""

from __future__ import annotations

import streamlit as st

from app import cached
from app.components import picker

with st.sidebar:
    architecture = picker.pick()
    shape = picker.input_shape(architecture)

report = cached.report(architecture.id, architecture.values, shape)
st.title(report.name)
st.metric("params", f"{report.params:,}")
