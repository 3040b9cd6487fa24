"""What an answer rests on: the nearest known pictures, and which places of the photo speak for a style.

The embedding is affine in the last feature map's mean, so a similarity is a sum over the map's cells: cell i
gives p.(A m_i + b) / (h w |e|), where p is the prototype, m_i the cell, A and b the projection with its batch
norm, and |e| the length that the embedding had before it was scaled to 1. Trunks that end otherwise than in a
mean are taken to first order (gradient times activation), and what that leaves over is told as `rest`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from classifier.index import StyleIndex
from classifier.index.exemplars import Kind
from classifier.index.prototypes import Vectors
from classifier.model.trunks import Mean
from classifier.transforms import to_frame, to_input

if TYPE_CHECKING:
    from classifier.predict import DeepDress

SHOWN = 3  # pictures of each kind, and styles when nobody says which
NEAREST = 6  # pictures of any style
HEAT = (255, 70, 20)
STRONGEST_ALPHA = 190


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A known picture that looks like the photo."""

    name: str
    sku: str
    kind: Kind
    similarity: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """What speaks for one style."""

    sku: str
    probability: float
    similarity: float  # to its prototype
    cells: npt.NDArray[np.float32]  # (h, w); their sum and `rest` make up the similarity
    rest: float
    studio: tuple[Neighbour, ...]  # the nearest first
    verified: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the photo lies in the frame that the network saw, in pixels."""

    width: int
    height: int
    left: int
    top: int
    photo_width: int
    photo_height: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with its reasons, the likeliest style first unless styles were named."""

    version: str
    p_dress: float
    place: Place
    styles: tuple[Reasons, ...]
    nearest: tuple[Neighbour, ...]  # of all styles


def explain(
    model: "DeepDress",
    index: StyleIndex,
    image: Image.Image,
    *,
    skus: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Explanation:
    """Say what an answer about one RGB picture rests on.

    Args:
        skus: the styles to speak of; the likeliest SHOWN when none is named.
        without: names of pictures to pass over, such as that of the photo itself.

    Raises:
        UnknownStyle: a named style is not on offer. IndexMismatch: the index belongs to another model.
    """
    described = model.describe([image])
    scores = model.score(described, index)
    if not skus:
        skus = [candidate.sku for candidate in model.rank(described, index, SHOWN)[0].candidates]
    prototypes = np.stack([index.prototype(sku) for sku in skus]) if skus else index.matrix[:0]
    cells, rests = similarity_maps(model, image, prototypes)
    photo, places = described.embeddings[0], {sku: row for row, sku in enumerate(index.skus)}
    answers = scores.p_answer[0]
    reasons = [
        Reasons(
            sku=sku,
            probability=float(answers[places[sku]]),
            similarity=float(scores.similarities[0, places[sku]]),
            cells=cells[number],
            rest=float(rests[number]),
            studio=_of_style(index, sku, "studio", photo, without),
            verified=_of_style(index, sku, "verified", photo, without),
        )
        for number, sku in enumerate(skus)
    ]
    return Explanation(
        version=model.version,
        p_dress=float(scores.p_dress[0]),
        place=place_of(image, model.size),
        styles=tuple(reasons),
        nearest=_of_all(index, described.embeddings, without),
    )


def similarity_maps(
    model: "DeepDress", image: Image.Image, prototypes: Vectors
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """How much each cell of the last feature map adds to the similarity to each of S prototypes.

    Returns:
        (S, h, w), and what they leave over (S,): nothing where the trunk ends in a mean.
    """
    net, wanted = model.net, torch.from_numpy(prototypes).to(model.device)
    frame = torch.from_numpy(to_frame(image, model.size)[None].copy()).to(model.device)
    with torch.no_grad():
        last = net.trunk.forward_map(to_input(frame, net.trunk.normalisation)).float()
    if not isinstance(net.trunk.pool, Mean):
        return _to_first_order(model, last, wanted)
    with torch.no_grad():
        each = net.norm(net.project(last[0].flatten(1).T)).float()  # (h w, dim): affine, so its mean is e
        shares = wanted @ each.T / (len(each) * each.mean(dim=0).norm().clamp(min=1e-12))
    maps = shares.view(len(wanted), *last.shape[2:])
    return maps.cpu().numpy(), np.zeros(len(wanted), dtype=np.float32)


def overlay(
    image: Image.Image, cells: npt.NDArray[np.float32], place: Place, strongest: float
) -> Image.Image:
    """Lay one style's map over the photo.

    Args:
        strongest: what shows in full; the largest cell of all styles, so that they can be compared.
    """
    heat = np.clip(cells / max(strongest, 1e-12), 0, 1)
    small = Image.fromarray((heat * STRONGEST_ALPHA).astype(np.uint8))
    frame = small.resize((place.width, place.height), Image.Resampling.BICUBIC)
    right, bottom = place.left + place.photo_width, place.top + place.photo_height
    alpha = frame.crop((place.left, place.top, right, bottom)).resize(image.size, Image.Resampling.BICUBIC)
    colour = Image.new("RGB", image.size, HEAT)
    return Image.composite(colour, image, alpha)


def strongest_of(explanation: Explanation) -> float:
    """The largest cell of all styles."""
    return max((float(reasons.cells.max()) for reasons in explanation.styles), default=0.0)


def place_of(image: Image.Image, size: tuple[int, int]) -> Place:
    """Where to_frame puts a picture."""
    height, width = size
    scale = min(height / image.height, width / image.width)
    inner_width, inner_height = (max(1, round(side * scale)) for side in image.size)
    return Place(
        width, height, (width - inner_width) // 2, (height - inner_height) // 2, inner_width, inner_height
    )


def _to_first_order(
    model: "DeepDress", last: Tensor, wanted: Tensor
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    net = model.net
    with torch.enable_grad():
        last = last.clone().requires_grad_()
        embedding = F.normalize(net.norm(net.project(net.trunk.pool(last))).float(), dim=1)[0]
        similarities = wanted @ embedding
        gradients = [torch.autograd.grad(each, last, retain_graph=True)[0][0] for each in similarities]
    maps = torch.zeros((len(wanted), *last.shape[2:]), device=last.device)
    for number, gradient in enumerate(gradients):
        maps[number] = (gradient * last[0]).sum(dim=0).detach()
    rest = similarities.detach() - maps.sum(dim=(1, 2))
    return maps.cpu().numpy(), rest.cpu().numpy()


def _of_style(
    index: StyleIndex, sku: str, kind: Kind, photo: Vectors, without: Sequence[str]
) -> tuple[Neighbour, ...]:
    rows = [row for row in index.exemplars.of(sku, kind) if index.exemplars.names[row] not in without]
    if not rows:
        return ()
    similarities = index.exemplars.matrix[rows] @ photo
    order = np.argsort(-similarities, kind="stable")[:SHOWN]
    return tuple(_neighbour(index, rows[place], similarities[place]) for place in order)


def _of_all(index: StyleIndex, photo: Vectors, without: Sequence[str]) -> tuple[Neighbour, ...]:
    similarities, rows = index.exemplars.nearest(photo, NEAREST + len(without))
    found = [_neighbour(index, int(row), each) for each, row in zip(similarities[0], rows[0], strict=True)]
    return tuple(neighbour for neighbour in found if neighbour.name not in without)[:NEAREST]


def _neighbour(index: StyleIndex, row: int, similarity: float) -> Neighbour:
    shown = index.exemplars
    return Neighbour(shown.names[row], shown.skus[row], shown.kinds[row], float(similarity))
