"""One door to every picture of the demo."""

from collections.abc import Mapping

from PIL import Image

from classifier.synthetic.body import person_of
from classifier.synthetic.others import OTHERS
from classifier.synthetic.posts import PictureSpec
from classifier.synthetic.spec import StyleSpec, design_unlisted
from classifier.synthetic.street import street_photo


def picture(
    spec: PictureSpec, styles_by_sku: Mapping[str, StyleSpec], *, size_px: tuple[int, int]
) -> Image.Image:
    """Draw one picture of a post as RGB; the same spec is the same picture.

    Raises:
        KeyError: the sku is not among the styles, or the kind is unknown.
    """
    if spec.kind == "dress":
        look = styles_by_sku[spec.sku].look
    elif spec.kind == "unlisted":
        look = design_unlisted(spec.look or spec.seed)
    else:
        return OTHERS[spec.kind](spec.seed, size_px)
    person = person_of(spec.person) if spec.person else None
    return street_photo(look, seed=spec.seed, person=person, size_px=size_px)
