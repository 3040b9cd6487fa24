"""What the first bytes of a picture give away, read without opening it."""

MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}


def media_type(data: bytes) -> str | None:
    """The type of a JPEG, PNG or WebP, whatever it was called; None for all else."""
    for name, magic in MAGIC.items():
        if data.startswith(magic) and (name != "image/webp" or data[8:12] == b"WEBP"):
            return name
    return None


def is_animated(data: bytes) -> bool:
    """Read from the header of one of these types whether there is more than one frame.

    Source: WebP container specification (VP8X flags, bit 1); PNG third edition (acTL comes before IDAT).
    """
    if data.startswith(MAGIC["image/webp"]):
        return data[12:16] == b"VP8X" and len(data) > 20 and bool(data[20] & 0b10)
    return data.startswith(MAGIC["image/png"]) and b"acTL" in data[: max(data.find(b"IDAT"), 0)]
