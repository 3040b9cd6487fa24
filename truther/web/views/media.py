"""Pictures for people who are signed in: the small re-encoded copies only, never an original."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from truther.config import config


@require_safe
def picture(request: HttpRequest, sha256: str, size_px: int) -> FileResponse:
    """Send one web copy; its name is its content, so that it never changes."""
    path = config.data_dir / "media" / "web" / sha256[:2] / f"{sha256}-{size_px}.webp"
    try:
        response = FileResponse(path.open("rb"), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404("no such picture") from error
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
