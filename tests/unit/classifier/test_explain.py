"""An explanation adds up to the similarity it explains, and names pictures that are there."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.cli import main
from classifier.decode import decode
from classifier.embedded import embed_snapshot
from classifier.explain import explain, overlay, place_of, similarity_maps, strongest_of
from classifier.index import StyleIndex, UnknownStyle
from classifier.model import DressNet
from classifier.predict import DeepDress
from classifier.serve.explain import explain as served
from classifier.snapshot import read_snapshot
from classifier.train.finish import first_serving
from classifier.transforms import to_frame
from tests.tiny import dress


@pytest.fixture(scope="module")
def model(trained) -> DeepDress:
    return DeepDress.load(trained / "run", "cpu")


@pytest.fixture(scope="module")
def index(model, trained) -> StyleIndex:
    return embed_snapshot(model, read_snapshot(trained / "snapshot")).index(model)


@pytest.fixture
def photo() -> Image.Image:
    return dress(2, np.random.default_rng(99), 110)


def test_the_cells_of_a_map_sum_to_the_similarity(model, index, photo):
    for shape in ((40, 50), (90, 30), (33, 200)):
        image = photo.resize(shape)

        found = explain(model, index, image, skus=index.skus)

        sums = [reasons.cells.sum() for reasons in found.styles]
        assert np.allclose(sums, index.similarities(model.embed([image]))[0], atol=1e-5)
        assert {reasons.rest for reasons in found.styles} == {0.0}


@pytest.mark.parametrize("trunk", ["alexnet-mini", "resnet-tiny"])
def test_on_any_trunk_cells_and_rest_sum_to_the_similarity(trunk, photo):
    torch.manual_seed(3)
    net = DressNet(trunk, 8)
    other = DeepDress(net, version="x", size_px=64, serving=first_serving(8), device=torch.device("cpu"))
    prototypes = np.eye(8, dtype=np.float32)[:3]

    cells, rest = similarity_maps(other, photo, prototypes)

    assert np.allclose(cells.sum(axis=(1, 2)) + rest, (other.embed([photo]) @ prototypes.T)[0], atol=1e-4)
    assert similarity_maps(other, photo, prototypes[:0])[0].shape == (0, *cells.shape[1:])


def test_the_likeliest_styles_come_with_their_nearest_pictures(model, index, photo):
    found = explain(model, index, photo)

    [prediction] = model.predict([photo], index)
    assert [r.sku for r in found.styles] == [c.sku for c in prediction.candidates]
    assert np.allclose([r.probability for r in found.styles], [c.probability for c in prediction.candidates])
    first = found.styles[0]
    assert first.sku == "S2"
    assert {n.sku for n in (*first.studio, *first.verified)} == {"S2"}
    assert [len(first.studio), len(first.verified)] == [2, 3]
    assert first.verified[0].similarity >= first.verified[2].similarity
    assert found.nearest[0].sku == "S2"


def test_a_photo_is_not_its_own_reason(model, index, trained):
    name = "images/photo-1-0.png"
    image = decode((trained / "snapshot" / name).read_bytes())

    own = explain(model, index, image, skus=["S1"])
    other = explain(model, index, image, skus=["S1"], without=[name])

    assert name in [n.name for n in own.nearest]
    assert name not in [n.name for n in (*other.nearest, *other.styles[0].verified)]
    assert len(other.nearest) == len(own.nearest)


def test_a_style_not_on_offer_is_refused_but_left_out_when_served(model, index, photo):
    with pytest.raises(UnknownStyle, match="S9"):
        explain(model, index, photo, skus=["S9"])

    assert [style["sku"] for style in served(model, index, photo, skus=["S9", "S4", "S4"])["styles"]] == [
        "S4"
    ]


def test_an_empty_catalogue_has_nothing_to_say_and_says_it(model, photo):
    answer = served(model, model.new_index(), photo)

    assert (answer["styles"], answer["nearest"]) == ([], [])
    assert 0 < answer["p_dress"] < 1


def test_what_is_served_is_plain_json(model, index, photo):
    answer = json.loads(json.dumps(served(model, index, photo)))

    style = answer["styles"][0]
    assert sum(map(sum, style["cells"])) == pytest.approx(style["similarity"], abs=1e-3)
    assert style["verified"][0]["name"].startswith("images/photo-2-")


@pytest.mark.parametrize("shape", [(40, 50), (90, 30), (33, 200)])
def test_the_place_of_a_photo_in_its_frame_is_where_the_frame_has_it(shape):
    white = Image.new("RGB", shape, "white")

    place = place_of(white, (64, 48))

    rows, columns = np.nonzero((to_frame(white, (64, 48)) == 255).all(axis=0))
    corners = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    right, bottom = place.left + place.photo_width, place.top + place.photo_height
    assert (place.left, place.top, right, bottom) == tuple(map(int, corners))


def test_an_overlay_shines_where_the_cells_are_large(photo):
    cells = np.zeros((4, 3), np.float32)
    cells[3, 2] = 0.5
    black = Image.new("RGB", photo.size)

    pixels = np.asarray(overlay(black, cells, place_of(photo, (64, 48)), 0.5)).sum(axis=2)

    assert pixels[-1, -1] > 150
    assert pixels[0, 0] == 0


def test_a_photo_is_explained_from_the_command_line(model, index, trained, tmp_path, capsys):
    index.save(tmp_path / "index")
    photo = trained / "snapshot/images/photo-3-7.png"
    asked = ["explain", str(trained / "run"), str(tmp_path / "index"), str(photo), "--json"]

    assert main([*asked, "--out", str(tmp_path / "why")]) == 0
    answer = json.loads(capsys.readouterr().out)

    drawn = [Path(style["overlay"]) for style in answer["styles"]]
    assert answer["styles"][0]["sku"] == "S3"
    assert [Image.open(path).size for path in drawn] == [(40, 50)] * 3
    assert main([*asked, "--sku", "S9"]) == 1
    assert "no style 'S9'" in capsys.readouterr().err


def test_all_maps_are_drawn_on_one_scale(model, index, photo):
    found = explain(model, index, photo)

    assert strongest_of(found) == max(float(r.cells.max()) for r in found.styles)
