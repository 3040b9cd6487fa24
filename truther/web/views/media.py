"""Pictures for people who are signed in: the small re-encoded copies only, never an original."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from truther.config import config
from truther.sources.media import MediaStore, NoOriginal, StorageFull

FOR_EVER = "private, max-age=31536000, immutable"
FOR_NOW = "private, max-age=300"  # something else stands in for it


@require_safe
def picture(request: HttpRequest, sha256: str, size_px: int) -> FileResponse:
    """Send one web copy; its name is its content, so that it never changes.

    One that cannot be made is answered by the 640 px one: a photo a little soft is better than none.
    """
    store = MediaStore(config.data_dir / "media")
    try:
        path, keep = store.developed(sha256, size_px), FOR_EVER
    except (NoOriginal, StorageFull):
        path, keep = store.web(sha256, 640), FOR_NOW
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Http404("no such picture") from error
    return FileResponse(file, content_type="image/webp", headers={"Cache-Control": keep})
