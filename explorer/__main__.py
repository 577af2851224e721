"""``python -m explorer`` is ``convnet-explorer``."""

import sys

from explorer.cli import main

sys.exit(main())
