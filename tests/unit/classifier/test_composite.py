"""Studio shots are cut out of their paper and pasted onto photos of something else."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter

from classifier.composite import cut_out, draw_pastes, paste
from classifier.synthetic import design_styles, studio_shot
from classifier.transforms import to_frame

SIZE = (80, 64)


def product_photo(
    *, paper=(246, 245, 243), dress=(40, 60, 150), size=(400, 500), light=0.0, noise=2.0
) -> Image.Image:
    """A dress-like shape as a camera sees it: uneven light, a soft shadow, noise."""
    image = Image.new("RGB", size, paper)
    shade = Image.new("L", size, 0)
    ImageDraw.Draw(shade).ellipse((110, 420, 300, 470), fill=70)
    image = Image.composite(
        Image.new("RGB", size, (120, 118, 120)), image, shade.filter(ImageFilter.GaussianBlur(18))
    )
    ImageDraw.Draw(image).polygon([(160, 60), (240, 60), (300, 440), (100, 440)], fill=dress)
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2))).astype(float)
    pixels *= 1 - light * np.linspace(0, 1, size[0])[None, :, None]
    pixels += np.random.default_rng(0).normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def frames_of(*images: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.stack([to_frame(image, SIZE) for image in images]))


def true_share() -> float:
    return (80 + 200) / 2 * 380 / (400 * 500)


@pytest.mark.parametrize(
    "changes", [{}, {"light": 0.12}, {"noise": 5.0}, {"dress": (236, 200, 205)}, {"paper": (225, 226, 232)}]
)
def test_a_dress_is_cut_out_whole_and_without_its_paper(changes):
    cuts, usable = cut_out(frames_of(product_photo(**changes)))

    assert usable.tolist() == [True]
    opacity = cuts[0, 3].float() / 255
    assert opacity.mean().item() == pytest.approx(true_share(), rel=0.12)
    assert opacity[40, 32] == 1
    assert opacity[:6].max() == 0


def test_the_paper_is_not_in_the_rim_any_more():
    cuts, _ = cut_out(frames_of(product_photo(dress=(20, 20, 20))))

    black = torch.zeros(1, 3, *SIZE)
    pastes = draw_pastes(1, torch.Generator().manual_seed(0))
    pastes.gain[:], pastes.slope[:], pastes.oval[:] = 1.0, 0.0, 0.0
    assert paste(cuts, black, pastes).max() < 90  # a rim of paper would be at 240


def test_a_square_shot_keeps_no_grey_bars():
    shot = product_photo().crop((0, 50, 400, 450))

    cuts, usable = cut_out(frames_of(shot))

    assert usable.all()
    assert cuts[0, 3, :3].max() == 0


def test_shots_that_cannot_be_cut_out_are_left_alone():
    wall = product_photo(paper=(150, 120, 90))
    empty = Image.new("RGB", (400, 500), (248, 248, 248))
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (500, 400, 3), dtype=np.uint8))

    _, usable = cut_out(frames_of(wall, empty, noise))

    assert usable.tolist() == [False, False, False]


def test_the_studio_s_own_shots_can_be_cut_out():
    shots = [studio_shot(style, view=0, size_px=(200, 250)) for style in design_styles(6, seed=3)]

    cuts, usable = cut_out(frames_of(*shots))

    assert usable.sum() >= 5
    shares = (cuts[:, 3].float() / 255).mean(dim=(1, 2))[usable]
    assert ((shares > 0.05) & (shares < 0.6)).all()


def test_what_chance_decides_for_some_is_a_slice_of_what_it_decides_for_all():
    cuts, _ = cut_out(frames_of(*[product_photo(dress=(200, 30, n * 20)) for n in range(6)]))
    grounds = torch.randint(
        0, 255, (6, 3, *SIZE), generator=torch.Generator().manual_seed(1), dtype=torch.uint8
    )
    pastes = draw_pastes(6, torch.Generator().manual_seed(2))

    whole, part = paste(cuts, grounds, pastes), paste(cuts[2:5], grounds[2:5], pastes[2:5])

    assert torch.equal(whole[2:5], part)
    assert whole.min() >= 0
    assert whole.max() <= 255
    unchanged = (whole == grounds.float()).all(dim=1).float().mean()
    assert 0.3 < unchanged < 0.95  # the photo is still there, and so is the dress
