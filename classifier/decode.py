"""The one decoder: every picture that training or serving sees went through here."""

import contextlib
import io
import struct
import zlib

from PIL import (  # the plugins register themselves; importing them spares Pillow its search
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin, GifImagePlugin)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # JPEG includes MPO, what many phones write
MAX_PIXELS = 25_000_000
DRAFT_PX = 512  # JPEG may decode at a fraction of its size, but never below this side
WHITE = (255, 255, 255)
# Pillow lets its parsers' own errors through on damaged files; found by cutting and flipping bytes.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


class Undecodable(ValueError):
    """Bytes that cannot become a picture."""


class NotAnImage(Undecodable):
    """The bytes are in none of the accepted formats."""


class BrokenImage(Undecodable):
    """The format is accepted, but the data is cut off or damaged."""


class TooManyPixels(Undecodable):
    """The picture would unfold to more than MAX_PIXELS."""


def decode(data: bytes) -> Image.Image:
    """Return the first frame, upright, in RGB, with transparency laid on white.

    JPEGs larger than twice DRAFT_PX are decoded at a reduced scale, which is four times faster.

    Raises:
        NotAnImage, BrokenImage, TooManyPixels: all are Undecodable.
    """
    if not data:
        raise BrokenImage("the file is empty")
    image = _open(data)
    if image.width * image.height > MAX_PIXELS:
        raise TooManyPixels(f"{image.width} x {image.height} pixels are more than {MAX_PIXELS}")
    try:
        image.draft("RGB", (DRAFT_PX, DRAFT_PX))
        image.load()
        return _to_rgb(_upright(image))
    except DAMAGE as error:
        raise BrokenImage(f"the {image.format} data is damaged: {error}") from error


def _open(data: bytes) -> Image.Image:
    """Read the header only; the pixels stay packed."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(str(error)) from error
    except UnidentifiedImageError as error:
        raise NotAnImage(f"not one of {', '.join(FORMATS)}") from error
    except DAMAGE as error:
        raise BrokenImage(f"the header is damaged: {error}") from error


def _upright(image: Image.Image) -> Image.Image:
    """Turn the picture as its EXIF says; damaged EXIF says nothing and must not cost the photo."""
    with contextlib.suppress(*DAMAGE):
        return ImageOps.exif_transpose(image)
    return image


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey: convert("RGB") would clip it to white
        scale = 1 / 256 if image.getextrema()[1] > 255 else 1  # type: ignore[operator]  # one band: two numbers
        image = image.convert("F").point(lambda value: value * scale + 0).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, (*WHITE, 255))
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")
