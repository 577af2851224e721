"""What the server answers to a page: held back, and let through run by run."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

WAIT_S = 60.0


class Answers:
    """Between the server and a page that is not open yet."""

    def __init__(self, page: Page) -> None:
        self.page, self.holding, self.held = page, False, list[bytes]()
        page.route_web_socket(re.compile("/_stcore/stream"), self._connect)

    def hold(self) -> None:
        """Hold back what the server says from now on."""
        self.holding = True

    def wait_for(self, runs: int) -> None:
        """Wait until the ends of so many runs are held back."""
        deadline = time.monotonic() + WAIT_S
        while len(self._ends()) < runs:
            assert time.monotonic() < deadline, f"{len(self._ends())} runs have ended; wanted: {runs}"
            self.page.wait_for_timeout(20)

    def let_through(self, runs: int = 0) -> None:
        """Let so many runs through, or everything from now on."""
        until = self._ends()[runs - 1] + 1 if runs else len(self.held)
        self.holding = bool(runs)
        for message in self.held[:until]:
            self.socket.send(message)
        del self.held[:until]

    def _connect(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.connect_to_server().on_message(self._answered)

    def _answered(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        if self.holding:
            self.held.append(message)
        else:
            self.socket.send(message)

    def _ends(self) -> list[int]:
        kinds = (ForwardMsg.FromString(message).WhichOneof("type") for message in self.held)
        return [i for i, kind in enumerate(kinds) if kind == "script_finished"]
