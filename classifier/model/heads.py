"""Heads for training: scores of embeddings per style, and the loss that pulls them apart.

Serving has no use for a head: it compares with prototypes.
"""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.refusal import Refusal


class UnknownHead(Refusal, ValueError):
    """No head of that name, or settings it cannot have."""


class Head(nn.Module, ABC):
    """What every head has in common: of each parameter, the first axis goes by style.

    So rows can be carried over to another catalogue by sku.
    """

    weight: nn.Parameter  # (S, dim), or (S, K, dim) with sub-centres

    @abstractmethod
    def forward(self, embeddings: Tensor) -> Tensor:
        """Scores (B, S) of (B, dim) unit embeddings, the higher the likelier."""

    @abstractmethod
    def loss(self, embeddings: Tensor, targets: Tensor, soft: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The mean loss and the scores (B, S).

        Args:
            targets: (B,) int64 rows of the head.
            soft: (B, S) shares of the votes, a row adding up to 1. A row that is not sure of one style
                is learned without a margin: a margin would make it sure.
        """

    @torch.no_grad()
    def start_from(self, directions: Tensor) -> None:
        """Begin with a unit direction per style (S, dim), such as prototypes."""
        self.weight.copy_(directions)


class SoftmaxHead(Head):
    """A linear layer and cross-entropy: the story's own classifier."""

    def __init__(self, styles: int, dim: int, *, scale: float = 16.0) -> None:
        super().__init__()
        self.scale = scale  # of unit embeddings, which alone would keep the softmax flat
        self.weight = nn.Parameter(F.normalize(torch.randn(styles, dim), dim=1))
        self.bias = nn.Parameter(torch.zeros(styles))

    def forward(self, embeddings: Tensor) -> Tensor:
        return self.scale * (embeddings @ self.weight.T) + self.bias

    def loss(self, embeddings: Tensor, targets: Tensor, soft: Tensor | None = None) -> tuple[Tensor, Tensor]:
        scores = self(embeddings)
        return F.cross_entropy(scores, targets if soft is None else soft), scores


class CosineHead(Head):
    """Cosines to one direction per style, less a margin for the right one.

    Source: CosFace, Wang et al., CVPR 2018.
    """

    def __init__(self, styles: int, dim: int, *, scale: float = 16.0, margin: float = 0.1) -> None:
        super().__init__()
        self.scale, self.margin = scale, margin
        self.weight = nn.Parameter(F.normalize(torch.randn(styles, dim), dim=1))

    def forward(self, embeddings: Tensor) -> Tensor:
        return embeddings @ F.normalize(self.weight, dim=1).T

    def loss(self, embeddings: Tensor, targets: Tensor, soft: Tensor | None = None) -> tuple[Tensor, Tensor]:
        scores = self(embeddings)
        harder = torch.where(_sure(targets, soft, scores), scores - self.margin, scores)
        return F.cross_entropy(self.scale * harder, targets if soft is None else soft), scores


class ArcFaceHead(Head):
    """Cosines to the nearest of K directions per style, the right one's angle widened by a margin.

    Sources: ArcFace, Deng et al., CVPR 2019; sub-centres, Deng et al., ECCV 2020. Past the angle pi - margin,
    where a wider one would count as nearer, the cosine is lowered evenly, as in the authors' code.
    """

    def __init__(
        self, styles: int, dim: int, *, scale: float = 16.0, margin: float = 0.2, sub_centres: int = 3
    ) -> None:
        super().__init__()
        self.scale, self.margin = scale, margin
        self.weight = nn.Parameter(F.normalize(torch.randn(styles, sub_centres, dim), dim=2))

    def forward(self, embeddings: Tensor) -> Tensor:
        cosines = torch.einsum("bd,skd->bsk", embeddings, F.normalize(self.weight, dim=2))
        return cosines.amax(dim=2)

    def loss(self, embeddings: Tensor, targets: Tensor, soft: Tensor | None = None) -> tuple[Tensor, Tensor]:
        scores = self(embeddings)
        cosines = scores.float()
        sines = (1 - cosines.square()).clamp(min=1e-7).sqrt()  # 0 would have no gradient
        wider = cosines * math.cos(self.margin) - sines * math.sin(self.margin)
        lower = cosines - self.margin * math.sin(self.margin)
        wider = torch.where(cosines > -math.cos(self.margin), wider, lower)
        harder = torch.where(_sure(targets, soft, scores), wider, cosines)
        return F.cross_entropy(self.scale * harder, targets if soft is None else soft), scores

    @torch.no_grad()
    def start_from(self, directions: Tensor) -> None:
        """Put all sub-centres near the direction: equal ones would never part."""
        spread = torch.randn_like(self.weight) * 0.1 / math.sqrt(directions.shape[1])
        self.weight.copy_(F.normalize(directions[:, None] + spread, dim=2))


class ProxyAnchorHead(Head):
    """Each style's proxy pulls its photos and pushes the others, the hardest most.

    Source: Kim et al., Proxy Anchor Loss, CVPR 2020; alpha 32 and delta 0.1 are theirs. A soft label counts
    as that share of a photo, on either side.
    """

    def __init__(self, styles: int, dim: int, *, scale: float = 32.0, margin: float = 0.1) -> None:
        super().__init__()
        self.scale, self.margin = scale, margin
        self.weight = nn.Parameter(nn.init.kaiming_normal_(torch.empty(styles, dim), mode="fan_out"))

    def forward(self, embeddings: Tensor) -> Tensor:
        return embeddings @ F.normalize(self.weight, dim=1).T

    def loss(self, embeddings: Tensor, targets: Tensor, soft: Tensor | None = None) -> tuple[Tensor, Tensor]:
        scores = self(embeddings)
        cosines = scores.float()
        shares = F.one_hot(targets, scores.shape[1]).float() if soft is None else soft.float()
        margins = self.margin * _sure(targets, soft, scores).any(dim=1, keepdim=True)
        pulled = _log_one_plus(-self.scale * (cosines - margins), shares)
        pushed = _log_one_plus(self.scale * (cosines + margins), 1 - shares)
        present = (shares > 0).any(dim=0)
        return pulled[present].sum() / present.sum().clamp(min=1) + pushed.mean(), scores


HEADS: dict[str, type[Head]] = {
    "softmax": SoftmaxHead,
    "cosine": CosineHead,
    "arcface": ArcFaceHead,
    "proxy-anchor": ProxyAnchorHead,
}
SETTINGS: dict[str, tuple[str, ...]] = {
    "softmax": ("scale",),
    "cosine": ("scale", "margin"),
    "arcface": ("scale", "margin", "sub_centres"),
    "proxy-anchor": ("scale", "margin"),
}


def make_head(
    name: str,
    styles: int,
    dim: int,
    *,
    scale: float | None = None,
    margin: float | None = None,
    sub_centres: int | None = None,
) -> Head:
    """A head with fresh rows; None means its own default, and what it has no use for is passed over.

    Raises:
        UnknownHead: names those there are, or the setting that is out of range.
    """
    if name not in HEADS:
        raise UnknownHead(f"{name!r} is not one of {', '.join(HEADS)}")
    for setting, value, low in (
        ("scale", scale, 1e-3),
        ("margin", margin, 0.0),
        ("sub_centres", sub_centres, 1),
    ):
        if value is not None and value < low:
            raise UnknownHead(f"{setting} of a head must be at least {low}, not {value}")
    given = {"scale": scale, "margin": margin, "sub_centres": sub_centres}
    settings = {key: value for key, value in given.items() if key in SETTINGS[name] and value is not None}
    return HEADS[name](styles, dim, **settings)  # type: ignore[arg-type]


def _sure(targets: Tensor, soft: Tensor | None, scores: Tensor) -> Tensor:
    """(B, S) bool: the right style of the rows that are sure of it."""
    right = F.one_hot(targets, scores.shape[1]).bool()
    return right if soft is None else right & (soft >= 1)


def _log_one_plus(exponents: Tensor, weights: Tensor) -> Tensor:
    """log(1 + sum over the batch of weights * exp(exponents)) (S,), without overflow."""
    terms = torch.where(weights > 0, exponents + weights.clamp(min=1e-12).log(), -torch.inf)
    return torch.logsumexp(torch.cat([terms, torch.zeros_like(terms[:1])]), dim=0)
