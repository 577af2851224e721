"""The app in this process, as a reader would find it at an address."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

import app

MAIN = Path(app.__file__).parent / "main.py"


def opened(page: str = "", **address: str) -> AppTest:
    """Open the app at ``/page?address`` and run it once; a run that raises is a failure."""
    tested = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in address.items():
        tested.query_params[name] = value
    if page:
        tested.switch_page(f"page/{page}.py")
    tested.run()
    assert not tested.exception
    return tested


def said(tested: AppTest) -> str:
    """Give all that stands on the page as text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "info")
    return "\n".join(element.value for kind in kinds for element in tested.get(kind))
