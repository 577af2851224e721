"""A file server on this machine that can do what servers on the network do, good and bad."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread


class FileServer:
    """Serves files by name. ``tricks`` says what it does wrong with the next requests for a name, in order.

    ``cut``: declares the whole and sends a third of what is left. ``stall``: sends a third and falls silent.
    ``mute``: does not even answer. ``no range``: knows no parts. ``endless``: never ends, declares nothing.
    ``huge``: declares 10 GB. ``other part``: sends another part than was asked for. ``to URL``: redirects there.
    ``slow``: takes half a second.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.files: dict[str, bytes] = {}
        self.tricks: dict[str, list[str]] = {}
        self.etags: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.closing = Event()

    def add(self, name: str, content: bytes | Path, *tricks: str, etag: str = "") -> str:
        """Serve a file; give its address."""
        self.files[name] = content if isinstance(content, bytes) else content.read_bytes()
        self.tricks[name] = list(tricks)
        self.etags[name] = etag
        return f"{self.address}/{name}"

    def ranges(self, name: str) -> list[str]:
        """Give which part each request for a file asked for; empty text for all of it."""
        return [part for asked, part in self.asked if asked == name]


@contextmanager
def serving() -> Iterator[FileServer]:
    """Serve on a free port while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, files)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    files = FileServer(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield files
    finally:
        files.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(request: BaseHTTPRequestHandler, files: FileServer) -> None:
    name, part = request.path.lstrip("/"), request.headers.get("Range", "")
    files.asked.append((name, part))
    trick = files.tricks[name].pop(0) if files.tricks.get(name) else ""
    if name not in files.files:
        return request.send_error(404)
    if trick == "mute":
        files.closing.wait()
        return None
    if trick.startswith("to "):
        request.send_response(302)
        request.send_header("Location", trick.removeprefix("to "))
        return request.end_headers()
    _send(request, files, files.files[name], files.etags[name], trick)
    return None


def _send(request: BaseHTTPRequestHandler, files: FileServer, content: bytes, etag: str, trick: str) -> None:
    start = _start(request, etag) if "no range" not in trick else 0
    if start and start >= len(content):
        return request.send_error(416)
    request.send_response(206 if start else 200)
    if start:
        shown = start + 1 if trick == "other part" else start
        request.send_header("Content-Range", f"bytes {shown}-{len(content) - 1}/{len(content)}")
    if trick != "endless":
        request.send_header("Content-Length", str(10**10 if trick == "huge" else len(content) - start))
    if etag:
        request.send_header("ETag", etag)
    request.end_headers()
    _body(request, files, content[start:], trick)
    return None


def _start(request: BaseHTTPRequestHandler, etag: str) -> int:
    """Give where the part that is asked for begins; 0 if it is a part of another version."""
    same = request.headers.get("If-Range", etag) == etag
    part = request.headers.get("Range", "")
    return int(part.removeprefix("bytes=").removesuffix("-")) if part and same else 0


def _body(request: BaseHTTPRequestHandler, files: FileServer, content: bytes, trick: str) -> None:
    try:
        while trick == "endless" and not files.closing.is_set():
            request.wfile.write(bytes(1 << 16))
        third = len(content) // 3
        request.wfile.write(content[:third])
        if trick == "slow":
            time.sleep(0.5)
        if trick == "stall":
            files.closing.wait()
        if "cut" not in trick and trick not in ("stall", "huge"):
            request.wfile.write(content[third:])
    except OSError:
        pass
