"""Each head against a plain loop over its paper's formula, and each learns eight pictures by heart."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from classifier.model import HEADS, DressNet, UnknownHead, make_head
from classifier.model.heads import SoftmaxHead
from classifier.transforms import to_input
from tests.tiny import dress

STYLES, DIM = 5, 7


@pytest.fixture
def embeddings() -> Tensor:
    chance = torch.Generator().manual_seed(3)
    return F.normalize(torch.randn(6, DIM, generator=chance), dim=1)


TARGETS = torch.tensor([0, 3, 3, 1, 4, 0])
SOFT = torch.tensor(
    [
        [1.0, 0, 0, 0, 0],
        [0, 0.25, 0, 0.75, 0],
        [0, 0, 0, 1.0, 0],
        [0, 0.5, 0.5, 0, 0],
        [0.1, 0, 0, 0.1, 0.8],
        [1.0, 0, 0, 0, 0],
    ]
)


def cosines_of(weight: Tensor, embeddings: Tensor) -> list[list[float]]:
    """Of a head's rows, the nearest sub-centre counting."""
    rows = weight.detach().view(STYLES, -1, DIM)
    return [
        [max(float(F.cosine_similarity(one, centre, dim=0)) for centre in style) for style in rows]
        for one in embeddings
    ]


def cross_entropy(logits: list[list[float]], shares: Tensor) -> float:
    total = 0.0
    for row, share in zip(logits, shares.tolist(), strict=True):
        log_sum = math.log(sum(math.exp(logit) for logit in row))
        total -= sum(part * (logit - log_sum) for part, logit in zip(share, row, strict=True))
    return total / len(logits)


def shares_of(soft: Tensor | None) -> Tensor:
    return F.one_hot(TARGETS, STYLES).float() if soft is None else soft


def with_margin(cosines, soft, change):
    """Change the right cosine of each row that is sure of it."""
    shares = shares_of(soft)
    return [
        [change(c) if s == TARGETS[b] and shares[b, s] == 1 else c for s, c in enumerate(row)]
        for b, row in enumerate(cosines)
    ]


both = pytest.mark.parametrize("soft", [None, SOFT], ids=["hard", "soft"])


@both
def test_softmax_is_a_linear_layer_and_cross_entropy(embeddings, soft):
    head = make_head("softmax", STYLES, DIM, scale=9.0)
    assert isinstance(head, SoftmaxHead)
    torch.nn.init.normal_(head.bias)

    loss, scores = head.loss(embeddings, TARGETS, soft)

    weight, bias = head.weight.detach(), head.bias.detach()
    logits = [
        [9 * float(one @ row) + float(bias) for row, bias in zip(weight, bias, strict=True)]
        for one in embeddings
    ]
    assert scores.detach().flatten().numpy() == pytest.approx(np.ravel(logits), abs=1e-5)
    assert loss.item() == pytest.approx(cross_entropy(logits, shares_of(soft)), rel=1e-5)


@both
def test_the_cosine_head_is_cosface(embeddings, soft):
    head = make_head("cosine", STYLES, DIM, scale=8.0, margin=0.2)

    loss, scores = head.loss(embeddings, TARGETS, soft)

    cosines = cosines_of(head.weight, embeddings)
    harder = with_margin(cosines, soft, lambda c: c - 0.2)
    logits = [[8 * c for c in row] for row in harder]
    assert scores.detach().flatten().numpy() == pytest.approx(np.ravel(cosines), abs=1e-5)
    assert loss.item() == pytest.approx(cross_entropy(logits, shares_of(soft)), rel=1e-5)


@both
@pytest.mark.parametrize("sub_centres", [1, 3])
@pytest.mark.parametrize("margin", [0.3, 2.5])  # the wide one passes pi for some of the angles
def test_arcface_widens_the_angle_to_the_nearest_sub_centre(embeddings, soft, sub_centres, margin):
    torch.manual_seed(0)
    head = make_head("arcface", STYLES, DIM, scale=8.0, margin=margin, sub_centres=sub_centres)

    loss, scores = head.loss(embeddings, TARGETS, soft)

    def widened(c: float) -> float:
        angle = math.acos(c)
        return math.cos(angle + margin) if angle + margin < math.pi else c - margin * math.sin(margin)

    cosines = cosines_of(head.weight, embeddings)
    logits = [[8 * c for c in row] for row in with_margin(cosines, soft, widened)]
    assert head.weight.shape == (STYLES, sub_centres, DIM)
    assert scores.detach().flatten().numpy() == pytest.approx(np.ravel(cosines), abs=1e-5)
    assert loss.item() == pytest.approx(cross_entropy(logits, shares_of(soft)), rel=1e-4)


@both
def test_proxy_anchor_is_equation_four(embeddings, soft):
    head = make_head("proxy-anchor", STYLES, DIM, scale=12.0, margin=0.15)

    loss, _ = head.loss(embeddings, TARGETS, soft)

    cosines, shares = cosines_of(head.weight, embeddings), shares_of(soft)
    margins = [0.15 if shares[b, TARGETS[b]] == 1 else 0.0 for b in range(6)]
    pull, push, present = 0.0, 0.0, 0
    for style in range(STYLES):
        near = far = 0.0
        for b in range(6):
            share = float(shares[b, style])
            near += share * math.exp(-12 * (cosines[b][style] - margins[b]))
            far += (1 - share) * math.exp(12 * (cosines[b][style] + margins[b]))
        if float(shares[:, style].sum()):
            present += 1
            pull += math.log1p(near)
        push += math.log1p(far)
    assert loss.item() == pytest.approx(pull / present + push / STYLES, rel=1e-5)


@pytest.mark.parametrize("name", HEADS)
def test_votes_that_agree_are_a_hard_label(embeddings, name):
    head = make_head(name, STYLES, DIM)

    hard, sure = head.loss(embeddings, TARGETS)[0], head.loss(embeddings, TARGETS, shares_of(None))[0]

    assert hard.item() == pytest.approx(sure.item(), rel=1e-6)


@pytest.mark.parametrize("name", HEADS)
def test_extreme_embeddings_give_finite_gradients(name):
    head = make_head(name, STYLES, DIM, scale=64.0)
    head.start_from(F.normalize(torch.eye(STYLES, DIM), dim=1))
    exact = torch.eye(STYLES, DIM).repeat(2, 1).requires_grad_()
    targets = torch.tensor([0, 1, 2, 3, 4, 1, 2, 3, 4, 0])  # right with cosine 1, then wrong with cosine 1

    head.loss(exact, targets)[0].backward()

    for gradient in (exact.grad, head.weight.grad):
        assert gradient is not None
        assert gradient.isfinite().all()


@pytest.mark.parametrize("name", HEADS)
def test_rows_go_by_style_and_can_start_from_prototypes(name):
    head = make_head(name, STYLES, DIM, sub_centres=3)
    directions = F.normalize(torch.randn(STYLES, DIM), dim=1)

    head.start_from(directions)

    assert all(parameter.shape[0] == STYLES for parameter in head.parameters())
    assert head(directions).argmax(dim=1).tolist() == list(range(STYLES))


@pytest.mark.parametrize("name", HEADS)
def test_eight_pictures_are_memorised(name):
    torch.manual_seed(0)
    chance = np.random.default_rng(5)
    frames = torch.stack(
        [
            torch.tensor(list(dress(style, chance, 120).resize((32, 32)).tobytes()))
            for style in (0, 1, 2, 3) * 2
        ]
    )
    images = to_input(frames.view(8, 32, 32, 3).permute(0, 3, 1, 2))
    targets = torch.arange(4).repeat(2)
    net, head = DressNet("resnet-nano", dim=16), make_head(name, 4, 16)
    optimizer = torch.optim.AdamW([*net.parameters(), *head.parameters()], lr=1e-2)

    for _ in range(25):
        loss, scores = head.loss(net(images)[0], targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    assert scores.argmax(dim=1).tolist() == targets.tolist()


def test_saved_and_loaded_it_scores_the_same(embeddings):
    for name in HEADS:
        saved, loaded = make_head(name, STYLES, DIM), make_head(name, STYLES, DIM)
        loaded.load_state_dict(saved.state_dict())
        assert torch.equal(saved(embeddings), loaded(embeddings))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "triplet"}, "'triplet' is not one of softmax, cosine, arcface, proxy-anchor"),
        ({"name": "arcface", "sub_centres": 0}, "sub_centres of a head must be at least 1, not 0"),
        ({"name": "cosine", "margin": -0.1}, "margin"),
    ],
)
def test_a_head_that_cannot_be_is_refused(arguments, said):
    with pytest.raises(UnknownHead, match=said):
        make_head(styles=STYLES, dim=DIM, **arguments)
