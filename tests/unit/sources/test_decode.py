"""Every kind of picture that comes in: made plain, or refused with its reason."""

import contextlib
import io
import warnings

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.pictures import bomb, jpeg, packed, scene
from truther.sources.decode import MAX_PIXELS, PictureRefused, decode

ORANGE = (230, 140, 20)


def reason(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refusal:
        decode(data)
    return str(refusal.value)


def middle(data: bytes) -> tuple[int, ...]:
    image, _ = decode(data)
    assert image.mode == "RGB"
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_format_we_take_becomes_rgb(kind: str):
    image, size = decode(packed(scene(1), kind))

    assert (image.mode, image.size, size) == ("RGB", (320, 400), (320, 400))


def test_an_empty_file_is_refused():
    assert reason(b"") == "the file is empty"


def test_what_is_no_picture_is_refused():
    assert reason(b"<html>not found</html>") == "not a JPEG, PNG, WebP or GIF picture"
    assert reason(packed(scene(1), "BMP")) == "not a JPEG, PNG, WebP or GIF picture"


def test_heic_is_named_so_that_people_know_what_to_do():
    assert reason(b"\0\0\0\x18ftypheic" + bytes(64)) == "HEIC and AVIF are not taken: send it as JPEG"


def test_mpo_is_refused_by_name():
    data = packed(scene(1), "MPO", save_all=True, append_images=[scene(2)])

    assert "MPO" in reason(data)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animated_pictures_are_refused(kind: str):
    data = packed(scene(1), kind, save_all=True, append_images=[scene(2)], duration=100)

    assert "animated" in reason(data)


def test_decompression_bombs_are_refused_unopened_and_without_a_warning():
    side = 5_100  # 26 megapixels: Pillow itself would let them pass
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (
            reason(bomb(side, side)) == f"{side} x {side} is more than {MAX_PIXELS // 1_000_000} megapixels"
        )
        assert "megapixels" in reason(bomb(10_000, 10_000))
        assert "megapixels" in reason(bomb(16_000, 16_000))


def test_a_picture_of_a_few_pixels_is_refused():
    assert "too small" in reason(jpeg(1, (31, 400)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_truncated_files_are_refused(kind: str, share: float):
    data = packed(scene(1), kind)

    assert reason(data[: int(len(data) * share)])


def test_any_damage_is_refused_or_survived_but_never_a_crash():
    dice = np.random.default_rng(7)
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        whole = packed(scene(3, (64, 80)), kind)
        for _ in range(150):
            data = bytearray(whole)
            for place in dice.integers(0, len(data), 6):
                data[place] = dice.integers(0, 256)
            with contextlib.suppress(PictureRefused):  # whatever else it raises, fails here
                decode(bytes(data))


def test_cmyk_becomes_the_colour_it_shows():
    data = packed(Image.new("RGB", (64, 64), ORANGE).convert("CMYK"), "JPEG", quality=95)

    assert np.abs(np.subtract(middle(data), ORANGE)).max() <= 6


def test_sixteen_bit_grey_keeps_its_middle():
    data = packed(Image.fromarray(np.full((64, 64), 30_000, dtype=np.uint16)), "PNG")

    assert middle(data) == (117, 117, 117)


def test_palettes_grey_and_bilevel_become_rgb():
    assert middle(packed(Image.new("RGB", (64, 64), ORANGE).quantize(4), "PNG")) == ORANGE
    assert middle(packed(Image.new("L", (64, 64), 99), "PNG")) == (99, 99, 99)
    assert middle(packed(Image.new("1", (64, 64), 1), "PNG")) == (255, 255, 255)


def test_transparency_lies_on_white():
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    half = Image.new("LA", (64, 64), (0, 128))

    assert middle(packed(clear, "PNG")) == (255, 255, 255)
    assert middle(packed(half, "PNG")) == (127, 127, 127)
    assert middle(packed(clear.quantize(2), "PNG")) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright_whatever_their_exif_says(orientation: int):
    flat = Image.new("RGB", (96, 64), (250, 250, 250))
    flat.paste((200, 0, 0), (0, 0, 32, 32))  # the top left corner, as it lies in the file
    exif = Image.Exif()
    exif[0x0112] = orientation
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}

    image, size = decode(packed(flat, "PNG", exif=exif))

    assert size == image.size == ((96, 64) if orientation < 5 else (64, 96))
    across, down = corner[orientation]
    spot = (8 + across * (size[0] - 17), 8 + down * (size[1] - 17))
    assert image.getpixel(spot) == (200, 0, 0)


def test_a_broken_exif_block_does_not_cost_the_photo():
    image, _ = decode(jpeg(1, exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + bytes(20)))

    assert image.size == (320, 400)


def test_nothing_but_pixels_is_left():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    data = jpeg(1, exif=exif, comment=b"ann's phone")

    image, _ = decode(data)

    assert not image.info
    assert not image.getexif()


def test_a_colour_profile_is_converted_not_dropped():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
    red = Image.new("RGB", (64, 64), (255, 0, 0))

    assert middle(packed(red, "PNG", icc_profile=srgb)) == (255, 0, 0)
    assert middle(packed(red, "PNG", icc_profile=swapped)) == (0, 255, 0)
    assert middle(packed(red, "JPEG", quality=100, icc_profile=swapped))[1] > 250


def test_a_profile_that_is_none_is_left_out_of_account():
    assert middle(packed(Image.new("RGB", (64, 64), ORANGE), "PNG", icc_profile=b"nonsense")) == ORANGE


def test_a_large_jpeg_is_decoded_small_and_its_full_size_is_told():
    image, size = decode(jpeg(1, (4_000, 5_000)))

    assert size == (4_000, 5_000)
    assert 1_280 <= image.width < 4_000


def test_a_file_with_a_wrong_ending_is_read_for_what_it_is():
    assert Image.open(io.BytesIO(packed(scene(1), "PNG"))).format == "PNG"
    assert decode(packed(scene(1), "PNG"))[1] == (320, 400)
