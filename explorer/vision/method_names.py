"""The names of the attribution methods, for the command line. Needs no torch."""

from __future__ import annotations

from typing import Literal

Method = Literal[
    "grad-cam",
    "cam",
    "occlusion",
    "grad-cam-pp",
    "integrated-gradients",
    "gradient-x-input",
    "guided-backprop",
    "deconvnet",
]
