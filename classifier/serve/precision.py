"""Whether to serve in bfloat16: only where the machine is quick at it, and only if the answers stay near."""

import logging

import numpy as np
import torch

from classifier.predict import DeepDress, Described
from classifier.transforms import Frames

logger = logging.getLogger(__name__)
LEAST_COSINE = 0.998  # of the embeddings of a picture in both precisions
MOST_LOGIT = 0.25  # by which the dress logit may move: P(dress) by at most .0625
PROBES = 16


def set_precision(model: DeepDress, asked: str) -> str:
    """Let a model answer in bfloat16 or float32, and say which.

    Args:
        asked: "fp32", "bf16", or "auto" for bf16 where the processor or GPU has it. Either way a model whose
            answers to the probes leave the tolerance stays in fp32.
    """
    model.bf16 = False
    if asked == "fp32" or (asked == "auto" and not is_quick(model.device)):
        return "fp32"
    frames = probes(model.size)
    exact = model.describe_frames(frames)
    model.bf16 = True
    model.bf16 = is_near(exact, model.describe_frames(frames))
    if not model.bf16:
        logger.warning("%s answers in fp32: bfloat16 moves its answers too far", model.version)
    return "bf16" if model.bf16 else "fp32"


def is_quick(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 in hardware."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def is_near(exact: Described, rounded: Described) -> bool:
    """Whether both precisions say nearly the same of the same pictures."""
    cosines = (exact.embeddings * rounded.embeddings).sum(axis=1)
    moved = np.abs(exact.dress_logits - rounded.dress_logits)
    return bool(cosines.min() >= LEAST_COSINE and moved.max() <= MOST_LOGIT)


def probes(size: tuple[int, int]) -> list[Frames]:
    """Pictures of soft blobs in all colours (3, H, W), the same each time."""
    height, width = size
    chance = np.random.default_rng(0)
    coarse = torch.from_numpy(chance.uniform(0, 255, (PROBES, 3, 8, 6)).astype(np.float32))
    soft = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)
    return list(soft.clamp(0, 255).to(torch.uint8).numpy())
