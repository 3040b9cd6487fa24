"""From a picture to what the network sees: one way for training, one for everything else."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from classifier.decode import BrokenImage, Undecodable, decode

GREY = (128, 128, 128)  # fills what a square or wide photo leaves of the upright frame
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


def to_input(frames: Tensor) -> Tensor:
    """Scale (B, 3, H, W) uint8 to float32 in about [-2, 2]."""
    return frames.float().sub_(127.5).div_(63.75)


def augment(frames: Tensor, size: tuple[int, int], generator: torch.Generator) -> Tensor:
    """Flip, turn, crop, relight and partly hide (B, 3, h, w) uint8 frames into (B, 3, H, W) as of to_input.

    Hue is left alone: colour tells one dress from another. All chance is drawn on the CPU, so that a run
    does not depend on its device.
    """
    count = len(frames)
    theta = _affine(count, generator).to(frames.device)
    grid = F.affine_grid(theta, [count, 3, *size], align_corners=False)
    images = F.grid_sample(to_input(frames), grid, padding_mode="border", align_corners=False)
    images = _relight(images, generator)
    return _erase(images, generator)


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


def _relight(images: Tensor, generator: torch.Generator) -> Tensor:
    """Change brightness, contrast, saturation and, a little, the white balance."""
    count = len(images)

    def factor(low: float, high: float, shape: tuple[int, ...] = (1, 1, 1)) -> Tensor:
        drawn = _uniform(count * shape[0], low, high, generator)
        return drawn.view(count, *shape).to(images.device)

    images = images * factor(0.75, 1.25) * factor(0.95, 1.05, (3, 1, 1)) + factor(-0.35, 0.35)
    grey = images.mean(dim=1, keepdim=True)
    images = grey + (images - grey) * factor(0.75, 1.25)
    return images.clamp(-2.0, 2.0)


def _erase(images: Tensor, generator: torch.Generator, share: float = 0.3) -> Tensor:
    """Lay a flat rectangle of 10 to 45 % of each side over some of the images, as a bag or an arm would."""
    count, _, height, width = images.shape
    hit = torch.rand(count, generator=generator) < share
    rows, columns = torch.arange(height).view(1, -1, 1), torch.arange(width).view(1, 1, -1)
    masks = hit.view(-1, 1, 1)
    for positions, length in ((rows, height), (columns, width)):
        side = _uniform(count, 0.1, 0.45, generator) * length
        start = torch.rand(count, generator=generator) * (length - side)
        low, high = start.view(-1, 1, 1), (start + side).view(-1, 1, 1)
        masks = masks & (positions >= low) & (positions < high)
    fill = torch.randn(count, 3, 1, 1, generator=generator).clamp(-2, 2)
    return torch.where(masks.unsqueeze(1).to(images.device), fill.to(images.device), images)
