"""Bytes that somebody sent us, made into one upright sRGB picture or refused with a reason."""

import contextlib
import io
import struct
import warnings
import zlib

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_PIXELS = 25_000_000  # a 231 kB PNG can unfold to 81 megapixels
MIN_SIDE_PX = 32
DRAFT_PX = (1280, 1600)  # a JPEG may be decoded at a fraction of its size, but never below this
WHITE = (255, 255, 255, 255)
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow lets its parsers' own errors through on damaged files.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error, zlib.error)
SRGB = ImageCms.createProfile("sRGB")


class PictureRefused(ValueError):
    """Bytes that cannot become a picture; the text is the reason, for people."""


def decode(data: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """Return the picture upright in sRGB, transparency on white, and its full size upright in pixels.

    A big JPEG comes out smaller than its full size, but never below DRAFT_PX. Nothing but pixels is left:
    no EXIF, GPS, comment or colour profile.

    Raises:
        PictureRefused: empty, of another format, animated, too large, too small, cut off or damaged.
    """
    if not data:
        raise PictureRefused("the file is empty")
    image = _open(data)
    _check_size(image)
    try:
        if getattr(image, "is_animated", False):
            raise PictureRefused("animated pictures are not taken: send one still picture")
        orientation = _orientation(image)
        width, height = image.size
        image.draft(None, DRAFT_PX)  # type: ignore[arg-type]  # None keeps the mode; the stubs do not know
        image.load()
        plain = _plain(image)
    except PictureRefused:
        raise
    except DAMAGE as error:
        raise PictureRefused(f"the {image.format} data is cut off or damaged ({error})") from error
    if orientation in UPRIGHT:
        plain = plain.transpose(UPRIGHT[orientation])
    return plain, (height, width) if orientation >= 5 else (width, height)


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on bombs, on which we are stricter, and broken EXIF
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PictureRefused(f"more than {MAX_PIXELS // 1_000_000} megapixels") from error
    except UnidentifiedImageError as error:
        raise PictureRefused(_name_format(data)) from error
    except DAMAGE as error:
        raise PictureRefused(f"the header is damaged ({error})") from error
    if image.format == "MPO":
        raise PictureRefused("several pictures in one JPEG (MPO) are not taken: send one still picture")
    return image


def _name_format(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif"):
        return "HEIC and AVIF are not taken: send it as JPEG"
    return "not a JPEG, PNG, WebP or GIF picture"


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureRefused(f"{width} x {height} is more than {MAX_PIXELS // 1_000_000} megapixels")
    if min(width, height) < MIN_SIDE_PX:
        raise PictureRefused(f"{width} x {height} is too small to see a dress in")


def _orientation(image: Image.Image) -> int:
    """Read where up is; a damaged EXIF block says nothing and must not cost the photo."""
    with contextlib.suppress(*DAMAGE), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # Pillow's remarks on such a block
        found = image.getexif().get(ORIENTATION, 1)
        return found if isinstance(found, int) and found in UPRIGHT else 1
    return 1


def _plain(image: Image.Image) -> Image.Image:
    """Return 8-bit sRGB pixels that carry nothing else."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):  # 16-bit grey: convert("RGB") would clip it to white
        grey = np.clip(np.asarray(image, dtype=np.int64) >> 8, 0, 255)
        image = Image.fromarray(grey.astype(np.uint8))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("RGB", "CMYK", "L"):
        image = image.convert("RGB")
    if profile:
        image = _to_srgb(image, profile)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, WHITE), image)
    plain = image.convert("RGB")
    plain.info.clear()
    return plain


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert through the embedded profile; a profile that cannot be used is left out of account."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    with contextlib.suppress(ImageCms.PyCMSError, *DAMAGE):
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, SRGB, outputMode=mode) or image
    return image
