"""Fetching a file from the network once, whole and checked, or saying in one sentence why not.

Bytes go to ``FILE.part`` and are kept when the line breaks: the next try goes on where this one stopped. The file
gets its name only when it is whole and has the SHA-256 that was published for it; that SHA-256, all 64 digits, is kept
beside it in ``FILE.sha256``. Whoever comes while another process fetches the same file waits for it.
"""

from __future__ import annotations

import errno
import http.client
import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from explorer.errors import ExplorerError
from explorer.vision.digest import sha256

Progress = Callable[[int, int], None]
"""Told how many bytes are there, and of how many. What it raises stops the download; what came is kept."""

CHUNK = 1 << 18
TRIES = 5
EVERY_S = 0.1
STALL_S = 20.0
SLACK = 1 << 20
"""So many bytes, and a twentieth, may a file be larger than its table says: sizes there are rounded."""


class BrokenLineError(Exception):
    """The line broke; what came before is kept."""


def silent(done: int, total: int) -> None:
    """Report to nobody."""


def fetch(url: str, file: Path, digest: str, size: int, progress: Progress = silent, stall_s: float = STALL_S) -> Path:
    """Fetch a file unless it is there.

    Args:
        url: where it is published, ``https`` or ``http``.
        file: where it goes; folders are made.
        digest: its SHA-256, or the first digits of it; empty where none is published.
        size: about how many bytes it has.
        progress: told of every bit of progress, ten times a second at most.
        stall_s: so long may the server say nothing.

    Raises:
        ExplorerError: the network, the server or the disk does not do its part, or the file is not the published one.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _alone(file, size, progress):
            if not file.is_file():
                _whole(url, _part(file), bool(digest), size, progress, stall_s)
                _accept(_part(file), file, url, digest)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            _forget(_part(file))  # half a file is of no use on a full disk
        raise ExplorerError(f"{file}: cannot be written ({error.strerror or error})") from None
    return file


def kept(file: Path) -> int:
    """Say how many bytes of a file that is not here yet were kept from an earlier try."""
    return _size(_part(file))


@contextmanager
def _alone(file: Path, size: int, progress: Progress) -> Iterator[None]:
    """Wait until nobody else, in this process or another, fetches the file."""
    lock = FileLock(f"{file}.lock")
    while not lock.is_locked:
        try:
            lock.acquire(timeout=EVERY_S)
        except Timeout:
            progress(_size(_part(file)), size)
    try:
        yield
    finally:
        lock.release()


def _whole(url: str, part: Path, checked: bool, size: int, progress: Progress, stall_s: float) -> None:
    """Fetch until the file is whole; try again as long as every try brings something."""
    for left in reversed(range(TRIES)):
        before = _size(part)
        try:
            with _open(url, part, checked, stall_s) as answer:
                _receive(answer, url, part, size, progress)
                break
        except BrokenLineError as error:
            if not left or _size(part) <= before:
                kept = f"{_size(part):,} bytes are kept, and another try goes on from there"
                raise ExplorerError(f"{url}: {error}; {kept if _size(part) else 'try again'}") from None


def _open(url: str, part: Path, checked: bool, stall_s: float) -> http.client.HTTPResponse:
    """Ask the server; give its answer, of which nothing has been read."""
    host = urlsplit(url).hostname
    try:
        opener = urllib.request.build_opener(_Redirects)
        return cast(http.client.HTTPResponse, opener.open(_request(url, part, checked), timeout=stall_s))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and _size(part):
            _forget(part)
            return _open(url, part, checked, stall_s)
        raise ExplorerError(f"{url}: the server answers {error.code}, {error.reason}") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise BrokenLineError(f"{host} has said nothing for {stall_s:g} s") from None
        offline = isinstance(reason, socket.gaierror)
        what = "is not found; is this machine offline? Try" if offline else f"cannot be reached ({reason}); try"
        elsewhere = f"or fetch it elsewhere and put it at {part.with_suffix('')}"
        raise ExplorerError(f"{url}: {host} {what} again, {elsewhere}") from None


def _request(url: str, part: Path, checked: bool) -> urllib.request.Request:
    """Ask for what is missing. Without a published SHA-256 only if the server can tell that it is the same file."""
    scheme = urlsplit(url).scheme
    if scheme not in ("https", "http"):
        raise ExplorerError(f"{url}: files are fetched by https or http, not {scheme or 'without a scheme'}")
    request = urllib.request.Request(url, headers={"User-Agent": "convnet-explorer", "Accept-Encoding": "identity"})
    mark = _mark(part).read_text(encoding="ascii") if _mark(part).is_file() else ""
    if _size(part) and (mark or checked):
        request.add_header("Range", f"bytes={_size(part)}-")
        if mark:
            request.add_header("If-Range", mark)
    return request


def _receive(answer: http.client.HTTPResponse, url: str, part: Path, size: int, progress: Progress) -> None:
    """Write what the server sends, on from where the file ends, or from the start if the server does not know how."""
    start = _size(part)
    if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
        start = 0
    elif not (answer.headers.get("Content-Range") or "").startswith(f"bytes {start}-"):
        _forget(part)
        raise ExplorerError(f"{url}: the server sends another part than was asked for; try again")
    length = answer.headers.get("Content-Length") or ""
    total = start + int(length) if length.isdecimal() and len(length) < 20 else None
    most = size + size // 20 + SLACK
    if total is not None and total > most:
        raise ExplorerError(f"{url}: the server announces {total:,} bytes; the file has about {size:,}")
    if (total or size) - start > (free := shutil.disk_usage(part.parent).free):
        raise ExplorerError(f"{part.parent}: {free:,} bytes are free; {(total or size) - start:,} are needed")
    if not start:
        _remember(part, answer.headers.get("ETag", ""))
    with part.open("ab" if start else "wb") as file:
        done = _copy(answer, file, start, most, lambda done: progress(done, total or size))
    if done > most:
        _forget(part)
        raise ExplorerError(f"{url}: the server sends more than {most:,} bytes; the file has about {size:,}")
    if total is not None and done < total:
        raise BrokenLineError(f"the server stopped after {done:,} of {total:,} bytes")


def _copy(
    answer: http.client.HTTPResponse, file: IO[bytes], done: int, most: int, report: Callable[[int], None]
) -> int:
    """Copy to the end, or beyond what may come at most; give the size of the file."""
    report(done)
    reported = time.monotonic()
    while done <= most and (chunk := _read(answer)):
        file.write(chunk)
        done += len(chunk)
        if time.monotonic() - reported >= EVERY_S:
            report(done)
            reported = time.monotonic()
    report(done)
    return done


def _read(answer: http.client.HTTPResponse) -> bytes:
    """Give what has come, at least one byte; nothing at the end."""
    try:
        return answer.read1(CHUNK)
    except TimeoutError:
        raise BrokenLineError("the server fell silent") from None
    except (OSError, http.client.HTTPException) as error:
        raise BrokenLineError(f"the line broke ({error})") from None


def _accept(part: Path, file: Path, url: str, digest: str) -> None:
    """Give the file its name if it is the published one; else delete it."""
    found = sha256(part)
    if not found.startswith(digest):
        _forget(part)
        raise ExplorerError(f"{url}: the file has the SHA-256 {found}, not {digest} as published; it was deleted")
    file.with_name(f"{file.name}.sha256").write_text(f"{found}  {file.name}\n", encoding="utf-8")
    part.replace(file)
    _mark(part).unlink(missing_ok=True)


def _part(file: Path) -> Path:
    return file.with_name(f"{file.name}.part")


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _mark(part: Path) -> Path:
    """Give the place of the server's name for this very version of the file."""
    return part.with_name(f"{part.name}.etag")


def _remember(part: Path, mark: str) -> None:
    """Keep the server's name for this version, if it is one that tells versions apart byte by byte."""
    if mark.startswith('"') and mark.isascii():
        _mark(part).write_text(mark, encoding="ascii")
    else:
        _mark(part).unlink(missing_ok=True)


def _forget(part: Path) -> None:
    for path in (part, _mark(part)):
        with suppress(FileNotFoundError):
            path.unlink()


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from https to anything else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and scheme != req.type:
            fp.close()
            raise ExplorerError(f"{req.full_url}: the server redirects to {newurl}; allowed: https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
