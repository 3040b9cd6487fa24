"""What a step makes smaller."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from classifier.data import NO_STYLE
from classifier.model import Head
from classifier.train.recipe import TrainConfig


@dataclass(frozen=True, slots=True)
class Targets:
    """What is known of the B pictures of a batch."""

    styles: Tensor  # (B,) int64 rows of the head, or NO_STYLE
    dress: Tensor  # (B,) bool
    soft: Tensor | None = None  # (known, S) shares of the votes for the pictures with a style, in their order


def losses_of(
    head: Head, embeddings: Tensor, dress_logits: Tensor, targets: Targets, config: TrainConfig, step: int
) -> dict[str, Tensor]:
    """The loss of a batch, which alone has a gradient, its parts, and the head's own share of hits."""
    known = targets.styles != NO_STYLE
    rows, styles = embeddings[known], targets.styles[known]
    style_loss, scores = head.loss(rows, styles, targets.soft)
    dress_loss = F.binary_cross_entropy_with_logits(dress_logits, targets.dress.float())
    loss = style_loss + config.dress_weight * dress_loss
    parts = {"style": style_loss.detach(), "dress": dress_loss.detach()}
    if config.contrast:
        contrast = contrast_loss(rows, styles, config.contrast_scale)
        done = step / config.steps
        loss = loss + (config.contrast + (config.contrast_end - config.contrast) * done) * contrast
        parts["contrast"] = contrast.detach()
    hits = (scores.argmax(dim=1) == styles).float().mean()
    return {"loss": loss, **parts, "top1": hits.detach()}


def contrast_loss(embeddings: Tensor, styles: Tensor, scale: float) -> Tensor:
    """Pull the pictures of one style together and away from all others of the batch.

    Source: Khosla et al., Supervised Contrastive Learning, NeurIPS 2020, the form with the mean outside.
    """
    itself = torch.eye(len(styles), dtype=torch.bool, device=styles.device)
    similarities = (embeddings @ embeddings.T * scale).masked_fill(itself, -torch.inf)
    shares = (similarities - similarities.logsumexp(dim=1, keepdim=True)).masked_fill(itself, 0.0)
    same = (styles[:, None] == styles[None]) & ~itself
    return -(shares * same).sum(dim=1).div(same.sum(dim=1).clamp(min=1)).mean()
