"""Studio shots cut out of near-white paper and pasted onto photos that people said show no dress."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional as F

from classifier.transforms import GREY

PALEST, COLOURLESS = 200.0, 26.0  # paper is at least so bright, its channels no further apart
SHADE, TINT = 0.55, 0.05  # a shadow keeps this share of the paper's light, evenly over the channels
STEEPEST = 10.0  # levels between neighbours: paper and soft shadows change slower, a dress's edge faster
SMALLEST, LARGEST = 0.02, 0.85  # share of the picture that a dress may fill
CHUNK = 256  # pictures at a time


def cut_out(shots: Tensor) -> tuple[Tensor, Tensor]:
    """Cut what stands on the paper out of studio shots (N, 3, h, w) uint8.

    The paper is flooded from the borders, through soft shadows but not over edges, so that what is pale
    inside a dress stays. On the rim, where dress and paper are mixed, the paper's share is taken out.

    Returns:
        (N, 4, h, w) uint8: colours times opacity, and opacity; and (N,) bool, whether it could be done at
        all. A shot before a wall, or of a dress as white and as flat as its paper, could not.
    """
    parts = [_cut_out_some(part) for part in shots.split(CHUNK)]
    return torch.cat([cut for cut, _ in parts]), torch.cat([usable for _, usable in parts])


def _cut_out_some(shots: Tensor) -> tuple[Tensor, Tensor]:
    images = shots.float()
    margin = _letterbox(shots)
    ring = _ring(~margin)
    paper, spread = _paper(images, ring)
    distance = (images - paper).abs().amax(dim=1, keepdim=True)
    shade, even = _shade(images, paper)
    ground = (distance < (4 * spread).clamp(7.0, 22.0)) | (shade & even) | margin
    outside = _flood(ring & ground, ground) | margin
    outside |= _grown(outside) & shade  # a shadow's last pixel before the hem is not even
    outside = _without_specks(outside)
    opacity = _opacity(distance, outside)
    cut = torch.cat([images - (1 - opacity) * paper, opacity * 255], dim=1).mul_(opacity > 0)
    filled = opacity.mean(dim=(1, 2, 3))
    tint = paper.amax(dim=1) - paper.amin(dim=1)
    usable = (paper.amin(dim=1) >= PALEST) & (tint <= COLOURLESS)
    return cut.round().clamp(0, 255).to(torch.uint8), usable.flatten() & (filled > SMALLEST) & (
        filled < LARGEST
    )


def _letterbox(shots: Tensor) -> Tensor:
    """(N, 1, h, w) bool: whole rows and columns of the grey that to_frame fills up with."""
    grey = (shots == torch.tensor(GREY, dtype=torch.uint8, device=shots.device).view(3, 1, 1)).all(
        dim=1, keepdim=True
    )
    return grey.all(dim=3, keepdim=True) | grey.all(dim=2, keepdim=True)


def _ring(content: Tensor, thickness: int = 2) -> Tensor:
    """The outermost pixels of the content."""
    beyond = F.pad((~content).float(), [thickness] * 4, value=1.0)
    return content & (F.max_pool2d(beyond, 2 * thickness + 1, 1) > 0)


def _paper(images: Tensor, ring: Tensor) -> tuple[Tensor, Tensor]:
    """The paper's colour (N, 3, 1, 1) and how much it varies (N, 1, 1, 1), read off the ring."""
    seen = images.masked_fill(~ring, torch.nan)
    paper = seen.flatten(2).nanmedian(dim=2).values.view(len(images), 3, 1, 1)
    apart = (seen - paper).abs().amax(dim=1).flatten(1).nanmedian(dim=1).values
    return paper, apart.view(-1, 1, 1, 1)


def _shade(images: Tensor, paper: Tensor) -> tuple[Tensor, Tensor]:
    """Where light on paper may have fallen off: less bright but not tinted; and where no edge is near."""
    share = images / paper.clamp(min=1.0)
    low, high = share.amin(dim=1, keepdim=True), share.amax(dim=1, keepdim=True)
    around = F.pad(images.mean(dim=1, keepdim=True), [1] * 4, mode="replicate")
    steep = F.max_pool2d(around, 3, 1) + F.max_pool2d(-around, 3, 1)
    return (low > SHADE) & (high - low < TINT), steep < STEEPEST


def _flood(seeds: Tensor, ground: Tensor) -> Tensor:
    """All of the ground (N, 1, h, w) that is connected with a seed."""
    while True:
        grown = seeds
        for _ in range(8):
            grown = _grown(grown) & ground
        if torch.equal(grown, seeds):
            return seeds
        seeds = grown


def _grown(mask: Tensor) -> Tensor:
    """A mask (N, 1, h, w) and the pixels around it."""
    return F.max_pool2d(mask.float(), 3, 1, 1) > 0


def _without_specks(outside: Tensor) -> Tensor:
    """Count as outside, too, what is too thin to have a core and touches nothing that has one."""
    inside = ~outside
    return ~_flood(~_grown(outside), inside)


def _opacity(distance: Tensor, outside: Tensor) -> Tensor:
    """1 within the dress, 0 on the paper, and on the rim how far its colour is from the paper's."""
    rim = ~outside & _grown(outside)
    within = F.max_pool2d(distance * ~(outside | rim), 5, 1, 2).clamp(min=24.0)
    mixed = (distance / within).clamp(0.1, 1.0)
    return torch.where(outside, 0.0, torch.where(rim, mixed, 1.0))


@dataclass(frozen=True, slots=True)
class Pastes:
    """What chance decided for each of B pictures, were a dress pasted there; a slice of it serves a slice."""

    theta: Tensor  # (B, 2, 3) from the picture to the cut-out
    gain: Tensor  # (B, 3, 1, 1) light on the dress
    slope: Tensor  # (B, 2) by which that light changes across the picture
    oval: Tensor  # (B, 4) centre and half axes of what hides a part, in [-1, 1]; no axes: nothing does

    def __getitem__(self, rows: slice | Tensor) -> "Pastes":
        return Pastes(*(getattr(self, field.name)[rows] for field in fields(self)))

    def to(self, device: torch.device) -> "Pastes":
        """The same on another device."""
        return Pastes(*(getattr(self, field.name).to(device) for field in fields(self)))


def draw_pastes(count: int, generator: torch.Generator) -> Pastes:
    """Let chance decide for `count` pictures, on the CPU: size, tilt, place, light and what is in front."""

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(count, *shape, generator=generator) * (high - low) + low

    view, angle = 1 / uniform(0.6, 1.15), uniform(-9, 9).deg2rad()
    mirror = uniform(-1, 1).sign()
    cos, sin = angle.cos() * view, angle.sin() * view
    x, y = uniform(-0.3, 0.3), uniform(-0.25, 0.25)
    theta = torch.stack([mirror * cos, -sin, x, mirror * sin, cos, y], dim=1).view(count, 2, 3)
    gain = uniform(0.6, 1.15, 1, 1, 1) * uniform(0.95, 1.05, 3, 1, 1)
    hidden = (uniform(0, 1) < 0.4).float()
    oval = torch.stack(
        [uniform(-0.6, 0.6), uniform(-0.6, 0.6), *(uniform(0.12, 0.35) * hidden for _ in range(2))], 1
    )
    return Pastes(theta, gain, uniform(-0.2, 0.2, 2), oval)


def paste(cuts: Tensor, grounds: Tensor, pastes: Pastes) -> Tensor:
    """Lay cut-outs (n, 4, h, w) uint8 onto photos (n, 3, h, w) of that size: float32, 0 to 255.

    A piece of the photo itself, taken from its other half, lies over a part of some dresses, as a bag would.
    """
    count, _, height, width = cuts.shape
    pastes, photos = pastes.to(cuts.device), grounds.float()
    grid = F.affine_grid(pastes.theta, [count, 4, height, width], align_corners=False)
    laid = F.grid_sample(cuts.float(), grid, padding_mode="zeros", align_corners=False)
    y = torch.linspace(-1, 1, height, device=cuts.device).view(1, 1, -1, 1)
    x = torch.linspace(-1, 1, width, device=cuts.device).view(1, 1, 1, -1)
    slopes = pastes.slope.view(count, 2, 1, 1)
    light = pastes.gain * (1 + slopes[:, :1] * x + slopes[:, 1:] * y)
    opacity = laid[:, 3:] / 255
    seen = laid[:, :3] * light + (1 - opacity) * photos
    centre, axes = pastes.oval[:, :2].view(count, 2, 1, 1), pastes.oval[:, 2:].view(count, 2, 1, 1)
    reach = ((x - centre[:, :1]) / axes[:, :1].clamp(min=1e-3)).square()
    reach = reach + ((y - centre[:, 1:]) / axes[:, 1:].clamp(min=1e-3)).square()
    front = ((1.0 - reach) * 4).clamp(0, 1) * (axes[:, :1] > 0)
    return (seen + front * (photos.roll(width // 2, dims=3) - seen)).clamp(0, 255)
