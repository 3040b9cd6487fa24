"""Each layout is read as its own README describes it."""

import gzip
import json
import struct
import tarfile

import pytest

from classifier.layouts import LayoutError, exports, read_layout
from classifier.layouts.fashion_mnist import CLASSES, FILES, read_idx
from truther.flow import golden


def rows(collection):
    """Use, sku, split and box of every item."""
    return sorted((item.use, item.sku, item.split or "", item.box or ()) for item in collection.items)


def test_studio_and_street_apart(put, tmp_path):
    put("shop/studio/RW-1/a.jpg")
    put("shop/studio/RW-2/a.jpg")
    put("shop/street/RW-1/ann1.jpg")
    put("shop/not_dress/dog.png")
    put("shop/unlisted/other.png")
    (tmp_path / "shop/owners.csv").write_text("file,owner\nstreet/RW-1/ann1.jpg,ann\n")

    found = read_layout(tmp_path / "shop")

    labelled = [
        ("studio", "RW-1"),
        ("studio", "RW-2"),
        ("style", "RW-1"),
        ("not_dress", ""),
        ("unlisted", ""),
    ]
    assert sorted((item.use, item.sku) for item in found.items) == sorted(labelled)
    assert [item.owner for item in found.items if item.use == "style"] == ["ann"]
    assert found.problems == ()


def test_sku_first_and_sku_alone(put, tmp_path):
    put("shop/RW-1/studio/a.jpg")
    put("shop/RW-1/street/b.jpg")
    put("shop/RW-2/1.jpg")
    put("shop/RW-2/2.jpg")
    put("shop/RW-3/b-studio.jpg")
    put("shop/RW-3/a.jpg")

    found = read_layout(tmp_path / "shop")

    named = {(item.sku, item.use): str(item.source).rpartition("/")[2] for item in found.items}
    assert named == {
        ("RW-1", "studio"): "a.jpg",
        ("RW-1", "style"): "b.jpg",
        ("RW-2", "studio"): "1.jpg",
        ("RW-2", "style"): "2.jpg",
        ("RW-3", "studio"): "b-studio.jpg",
        ("RW-3", "style"): "a.jpg",
    }


def test_what_has_no_sku_or_no_file_is_named(put, tmp_path):
    put("shop/RW-1/1.jpg")
    put("shop/stray.jpg")
    (tmp_path / "shop/owners.csv").write_text("file,owner\nRW-1/2.jpg,ann\n")

    problems = read_layout(tmp_path / "shop", "folders").problems

    assert [problem.partition(":")[0] for problem in problems] == ["listed but missing", "no sku"]


def test_in_shop(put, tmp_path):
    names = [f"img/WOMEN/Dresses/id_0000000{n}/0{k}_1_front.jpg" for n in (1, 2) for k in (1, 2)]
    for name in names:
        put(f"inshop/Img/{name}")
    statuses = ["train", "train", "gallery", "query"]
    lines = [f"{n}   {n.split('/')[3]}  {s}" for n, s in zip(names, statuses, strict=True)]
    lines.append("img/MEN/Pants/id_00000009/01_1_front.jpg id_00000009 query")
    put("inshop/Eval/x.png")
    head = "5\nimage_name item_id evaluation_status\n"
    (tmp_path / "inshop/Eval/list_eval_partition.txt").write_text(head + "\n".join(lines) + "\n")

    found = read_layout(tmp_path / "inshop")

    assert rows(found) == [
        ("studio", "id_00000001", "", ()),
        ("studio", "id_00000002", "", ()),
        ("style", "id_00000001", "train", ()),
        ("style", "id_00000002", "holdout", ()),
    ]
    assert found.retired == {"id_00000001"}
    assert found.problems == ("missing picture: img/MEN/Pants/id_00000009/01_1_front.jpg",)


def test_consumer_to_shop_with_boxes(put, tmp_path):
    root = tmp_path / "c2s"
    names = [f"img/DRESSES/Skirt/id_{n}/{who}.jpg" for n in (1, 2) for who in ("comsumer_01", "shop_01")]
    for name in names:
        put(f"c2s/Img/{name}")
    (root / "Eval").mkdir()
    (root / "Anno").mkdir()
    head = "2\nimage_pair_name_1 image_pair_name_2 item_id evaluation_status\n"
    pairs = f"{names[0]} {names[1]} id_1 val\n{names[2]} {names[3]} id_2 test\n"
    (root / "Eval/list_eval_partition.txt").write_text(head + pairs)
    boxes = "".join(f"{name} 3 {2 - n % 2} {n} 1 18 20\n" for n, name in enumerate(names))
    head = "4\nimage_name clothes_type source_type x_1 y_1 x_2 y_2\n"
    (root / "Anno/list_bbox_consumer2shop.txt").write_text(head + boxes)

    found = read_layout(root)

    assert rows(found) == [
        ("studio", "id_1", "", (1, 1, 18, 20)),
        ("studio", "id_2", "", (3, 1, 18, 20)),
        ("style", "id_1", "calibration", (0, 1, 18, 20)),
        ("style", "id_2", "holdout", (2, 1, 18, 20)),
    ]
    assert found.retired == {"id_1"}


def test_street2shop(put, tmp_path):
    for number in (11, 12, 21, 22):
        put(f"s2s/images/{number:09d}.jpg")
    meta = tmp_path / "s2s/meta/json"
    meta.mkdir(parents=True)
    bbox = {"left": 2, "top": 3, "width": 10, "height": 12}
    (meta / "train_pairs_dresses.json").write_text(json.dumps([{"photo": 11, "product": 1, "bbox": bbox}]))
    test = [{"photo": 12, "product": 2, "bbox": bbox}, {"photo": 99, "product": 2, "bbox": bbox}]
    (meta / "test_pairs_dresses.json").write_text(json.dumps(test))
    shown = [{"photo": 21, "product": 1}, {"photo": 22, "product": 2}, {"photo": 98, "product": 3}]
    (meta / "retrieval_dresses.json").write_text(json.dumps(shown))

    found = read_layout(tmp_path / "s2s")

    assert rows(found) == [
        ("studio", "1", "", ()),
        ("studio", "2", "", ()),
        ("style", "1", "train", (2, 3, 12, 15)),
        ("style", "2", "holdout", (2, 3, 12, 15)),
    ]
    assert found.retired == {"1"}


def write_mnist(folder):
    folder.mkdir()
    for part, (images, labels) in FILES.items():
        count = 16 if part == "train" else 3
        head = struct.pack(">HBB3I", 0, 8, 3, count, 28, 28)
        pixels = bytes(range(256)) * (count * 784 // 256 + 1)
        (folder / f"{images}.gz").write_bytes(gzip.compress(head + pixels[: count * 784]))
        body = struct.pack(">HBBI", 0, 8, 1, count) + bytes(n % 10 for n in range(count))
        (folder / f"{labels}.gz").write_bytes(gzip.compress(body))


def test_fashion_mnist(tmp_path):
    write_mnist(tmp_path / "mnist")

    found = read_layout(tmp_path / "mnist")

    assert len(found.items) == 19
    assert [item.name for item in found.items if item.use == "unlisted"] == ["train-00003", "train-00013"]
    assert {item.split for item in found.items[:16]} == {"train", "calibration"}
    assert [(item.kind, item.split) for item in found.items[16:]] == [(k, "holdout") for k in CLASSES[:3]]


@pytest.mark.parametrize("cut", [0, 3, 10, 400])
def test_a_cut_off_idx_file_is_refused(tmp_path, cut):
    path = tmp_path / "idx"
    path.write_bytes((struct.pack(">HBB3I", 0, 8, 3, 1, 28, 28) + bytes(784))[:cut])

    with pytest.raises(LayoutError, match="idx"):
        read_idx(path, "idx")


@pytest.mark.parametrize("packed", [False, True])
def test_clothing(put, tmp_path, packed):
    root = tmp_path / "clothing"
    for name in ("a", "b"):
        put(f"clothing/images/{name}.jpg")
    (root / "images.csv").write_text(
        "image,sender_id,label,kids\na,7,Dress,False\nb,7,Hat,True\nc,8,Hat,False\n"
    )
    if packed:
        with tarfile.open(root / "images_256.tar", "w") as tar:
            tar.add(root / "images", "images")
        (root / "images").rename(root / "elsewhere")

    found = read_layout(root)

    assert [(i.use, i.owner, i.kind) for i in found.items] == [
        ("unlisted", "7", "Dress"),
        ("not_dress", "7", "Hat"),
    ]
    assert found.problems == ("missing picture: images/c.jpg",)
    assert found.items[0].source.read()[:2] == b"\xff\xd8"


RECORDS = [
    {"photo": "p1", "verdict": "style", "style": "RW-1", "owner": "ann", "sha256": "5" * 64},
    {"photo": "p2", "verdict": "not_dress", "style": "", "owner": "ben", "sha256": "6" * 64},
    {"photo": "p3", "verdict": "style", "style": "", "owner": "ben", "sha256": "7" * 64},
    {"photo": "p4", "verdict": "unlisted", "style": "", "owner": "ben", "sha256": "8" * 64},
]


def export(form, folder):
    path = folder / f"golden.{'csv' if form == 'csv' else 'jsonl'}"
    if form == "csv":
        lines = [",".join(RECORDS[0]), *(",".join(row.values()) for row in RECORDS)]
    elif form == "pages":
        lines = [json.dumps({"next": None, "results": RECORDS})]
    else:
        lines = [json.dumps(row) for row in RECORDS]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("form", ["jsonl", "csv", "pages"])
def test_exports_find_pictures_by_photo_or_hash(put, tmp_path, form):
    put("images/p1.jpg")
    put("images/66/x.png").rename(tmp_path / "images/66" / ("6" * 64))  # as the app keeps originals
    put("studio/RW-1/front.jpg")

    found = read_layout(export(form, tmp_path), "auto")

    assert [(i.use, i.sku, i.name, i.owner) for i in found.items] == [
        ("style", "RW-1", "p1", "ann"),
        ("not_dress", "", "p2", "ben"),
    ]
    assert found.problems == (
        "no sku: photo p3 was settled as a style",
        "missing picture: photo p4",
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("golden.jsonl", "not json\n", "line 1 is not JSON"),
        ("golden.jsonl", '{"photo": "p1"}\n', "lacks one of photo, verdict, style"),
        ("golden.csv", "photo,verdict\np1,style\n", "lacks the columns style"),
    ],
)
def test_other_exports_are_refused(tmp_path, name, content, message):
    (tmp_path / "images").mkdir()
    (tmp_path / name).write_text(content)

    with pytest.raises(LayoutError, match=message):
        read_layout(tmp_path / name)


def test_nowhere_and_nothing_are_refused(tmp_path):
    with pytest.raises(LayoutError, match="does not exist"):
        read_layout(tmp_path / "nowhere")
    with pytest.raises(LayoutError, match="in none of the layouts export, clothing"):
        read_layout(tmp_path)


def test_the_app_exports_the_columns_that_are_read():
    assert {*exports.COLUMNS, "owner", "sha256"} <= set(golden.FIELDS)
