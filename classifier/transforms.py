"""From a picture to what the network sees: one way for training, one for everything else."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from classifier.decode import BrokenImage, Undecodable, decode

GREY = (128, 128, 128)  # fills what a square or wide photo leaves of the upright frame
# (mean, spread) of the pixels 0 to 255, per channel where they differ: what each trunk was made for.
# "lite" is TensorFlow's: ImageNet's figures would cost EfficientNet-Lite ten points.
OWN = (127.5, 63.75)
NORMALISATIONS: dict[str, tuple[float | tuple[float, ...], float | tuple[float, ...]]] = {
    "deepdress": OWN,
    "imagenet": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
    "lite": (127.0, 128.0),
}
SPARE = 1.25  # training frames are kept this much larger, so that zooming in does not blur

Frames = npt.NDArray[np.uint8]  # (N, 3, H, W)


def frame_size(size_px: int) -> tuple[int, int]:
    """Height and width of the upright 4:5 frame, both multiples of 16, as the trunk likes them."""
    return round(size_px / 16) * 16, max(16, round(size_px * 0.8 / 16) * 16)


def to_frame(image: Image.Image, size: tuple[int, int]) -> Frames:
    """Fit a whole RGB picture into a (3, H, W) frame, centred on grey."""
    height, width = size
    scale = min(height / image.height, width / image.width)
    inner = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    frame = Image.new("RGB", (width, height), GREY)
    fitted = image.resize(inner, Image.Resampling.BICUBIC, reducing_gap=3.0)
    frame.paste(fitted, ((width - inner[0]) // 2, (height - inner[1]) // 2))
    return np.asarray(frame).transpose(2, 0, 1)


def read_frame(path: Path, size: tuple[int, int]) -> Frames:
    """Decode one file of a snapshot into a frame.

    Raises:
        BrokenImage: with the file's name.
    """
    try:
        return to_frame(decode(path.read_bytes()), size)
    except Undecodable as error:
        raise BrokenImage(f"{path}: {error}") from error


def to_input(frames: Tensor, normalisation: str = "deepdress") -> Tensor:
    """Scale (B, 3, H, W) uint8 to float32 in about [-2, 2], as the trunk of that normalisation likes it."""
    mean, spread = (_channels(value, frames) for value in NORMALISATIONS[normalisation])
    return frames.float().sub(mean).div_(spread)


def renormalise(images: Tensor, normalisation: str) -> Tensor:
    """Bring images (B, 3, H, W) from the scale "deepdress", in which they are augmented, to another."""
    if normalisation == "deepdress":
        return images
    return to_input(images * OWN[1] + OWN[0], normalisation)


def _channels(value: float | tuple[float, ...], like: Tensor) -> float | Tensor:
    """A number as it is; one per channel as (3, 1, 1) on the same device."""
    if isinstance(value, float):
        return value
    return torch.tensor(value, device=like.device).view(-1, 1, 1)


@dataclass(frozen=True, slots=True)
class Changes:
    """What chance decided for each of B pictures; a slice of it is what it decided for some of them.

    All of it is drawn for a whole batch on the CPU: a run depends neither on its device nor on how many
    processes share the batch.
    """

    theta: Tensor  # (B, 2, 3) from output to input
    gain: Tensor  # (B, 3, 1, 1)
    lift: Tensor  # (B, 1, 1, 1)
    saturation: Tensor  # (B, 1, 1, 1)
    patch: Tensor  # (B, 2, 2) start and end of the rectangle laid over, by rows and columns, in shares
    fill: Tensor  # (B, 3, 1, 1)

    def __getitem__(self, rows: slice) -> "Changes":
        return Changes(*(getattr(self, field.name)[rows] for field in fields(self)))

    def to(self, device: torch.device) -> "Changes":
        """The same on another device."""
        return Changes(*(getattr(self, field.name).to(device) for field in fields(self)))


def draw_changes(count: int, generator: torch.Generator) -> Changes:
    """Let chance decide for `count` pictures.

    Hue is left alone: colour tells one dress from another; the white balance moves a little.
    """
    theta = _affine(count, generator)
    single, triple = (count, 1, 1, 1), (count, 3, 1, 1)
    gain = _uniform(count, 0.75, 1.25, generator).view(single)
    return Changes(
        theta,
        gain * _uniform(count * 3, 0.95, 1.05, generator).view(triple),
        _uniform(count, -0.35, 0.35, generator).view(single),
        _uniform(count, 0.75, 1.25, generator).view(single),
        _patch(count, generator),
        torch.randn(count, 3, 1, 1, generator=generator).clamp(-2, 2),
    )


def apply_changes(frames: Tensor, size: tuple[int, int], changes: Changes) -> Tensor:
    """Flip, turn, crop, relight and partly hide (B, 3, h, w) frames into (B, 3, H, W) as of to_input."""
    changes = changes.to(frames.device)
    grid = F.affine_grid(changes.theta, [len(frames), 3, *size], align_corners=False)
    images = F.grid_sample(to_input(frames), grid, padding_mode="border", align_corners=False)
    images = images * changes.gain + changes.lift
    grey = images.mean(dim=1, keepdim=True)
    images = (grey + (images - grey) * changes.saturation).clamp(-2.0, 2.0)
    return torch.where(_covered(changes.patch, size), changes.fill, images)


def augment(
    frames: Tensor, size: tuple[int, int], generator: torch.Generator, normalisation: str = "deepdress"
) -> Tensor:
    """Change each of (B, 3, h, w) uint8 frames by chance into (B, 3, H, W) as of to_input."""
    return renormalise(apply_changes(frames, size, draw_changes(len(frames), generator)), normalisation)


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _affine(count: int, generator: torch.Generator) -> Tensor:
    """(B, 2, 3) maps from output to input: mirror, up to 12 degrees, 0.7 to 1.15 of the view, off centre."""
    angle = _uniform(count, -12, 12, generator).deg2rad()
    view = _uniform(count, 0.7, 1.15, generator)
    stretch = _uniform(count, 0.92, 1.08, generator)
    mirror = torch.rand(count, generator=generator).sub(0.5).sign()
    room = (1 - view).abs().clamp(min=0.08)
    shift_x, shift_y = (_uniform(count, -1, 1, generator) * room for _ in range(2))
    cos, sin = angle.cos() * view, angle.sin() * view
    rows = [mirror * cos * stretch, -sin, shift_x, mirror * sin, cos / stretch, shift_y]
    return torch.stack(rows, dim=1).view(count, 2, 3)


def _patch(count: int, generator: torch.Generator, share: float = 0.3) -> Tensor:
    """(B, 2, 2) a rectangle of 10 to 45 % of each side, as a bag or an arm hides; empty for most pictures."""
    hit = torch.rand(count, generator=generator) < share
    side = _uniform(count * 2, 0.1, 0.45, generator).view(count, 2)
    start = torch.rand(count, 2, generator=generator) * (1 - side)
    return torch.stack([start, start + side * hit.unsqueeze(1)], dim=2)


def _covered(patch: Tensor, size: tuple[int, int]) -> Tensor:
    """(B, 1, H, W) bool: the pixels a rectangle of _patch covers."""
    inside = []
    for axis, length in enumerate(size):
        places = torch.arange(length, device=patch.device) / length
        low, high = patch[:, axis, :1], patch[:, axis, 1:]
        inside.append((places >= low) & (places < high))
    return (inside[0].unsqueeze(2) & inside[1].unsqueeze(1)).unsqueeze(1)
