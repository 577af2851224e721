"""``python -m app``: serve the pages, from any working directory.

Settings and theme stand in ``.streamlit/config.toml`` beside ``main.py``, where Streamlit finds them. Options of
``streamlit run``, such as ``--server.port 8600``, are handed on. What the first page needs is imported before the
server starts, so that no reader waits for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.web import cli

from app.components import anatomy as _anatomy  # noqa: F401

MAIN = Path(__file__).parent / "main.py"


def command(options: list[str]) -> list[str]:
    """Write the command line that serves the pages."""
    return ["streamlit", "run", str(MAIN), *options]


if __name__ == "__main__":
    sys.argv = command(sys.argv[1:])
    cli.main()
