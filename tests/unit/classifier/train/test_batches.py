"""What a batch is made of: cut-outs on bare photos that are in it too, look-alikes, split votes."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from classifier.data import NO_CUT, load_training_set, with_cuts
from classifier.model import make_head
from classifier.snapshot import read_snapshot, write_snapshot
from classifier.train import TrainConfig, WrongRecipe
from classifier.train.batches import BatchPlan, draw_batch, pictures_of, targets_of
from classifier.train.losses import contrast_loss
from classifier.train.step import nearest_rows
from tests.tiny import TRAINING

CPU = torch.device("cpu")


@pytest.fixture
def data(make_snapshot):
    snapshot = read_snapshot(make_snapshot(styles=6, splits=("train", "train", "train")))
    return with_cuts(load_training_set(snapshot, size_px=32, studio_only_styles=True))


def test_cut_outs_take_their_share_and_lie_on_pictures_of_the_same_batch(data):
    drawn = BatchPlan(4, 3, 5, seed=9, pasted=0.34).draw(data, 3)

    styled = drawn.grounds[:12].reshape(4, 3)
    assert ((styled != NO_CUT).sum(axis=1) == 1).all()  # one of three
    under = styled[styled != NO_CUT]
    assert len(set(under)) == 4  # as long as there are enough, another one for each
    assert (data.styles[drawn.rows[under]] == -1).all()
    assert not data.dress[drawn.rows[under]].any()
    for place in np.flatnonzero(drawn.grounds != NO_CUT):
        assert drawn.rows[place] in data.studio_rows[data.styles[drawn.rows[place]]]


def test_a_style_known_from_the_studio_alone_is_seen_on_the_street(make_snapshot):
    snapshot = read_snapshot(make_snapshot(splits=("holdout",), others=4))
    negatives = [replace(photo, split="train") for photo in snapshot.photos if photo.label == "not_dress"]
    write_snapshot(snapshot.folder, id="s", created_at="", styles=snapshot.styles, photos=negatives)
    data = load_training_set(read_snapshot(snapshot.folder), size_px=32, studio_only_styles=True)

    drawn = BatchPlan(4, 3, 4, seed=0, pasted=0.3).draw(with_cuts(data), 0)

    assert ((drawn.grounds[:12].reshape(4, 3) != NO_CUT).sum(axis=1) == 2).all()


def test_without_a_negative_a_cut_out_stays_a_studio_shot(make_snapshot):
    snapshot = read_snapshot(make_snapshot(others=0))
    data = with_cuts(load_training_set(snapshot, size_px=32, studio_only_styles=True))

    assert (BatchPlan(3, 3, 4, seed=0, pasted=0.5).draw(data, 0).grounds == NO_CUT).all()


def test_a_slice_of_a_batch_is_made_as_in_the_whole(data):
    config = replace(TRAINING, compositing=0.4)
    batch = draw_batch(data, config, 2, seed=5, nearest=None)

    whole = pictures_of(batch, data, slice(0, len(batch)), "deepdress", CPU)
    part = pictures_of(batch, data, slice(5, 12), "deepdress", CPU)

    torch.testing.assert_close(part, whole[5:12])


def test_look_alikes_come_in_pairs_as_often_as_wanted(data):
    nearest = torch.tensor([[1], [0], [3], [2], [5], [4]])
    plan = BatchPlan(2, 2, 0, seed=1, look_alikes=1.0)

    for step in range(20):
        styles = set(data.styles[plan.rows(data, step, nearest)].tolist())
        assert styles in ({0, 1}, {2, 3}, {4, 5})
    plain = Counter(
        frozenset(data.styles[replace(plan, look_alikes=0.0).rows(data, step, nearest)]) for step in range(60)
    )
    assert len(plain) > 8


@pytest.mark.parametrize("name", ["cosine", "arcface"])
def test_the_nearest_styles_are_those_with_the_nearest_rows(name):
    head = make_head(name, 4, 2, sub_centres=2)
    head.start_from(
        torch.nn.functional.normalize(torch.tensor([[1.0, 0], [0, 1.0], [1.0, 0.2], [0.3, 1.0]]), dim=1)
    )

    assert nearest_rows(head, 1).flatten().tolist() == [2, 3, 0, 1]


def test_split_votes_become_shares_and_agreement_does_not(make_snapshot):
    snapshot = read_snapshot(make_snapshot(styles=3, splits=("train", "train"), others=2))
    said = {
        "p0-0": {"style:S0": 2, "style:S1": 1, "none": 4},
        "p1-0": {"style:S1": 3},
        "p2-0": {"style:GONE": 2, "not_dress": 1},
    }
    photos = [replace(photo, answers=said.get(photo.photo, {})) for photo in snapshot.photos]
    write_snapshot(snapshot.folder, id="s", created_at="", styles=snapshot.styles, photos=photos)

    data = load_training_set(read_snapshot(snapshot.folder), size_px=32, studio_only_styles=True)

    assert list(data.votes.values()) == [{0: 0.75, 1: 0.25}]  # the settled style counts one vote more
    config = replace(TRAINING, styles_per_batch=3, photos_per_style=3)
    batch = draw_batch(data, config, 0, seed=0, nearest=None)
    soft = targets_of(batch, data, CPU, soft=True).soft
    assert soft is not None
    assert torch.equal(soft.sum(dim=1), torch.ones(9))
    assert sorted(set(soft.flatten().tolist())) == [0.0, 0.25, 0.75, 1.0]
    assert targets_of(batch, data, CPU, soft=False).soft is None


def test_the_contrast_of_a_batch_equals_a_plain_loop():
    vectors = torch.nn.functional.normalize(
        torch.randn(6, 4, generator=torch.Generator().manual_seed(0)), dim=1
    )
    styles = torch.tensor([0, 0, 1, 1, 1, 2])

    expected: list[torch.Tensor] = []
    for i in range(6):
        among = torch.stack([vectors[i] @ vectors[j] * 12 for j in range(6) if j != i])
        same = [
            vectors[i] @ vectors[j] * 12 - among.logsumexp(0)
            for j in range(6)
            if j != i and styles[i] == styles[j]
        ]
        expected.append(-torch.stack(same).mean() if same else torch.tensor(0.0))

    torch.testing.assert_close(contrast_loss(vectors, styles, 12.0), torch.stack(expected).mean())


def test_pictures_grow_as_the_recipe_says():
    config = TrainConfig(steps=10, size_px=96, sizes="48:0.3,64:0.4")

    assert [config.size_at(step) for step in range(10)] == [48] * 3 + [64] * 4 + [96] * 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": 0}, "start at 1"),
        ({"ema": 1.0}, "ema is in"),
        ({"compositing": 2.0, "lr": -1.0}, "lr has to be above 0; compositing is a share"),
        ({"checkpoint_every": 30}, "multiple of log_every"),
        ({"precision": "fp8"}, "precision is"),
        ({"sizes": "64:half"}, "sizes is like"),
        ({"sizes": "64:0.8,96:0.3", "size_px": 96}, "shares of 1 in all"),
        ({"sizes": "96:0.3", "size_px": 80}, "no size above size_px"),
    ],
)
def test_a_recipe_that_cannot_work_is_refused_with_all_its_faults(changes, sentence):
    with pytest.raises(WrongRecipe, match=sentence):
        TrainConfig(**changes)
