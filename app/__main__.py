"""``python -m app`` opens the app, as ``convnet-explorer`` without a command does."""

from streamlit.web.cli import main

from app.launch import MAIN

main(["run", str(MAIN)], prog_name="streamlit")
