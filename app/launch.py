"""How the pages are started. Their settings and theme stand in ``.streamlit/config.toml`` beside ``main.py``."""

from __future__ import annotations

import sys
from pathlib import Path

MAIN = Path(__file__).parent / "main.py"


def command() -> list[str]:
    """Give the command that serves the pages, from any working directory.

    Streamlit reads the settings that lie beside the script, so that none is repeated here.
    """
    return [sys.executable, "-m", "streamlit", "run", str(MAIN)]
