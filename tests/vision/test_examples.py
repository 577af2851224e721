from PIL import Image

from explorer.assets import EXAMPLES
from explorer.vision import images
from explorer.vision.examples import examples


def test_every_bundled_picture_loads_and_says_whom_to_thank():
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for example in examples().values():
        assert images.read(example.file).width >= 128
        assert example.file.stat().st_size < 60_000
        assert example.caption
        assert example.credit
        assert f"`{example.file.name}`" in readme


def test_no_picture_lies_there_unlisted_or_with_data_of_a_camera():
    listed = {example.file for example in examples().values()}
    assert set(EXAMPLES.glob("*.jpg")) == listed
    for file in listed:
        with Image.open(file) as image:
            assert not image.getexif()
