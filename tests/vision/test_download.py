"""Files over the network: every fault that a server can have gets one sentence, and none leaves half a file."""

import hashlib
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections import namedtuple
from concurrent.futures import CancelledError

import pytest

from explorer.errors import ExplorerError
from explorer.vision import download
from explorer.vision.digest import sha256
from explorer.vision.download import fetch
from tests.support.file_server import serving

CONTENT = bytes(range(256)) * 2000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
SIZE = len(CONTENT)


@pytest.fixture(scope="module")
def server():
    with serving() as files:
        yield files


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cache" / "weights.pth"


def left(file):
    """Name what lies beside the file, without the lock."""
    return sorted(path.name for path in file.parent.iterdir() if path.suffix != ".lock")


def refused(url, file, words, digest=DIGEST, **options):
    with pytest.raises(ExplorerError, match=words) as caught:
        fetch(url, file, digest, SIZE, **options)
    assert "\n" not in str(caught.value)
    assert not file.exists()
    return str(caught.value)


@pytest.mark.parametrize("digest", [DIGEST, DIGEST[:8], ""])
def test_a_file_is_fetched_once_and_its_digest_is_kept(server, file, digest):
    seen = []
    url = server.add(f"good{len(digest)}", CONTENT)
    assert fetch(url, file, digest, SIZE, lambda *done: seen.append(done)) == file
    assert file.read_bytes() == CONTENT
    assert left(file) == ["weights.pth", "weights.pth.sha256"]
    assert file.with_name("weights.pth.sha256").read_text() == f"{DIGEST}  weights.pth\n"
    assert seen[0] == (0, SIZE)
    assert seen[-1] == (SIZE, SIZE)
    assert fetch(url, file, digest, SIZE) == file
    assert server.ranges(f"good{len(digest)}") == [""]


def test_progress_is_reported_on_the_way(server, file, monkeypatch):
    monkeypatch.setattr(download, "EVERY_S", 0)
    monkeypatch.setattr(download, "CHUNK", 50_000)
    seen = []
    fetch(server.add("steps", CONTENT), file, DIGEST, SIZE, lambda done, total: seen.append(done))
    assert seen == sorted(seen)
    assert len(set(seen)) > 10


def test_a_file_that_is_cut_twice_is_put_together(server, file):
    fetch(server.add("cut", CONTENT, "cut", "cut"), file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT
    first = SIZE // 3
    assert server.ranges("cut") == ["", f"bytes={first}-", f"bytes={first + (SIZE - first) // 3}-"]


def test_what_came_is_kept_for_the_next_call(server, file):
    url = server.add("always_cut", CONTENT, *["cut"] * download.TRIES)
    words = refused(url, file, "the server stopped after [0-9,]+ of 512,000 bytes")
    kept = file.with_name("weights.pth.part").stat().st_size
    assert f"; {kept:,} bytes are kept, and another try goes on from there" in words
    fetch(url, file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT
    assert server.ranges("always_cut")[-1] == f"bytes={kept}-"


def test_a_server_without_parts_starts_over(server, file):
    fetch(server.add("no_range", CONTENT, "cut", "no range"), file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT
    assert server.ranges("no_range") == ["", f"bytes={SIZE // 3}-"]


def test_a_server_that_always_cuts_and_knows_no_parts_is_given_up(server, file):
    url = server.add("hopeless", CONTENT, *["cut, no range"] * download.TRIES)
    refused(url, file, "the server stopped after 170,666 of 512,000 bytes; 170,666 bytes are kept")
    assert server.ranges("hopeless") == ["", f"bytes={SIZE // 3}-"]


def test_a_part_of_another_version_is_not_joined(server, file):
    url = server.add("changes", b"x" * SIZE, *["cut"] * download.TRIES, etag='"old"')
    refused(url, file, "the server stopped", digest="")
    server.add("changes", CONTENT, etag='"new"')
    fetch(url, file, "", SIZE)
    assert file.read_bytes() == CONTENT
    assert left(file) == ["weights.pth", "weights.pth.sha256"]


def test_the_same_version_is_joined_without_a_published_digest(server, file):
    fetch(server.add("same", CONTENT, "cut", etag='"one"'), file, "", SIZE)
    assert file.read_bytes() == CONTENT
    assert server.ranges("same") == ["", f"bytes={SIZE // 3}-"]


def test_without_digest_and_without_version_nothing_is_joined(server, file):
    fetch(server.add("unknown", CONTENT, "cut"), file, "", SIZE)
    assert file.read_bytes() == CONTENT
    assert server.ranges("unknown") == ["", ""]


def test_another_part_than_was_asked_for_is_not_joined(server, file):
    url = server.add("other_part", CONTENT, "cut", "other part")
    refused(url, file, "sends another part than was asked for; try again")
    fetch(url, file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(server, file):
    file.parent.mkdir()
    file.with_name("weights.pth.part").write_bytes(CONTENT + b"more")
    fetch(server.add("longer", CONTENT), file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT


def test_a_wrong_hash_is_refused_and_the_file_deleted(server, file):
    url = server.add("wrong", CONTENT)
    words = refused(url, file, "has the SHA-256", digest="deadbeef")
    assert words == f"{url}: the file has the SHA-256 {DIGEST}, not deadbeef as published; it was deleted"
    assert left(file) == []


def test_a_damaged_part_is_found_out(server, file):
    file.parent.mkdir()
    file.with_name("weights.pth.part").write_bytes(b"?" * 1000)
    url = server.add("damaged", CONTENT)
    refused(url, file, "it was deleted")
    fetch(url, file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT


def test_404(server, file):
    refused(f"{server.address}/gone.pth", file, r"gone\.pth: the server answers 404, Not Found$")
    assert left(file) == []


def test_a_server_that_says_nothing_at_all(server, file):
    url = server.add("mute", CONTENT, "mute")
    refused(url, file, r"127\.0\.0\.1 has said nothing for 0\.2 s; try again", stall_s=0.2)
    fetch(url, file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT


def test_a_stall_on_the_way(server, file):
    url = server.add("stall", CONTENT, "stall", "mute")
    refused(url, file, r"has said nothing for 0\.2 s; 170,666 bytes are kept", stall_s=0.2)
    fetch(url, file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT
    assert server.ranges("stall") == ["", *[f"bytes={SIZE // 3}-"] * 2]


def test_a_stall_at_the_last_try(server, file, monkeypatch):
    monkeypatch.setattr(download, "TRIES", 1)
    url = server.add("last", CONTENT, "stall")
    refused(url, file, "last: the server fell silent; 170,666 bytes are kept", stall_s=0.2)


def test_a_stall_that_passes_is_not_noticed(server, file):
    fetch(server.add("once", CONTENT, "stall"), file, DIGEST, SIZE, stall_s=0.2)
    assert file.read_bytes() == CONTENT


def test_an_endless_body_is_stopped(server, file):
    refused(server.add("endless", CONTENT, "endless"), file, r"sends more than 1,586,176 bytes; .* about 512,000")
    assert left(file) == []


def test_a_file_that_is_announced_too_large_is_not_begun(server, file):
    refused(server.add("huge", CONTENT, "huge"), file, "announces 10,000,000,000 bytes; the file has about 512,000")
    assert left(file) == []


def test_an_offline_machine_says_so(file, monkeypatch):
    def nowhere(*arguments, **options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    words = refused("https://weights.example/a.pth", file, "weights.example is not found; is this machine offline?")
    assert f"or fetch it elsewhere and put it at {file}" in words


def test_a_closed_door(server, file):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    refused(f"http://127.0.0.1:{port}/a.pth", file, r"127\.0\.0\.1 cannot be reached \(.*refused\); try again")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/a.pth", "a.pth"])
def test_only_the_webs_schemes_are_fetched(file, url):
    refused(url, file, "files are fetched by https or http, not")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a.pth"])
def test_redirects_to_another_scheme_are_refused(server, file, target):
    refused(server.add("away", CONTENT, f"to {target}"), file, "redirects to ftp|Redirection to url 'file:")


def test_https_is_never_left():
    asked = download.urllib.request.Request("https://example.org/a.pth")
    with pytest.raises(ExplorerError, match=r"redirects to http://example\.net/a\.pth; allowed: https"):
        download._Redirects().redirect_request(asked, io.BytesIO(), 302, "Found", {}, "http://example.net/a.pth")


def test_redirects_are_followed_with_the_part_that_is_asked_for(server, file):
    real = server.add("real", CONTENT)
    file.parent.mkdir()
    file.with_name("weights.pth.part").write_bytes(CONTENT[:1000])
    fetch(server.add("moved", CONTENT, f"to {real}"), file, DIGEST, SIZE)
    assert server.ranges("real") == ["bytes=1000-"]


def test_a_full_disk_is_seen_before_the_first_byte(server, file, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 1000))
    refused(server.add("full", CONTENT), file, "1,000 bytes are free; 512,000 are needed")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no disk that is always full")
def test_a_disk_that_fills_up_on_the_way(server, file):
    file.parent.mkdir()
    file.with_name("weights.pth.part").symlink_to("/dev/full")
    refused(server.add("fills", CONTENT), file, r"weights\.pth: cannot be written \(No space left on device\)")
    assert left(file) == []


def test_a_folder_that_cannot_be_made(server, tmp_path):
    (tmp_path / "file").write_text("in the way")
    refused(server.add("folder", CONTENT), tmp_path / "file" / "a.pth", "cannot be written")


def test_whoever_cancels_keeps_what_came(server, file, monkeypatch):
    monkeypatch.setattr(download, "EVERY_S", 0)
    monkeypatch.setattr(download, "CHUNK", 50_000)

    def cancel(done, total):
        if done > SIZE // 2:
            raise CancelledError

    url = server.add("cancelled", CONTENT)
    with pytest.raises(CancelledError):
        fetch(url, file, DIGEST, SIZE, cancel)
    assert left(file) == ["weights.pth.part"]
    assert file.with_name("weights.pth.part").stat().st_size > SIZE // 2
    fetch(url, file, DIGEST, SIZE)
    assert file.read_bytes() == CONTENT


def test_two_threads_fetch_once(server, file):
    url, waited = server.add("shared", CONTENT, "slow"), []
    threads = [
        threading.Thread(target=fetch, args=(url, file, DIGEST, SIZE, lambda *done: waited.append(done)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_bytes() == CONTENT
    assert server.ranges("shared") == [""]
    assert left(file) == ["weights.pth", "weights.pth.sha256"]


SECOND = """
import sys
from pathlib import Path
from explorer.vision.download import fetch
url, file, digest, size = sys.argv[1:]
fetch(url, Path(file), digest, int(size))
"""


def test_two_processes_fetch_once(server, file):
    url = server.add("processes", CONTENT, "slow", "slow")
    command = [sys.executable, "-c", SECOND, url, str(file), DIGEST, str(SIZE)]
    for running in [subprocess.Popen(command) for _ in range(2)]:
        assert running.wait(timeout=60) == 0
    assert sha256(file) == DIGEST
    assert server.ranges("processes") == [""]


def test_fetching_needs_no_torch():
    ran = subprocess.run(
        [sys.executable, "-c", "import sys, explorer.vision.download\nprint('torch' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"
