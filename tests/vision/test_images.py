import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from explorer.errors import ExplorerError
from explorer.vision import images
from tests.support import bad_images


@pytest.mark.parametrize("name", bad_images.accepted())
def test_what_must_load_loads_as_rgb(name):
    image = images.decode(bad_images.accepted()[name], name)
    assert image.mode == "RGB"
    assert image.size == ((64, 96) if name == "turned.jpg" else (96, 64))


@pytest.mark.parametrize("name", bad_images.refused())
def test_what_must_be_refused_is_refused_in_one_sentence(name):
    data = bad_images.refused()[name]
    start = time.process_time()
    with pytest.raises(ExplorerError, match=f"^{name}: .*allowed: ") as caught:
        images.decode(data, name)
    assert "\n" not in str(caught.value)
    assert time.process_time() - start < 1


MEMORY = """
import re, sys
from pathlib import Path
from explorer.errors import ExplorerError
from explorer.vision.images import decode
def most():  # KiB that this process ever held; its parent's, which getrusage would give, do not count
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
before = most()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        decode(path.read_bytes(), path.name)
    except ExplorerError:
        pass
print((most() - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/status")
def test_no_file_takes_much_memory(tmp_path):
    """The files are made here, so that the memory it takes to make them does not hide what reading them takes."""
    for name, data in {**bad_images.accepted(), **bad_images.refused()}.items():
        (tmp_path / name).write_bytes(data)
    ran = subprocess.run([sys.executable, "-c", MEMORY, tmp_path], capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 64  # MiB; a picture of the most pixels allowed takes 150


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty.png", "the file is empty"),
        ("noise.png", "the file is not an image"),
        ("cut.png", "broken or cut short"),
        ("cut.jpg", "broken or cut short"),
        ("page.png", "a web page"),
        ("drawing.svg", "an SVG drawing"),
        ("postscript.png", "is PostScript"),
        ("document.pdf", "is a PDF"),
        ("float.tiff", "no agreed white"),
        ("phone.heic", "is HEIC"),
        ("phone.avif", "is AVIF"),
        ("large.png", "too many pixels"),
        ("lying_size.png", "too many pixels"),
        ("one_pixel.png", "1×1 pixels; allowed: at least 8"),
        ("needle.png", "20,000×1 pixels"),
    ],
)
def test_the_sentence_names_the_reason(name, words):
    with pytest.raises(ExplorerError, match=words):
        images.decode(bad_images.refused()[name], name)


def test_limits_on_bytes_hold_for_files_and_for_uploads(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "MOST_BYTES", 1_000)
    path = tmp_path / "photo.png"
    path.write_bytes(bad_images.encoded(bad_images.noise(), "PNG"))
    for attempt in (lambda: images.read(path), lambda: images.decode(path.read_bytes(), "photo.png")):
        with pytest.raises(ExplorerError, match=r"photo.png: the file has 0.0 MB"):
            attempt()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ExplorerError, match=r"no\.png: the file cannot be read"):
        images.read(tmp_path / "no.png")


def test_sixteen_bits_keep_their_order_and_their_contrast():
    ramp = np.linspace(0, 4095, 96 * 64).astype(np.uint16).reshape(64, 96)  # 12 of the 16 bits
    read = np.asarray(images.decode(bad_images.encoded(Image.fromarray(ramp), "PNG")))[..., 0]
    assert (np.diff(read.ravel().astype(int)) >= 0).all()
    assert (read.min(), read[32, 0], read.max()) == (0, 127, 255)


def test_alpha_lies_over_white():
    clear = Image.new("RGBA", (16, 16), (10, 20, 30, 0))
    half = Image.new("RGBA", (16, 16), (0, 0, 0, 128))
    assert images.decode(bad_images.encoded(clear, "PNG")).getpixel((3, 3)) == (255, 255, 255)
    assert images.decode(bad_images.encoded(half, "PNG")).getpixel((3, 3)) == (127, 127, 127)


def test_a_transparent_palette_colour_lies_over_white():
    paletted = Image.new("P", (16, 16), 0)
    paletted.putpalette([200, 0, 0, 0, 200, 0])
    data = bad_images.encoded(paletted, "PNG", transparency=0)
    assert images.decode(data).getpixel((3, 3)) == (255, 255, 255)


def test_the_first_frame_of_an_animation():
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    data = bad_images.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert images.decode(data).getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_turn_that_a_camera_can_note_is_undone(turn):
    corner = Image.new("RGB", (32, 16), "black")
    corner.paste("white", (0, 0, 8, 8))
    back = {2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}.get(turn, [])
    turned = corner
    for method in back:
        turned = turned.transpose(Image.Transpose(method))
    exif = Image.Exif()
    exif[0x0112] = turn
    read = images.decode(bad_images.encoded(turned, "PNG", exif=exif))
    assert read.size == (32, 16)
    assert read.getpixel((3, 3)) == (255, 255, 255)
    assert read.getpixel((28, 12)) == (0, 0, 0)


def test_large_photos_come_down_to_the_working_size():
    data = bad_images.encoded(Image.new("RGB", (3000, 1500), "teal"), "JPEG")
    assert images.decode(data).size == (1024, 512)
