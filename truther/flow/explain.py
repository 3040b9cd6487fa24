"""Ask the model process what its answer about one photo rests on, and put names and pictures to it."""

import functools
import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from truther.config import config
from truther.models import Photo, Style, bench
from truther.shelf import picture_file

STYLES = 3
NEAREST = 6
PATIENCE = httpx.Timeout(6, connect=1)  # an expert can go on judging without
STRONGEST = 0.8  # opacity of the cell that speaks most for any of the styles
FAINTEST = 0.03

PICTURE = re.compile(r"[0-9a-f]{64}")

logger = logging.getLogger(__name__)


class NoPhoto(LookupError):
    """There is no such photo, or its picture is gone."""


class ModelAway(Exception):
    """The model process is busy, starting, gone, or of a release that cannot explain."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A picture that DeepDress knows and finds like the photo."""

    sha256: str
    style: str  # name
    similarity: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A place of the photo that speaks for a style, in pixels of the frame that the network saw."""

    x: float
    y: float
    width: float
    height: float
    opacity: float  # in (0, STRONGEST]


@dataclass(frozen=True, slots=True)
class Reasons:
    """What speaks for one style."""

    sku: str
    name: str
    designer: str
    probability: float
    similarity: float
    cells: tuple[Cell, ...]
    studio: tuple[Alike, ...]
    verified: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What DeepDress saw in one photo."""

    photo_id: str
    image_sha: str
    width: int
    height: int
    view_box: str  # where the photo lies in the frame, as SVG has it
    p_dress: float
    model_version: str
    styles: tuple[Reasons, ...]
    nearest: tuple[Alike, ...]


def why(photo_id: str) -> Why:
    """Return what the champion's answer about a photo rests on, for the styles that its case offers.

    Pictures of other customers that anybody refused or had taken down are left out.

    Raises:
        NoPhoto, ModelAway: see there.
    """
    photo = Photo.objects.present(photo_id)
    if photo is None:
        raise NoPhoto(photo_id)
    try:
        picture = picture_file(photo.sha256).read_bytes()
    except FileNotFoundError as error:
        raise NoPhoto(photo_id) from error
    answer = _ask(picture, skus=bench.offered(photo)[:STYLES], without=[photo.sha256])
    try:
        return _why(photo, answer)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        logger.error("The model process explained something else: %r", error)
        raise ModelAway from error


def _why(photo: Photo, answer: Mapping[str, Any]) -> Why:
    frame, found = answer["frame"], answer["styles"]
    known = [*answer["nearest"], *(each for style in found for each in style["verified"])]
    withheld = Photo.objects.withheld({str(each["name"]) for each in known})
    skus = {str(style["sku"]) for style in found} | {str(each["sku"]) for each in answer["nearest"]}
    styles = Style.objects.in_bulk(skus)
    strongest = max((max(map(max, style["cells"])) for style in found), default=0.0)
    return Why(
        photo_id=photo.pk,
        image_sha=photo.sha256,
        width=photo.width,
        height=photo.height,
        view_box=" ".join(str(int(frame[side])) for side in ("left", "top", "photo_width", "photo_height")),
        p_dress=float(answer["p_dress"]),
        model_version=str(answer["model_version"]),
        styles=tuple(
            Reasons(
                sku=style["sku"],
                name=styles[style["sku"]].name,
                designer=styles[style["sku"]].designer,
                probability=float(style["probability"]),
                similarity=float(style["similarity"]),
                cells=tuple(_cells(style["cells"], frame, strongest)),
                studio=_alike(style["studio"], styles, ()),
                verified=_alike(style["verified"], styles, withheld),
            )
            for style in found
            if style["sku"] in styles
        ),
        nearest=_alike(answer["nearest"], styles, withheld)[:NEAREST],
    )


def _cells(shares: Sequence[Sequence[float]], frame: Mapping[str, int], strongest: float) -> Iterable[Cell]:
    """The cells that speak for a style, on one scale for all styles."""
    if strongest <= 0:
        return
    width, height = frame["width"] / len(shares[0]), frame["height"] / len(shares)
    for row, line in enumerate(shares):
        for column, share in enumerate(line):
            opacity = round(STRONGEST * share / strongest, 3)
            if opacity >= FAINTEST:
                yield Cell(column * width, row * height, width, height, opacity)


def _alike(
    found: Iterable[Mapping[str, Any]], styles: Mapping[str, Style], withheld: Collection[str]
) -> tuple[Alike, ...]:
    return tuple(
        Alike(each["name"], styles[each["sku"]].name, float(each["similarity"]))
        for each in found
        if each["sku"] in styles and each["name"] not in withheld and PICTURE.fullmatch(each["name"])
    )


@functools.cache
def _client() -> httpx.Client:
    # No connection is kept: a restarted model process would otherwise break the next request on each of them.
    return httpx.Client(timeout=PATIENCE, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def _ask(picture: bytes, *, skus: Sequence[str], without: Sequence[str]) -> Any:
    try:
        response = _client().post(
            f"{config.predictor_url}/explain",
            params={"sku": list(skus), "without": list(without)},
            content=picture,
            headers={"content-type": "image/webp"},
        )
        answer = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        logger.warning("The model process cannot be asked: %s", error)
        raise ModelAway from error
    if response.status_code != 200:
        logger.warning("The model process explained nothing, status %d", response.status_code)
        raise ModelAway
    return answer
