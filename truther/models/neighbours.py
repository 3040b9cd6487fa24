"""Look-alikes: styles that the model finds similar to a photo, beyond those it offers on the card."""

from truther.models.photos import Photo
from truther.models.sessions import Serve
from truther.models.styles import Style
from truther.rules.walk import serve_id

MOST = 12
OFFERED = 3  # an expert's card offers the first ones


def neighbours_of(photo_id: str, *, person_id: str, judge: bool = False) -> list[Style]:
    """Return styles on offer that the photo may show beyond its card's, the likeliest first.

    Nobody learns anything about a photo that was not put before them, unless they judge it.
    """
    serve = Serve.objects.filter(pk=serve_id(photo_id, person_id)).first()
    if serve is None and not judge:
        return []
    photo = Photo.objects.filter(pk=photo_id).only("candidates").first()
    ranked = [candidate["sku"] for candidate in photo.candidates] if photo else []
    seen = set(serve.options if serve else ranked[:OFFERED])
    styles = Style.objects.on_offer(sku for sku in ranked if sku not in seen)
    return [styles[sku] for sku in ranked if sku in styles][:MOST]
