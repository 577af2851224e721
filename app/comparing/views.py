"""The views of the Compare page: what each is called, and the module whose ``show()`` draws it."""

from __future__ import annotations

from app.i18n import _


def views() -> dict[str, tuple[str, str]]:
    """Give each view's caption and module by its id, in the order in which they are offered."""
    return {
        "duels": (_("Block against block"), "app.comparing.duels"),
        "networks": (_("Networks side by side"), "app.comparing.networks"),
        "field": (_("The field at a glance"), "app.comparing.landscape"),
        "scaling": (_("Scaling"), "app.comparing.scaling"),
        "cells": (_("Search bench"), "app.comparing.cells"),
        "speed": (_("On this machine"), "app.comparing.speed"),
    }
