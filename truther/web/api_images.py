"""Pictures at the API's door: bytes in, counted but never opened, and stored WebPs out."""

from typing import IO, Any

from django.http import FileResponse
from rest_framework.exceptions import NotFound, UnsupportedMediaType, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from truther.config import config
from truther.web.api_errors import TooLarge

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")
BATCH_TYPES = ("application/json", "application/x-ndjson")
FORM_BYTES = 65_536  # what a form may put around one image


class IdentifyThrottle(UserRateThrottle):
    """Each picture costs the model process real time, so pictures and batches have rates of their own."""

    scope = "identify"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count a batch by the rate of batches."""
        kind = str(request.content_type or "").partition(";")[0].strip().lower()
        if kind in BATCH_TYPES:
            self.scope = "identify_batch"
            self.rate = self.get_rate()
            self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)


class ImageParser(BaseParser):
    """Take the body itself as the picture."""

    media_type = "image/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, bytes]:
        """Return the bytes as the field `image`, at most one more than allowed.

        Raises:
            UnsupportedMediaType: an image, but none of ours.
        """
        kind = (media_type or "").partition(";")[0].strip().lower()
        if kind not in IMAGE_TYPES:
            raise UnsupportedMediaType(kind)
        return {"image": stream.read(config.max_image_bytes + 1)}


def image_in(request: Request) -> bytes:
    """Return the picture that a request carries, as its body or in the form's field `image`.

    Raises:
        TooLarge, UnsupportedMediaType: refused unread.
        ValidationError: there is no picture, an empty one, or something else beside it.
    """
    if _announced(request) > config.max_image_bytes + FORM_BYTES:
        raise TooLarge
    sent = dict(request.data).get("image") if request.data else b""
    image = sent if isinstance(sent, bytes) else _in_form(request)
    if len(image) > config.max_image_bytes:
        raise TooLarge
    if not image:
        raise ValidationError({"image": ["The image is empty."]})
    return image


def stored_webp(sha256: str) -> FileResponse:
    """Send the 640 px WebP of a stored picture; rights may be withdrawn, so nobody keeps it for long.

    Raises:
        NotFound: the file is not there.
    """
    path = config.data_dir / "media" / "web" / sha256[:2] / f"{sha256}-640.webp"
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound("The file of this picture is missing.") from error
    return FileResponse(file, content_type="image/webp", headers={"Cache-Control": "private, max-age=300"})


def _announced(request: Request) -> int:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _in_form(request: Request) -> bytes:
    strangers = {name: ["There is no such field."] for name in request.data if name != "image"}
    if strangers:
        raise ValidationError(strangers)
    files = request.FILES.getlist("image")
    if len(files) != 1 or "image" in request.POST:
        raise ValidationError({"image": ["Send exactly one image, as a file."]})
    [file] = files
    if (file.size or 0) > config.max_image_bytes:
        raise TooLarge
    return bytes(file.read())
