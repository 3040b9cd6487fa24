"""Shapes of what the network takes and gives, and what the transforms leave alone."""

import pytest
import torch
from PIL import Image

from classifier.model import CosineHead, DressNet, UnknownTrunk
from classifier.transforms import augment, frame_size, to_frame, to_input


@pytest.mark.parametrize(("trunk", "size_px"), [("resnet-tiny", 96), ("resnet-nano", 32)])
def test_the_network_gives_unit_embeddings_and_a_dress_logit(trunk, size_px):
    net = DressNet(trunk, dim=24).eval()

    embeddings, dress_logits = net(torch.randn(3, 3, *frame_size(size_px)))

    assert (embeddings.shape, dress_logits.shape) == ((3, 24), (3,))
    assert embeddings.detach().norm(dim=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_the_shipped_trunk_is_small():
    assert sum(parameter.numel() for parameter in DressNet().parameters()) < 1_300_000


def test_the_head_gives_cosines():
    cosines = CosineHead(5, 8)(torch.nn.functional.normalize(torch.randn(4, 8), dim=1))

    assert cosines.shape == (4, 5)
    assert cosines.abs().max() <= 1.0001


def test_an_unknown_trunk_is_named():
    with pytest.raises(UnknownTrunk, match="resnet-9000"):
        DressNet("resnet-9000")


@pytest.mark.parametrize(
    ("size", "inner"), [((400, 500), (0, 0)), ((500, 500), (8, 0)), ((100, 1000), (0, 28))]
)
def test_a_picture_of_any_shape_fits_whole_into_the_frame(size, inner):
    frame = to_frame(Image.new("RGB", size, "red"), (80, 64))

    red = (frame[0] == 255) & (frame[1] == 0)
    top, left = inner
    assert frame.shape == (3, 80, 64)
    assert red[top : 80 - top, left : 64 - left].all()
    assert red.sum() == (80 - 2 * top) * (64 - 2 * left)


def test_augmenting_depends_on_the_generator_alone():
    frames = torch.randint(0, 255, (6, 3, 40, 32), dtype=torch.uint8)

    def once(seed: int) -> torch.Tensor:
        return augment(frames, (32, 24), torch.Generator().manual_seed(seed))

    assert torch.equal(once(1), once(1))
    assert not torch.equal(once(1), once(2))
    assert once(1).shape == (6, 3, 32, 24)
    assert once(1).abs().max() <= 2


def test_augmenting_keeps_the_hue():
    frames = torch.zeros(32, 3, 40, 32, dtype=torch.uint8)
    frames[:, 0] = 180  # red

    images = augment(frames, (32, 24), torch.Generator().manual_seed(0))

    middle = images.median(dim=3).values.median(dim=2).values  # what the erased rectangle cannot reach
    kept = (middle[:, 0] > middle[:, 1] + 1) & (middle[:, 0] > middle[:, 2] + 1)
    assert kept.float().mean() > 0.9


def test_input_is_centred():
    frames = torch.tensor([0, 255], dtype=torch.uint8).view(1, 1, 1, 2).expand(1, 3, 1, 2)

    assert to_input(frames)[0, 0, 0].tolist() == [-2.0, 2.0]
