"""Where the files that ship with the project lie."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"
MODELS = ASSETS / "models"
PUBLISHED = ASSETS / "published"
WEIGHTS = ASSETS / "weights"
EXAMPLES = ASSETS / "examples"
