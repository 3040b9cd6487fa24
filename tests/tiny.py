"""Pictures so plain, and a training so short, that a second is enough to learn them."""

import numpy as np
from PIL import Image

from classifier.train import TrainConfig

COLOURS = [(200, 30, 30), (30, 160, 60), (40, 60, 200), (220, 190, 40), (150, 40, 160), (30, 170, 180)]
TRAINING = TrainConfig(
    trunk="resnet-nano",
    dim=16,
    size_px=32,
    steps=40,
    styles_per_batch=4,
    photos_per_style=3,
    others_per_batch=4,
    lr=5e-3,
    ema=0.9,
    precision="fp32",
    log_every=5,
    checkpoint_every=10,
)


def dress(style: int, chance: np.random.Generator, ground: int) -> Image.Image:
    """A trapezium in the style's colour, striped for odd styles, on a grey ground."""
    rows, columns = np.mgrid[:50, :40]
    inside = (abs(columns - 20 + chance.integers(-3, 4)) < 5 + rows / 4) & (rows > 6)
    pixels = np.full((50, 40, 3), ground, dtype=np.int64)
    striped = (rows // 4 % 2 == 0) if style % 2 else np.ones_like(inside)
    pixels[inside & striped] = COLOURS[style % len(COLOURS)]
    pixels[inside & ~striped] = 250
    return Image.fromarray(np.clip(pixels + chance.integers(-9, 9, pixels.shape), 0, 255).astype(np.uint8))


def noise(chance: np.random.Generator) -> Image.Image:
    """No dress at all."""
    return Image.fromarray(chance.integers(0, 255, (50, 40, 3), dtype=np.uint8))
