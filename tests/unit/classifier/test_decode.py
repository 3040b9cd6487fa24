"""Every picture that training or serving sees becomes upright RGB, or a clear refusal."""

import contextlib
import io
import random

import pytest
from PIL import Image

from classifier.decode import BrokenImage, NotAnImage, TooManyPixels, Undecodable, decode


def encoded(image: Image.Image, form: str = "PNG", **options) -> bytes:
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


@pytest.mark.parametrize(
    ("mode", "colour", "form", "expected"),
    [
        ("RGB", (10, 200, 30), "PNG", (10, 200, 30)),
        ("RGBA", (10, 200, 30, 0), "PNG", (255, 255, 255)),
        ("LA", (0, 128), "PNG", (127, 127, 127)),
        ("I;16", 0x8080, "PNG", (128, 128, 128)),
        ("L", 77, "WEBP", (77, 77, 77)),
        ("1", 1, "PNG", (255, 255, 255)),
        ("CMYK", (0, 0, 0, 255), "JPEG", (0, 0, 0)),
    ],
)
def test_every_mode_becomes_rgb(mode, colour, form, expected):
    options = {"lossless": True} if form == "WEBP" else {}

    image = decode(encoded(Image.new(mode, (8, 6), colour), form, **options))

    assert (image.mode, image.size) == ("RGB", (8, 6))
    assert image.getpixel((3, 3)) == pytest.approx(expected, abs=2)


def test_a_photo_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    image = decode(encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif))

    assert image.size == (20, 40)


def test_an_animation_gives_its_first_frame():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]

    image = decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert image.getpixel((0, 0)) == (255, 0, 0)


def test_a_palette_with_a_transparent_colour_is_laid_on_white():
    image = Image.new("P", (4, 4), 0)
    image.putpalette([9, 9, 9])

    assert decode(encoded(image, transparency=0)).getpixel((0, 0)) == (255, 255, 255)


def test_more_pixels_than_allowed_are_refused_before_they_unfold():
    with pytest.raises(TooManyPixels):
        decode(encoded(Image.new("1", (5001, 5000))))


@pytest.mark.parametrize(
    "data", [b"<svg/>", b"%PDF-1.7", b"not a picture", encoded(Image.new("RGB", (4, 4)), "TIFF")]
)
def test_other_formats_are_not_images(data):
    with pytest.raises(NotAnImage):
        decode(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_half_a_file_is_broken(form):
    data = encoded(Image.effect_noise((64, 64), 80).convert("RGB"), form)

    with pytest.raises(BrokenImage):
        decode(data[: len(data) // 2])


def test_an_empty_file_is_broken():
    with pytest.raises(BrokenImage, match="empty"):
        decode(b"")


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on the EXIF we damage
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_flipped_bytes_never_raise_anything_unexpected(form):
    dice, exif = random.Random(5), Image.Exif()
    exif[0x0112] = 6
    options = {} if form == "GIF" else {"exif": exif}
    whole = encoded(Image.effect_noise((24, 24), 80).convert("RGB"), form, **options)

    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[dice.randrange(dice.choice([60, len(whole)]))] = dice.randrange(256)
        with contextlib.suppress(Undecodable):
            assert decode(bytes(damaged)).mode == "RGB"
