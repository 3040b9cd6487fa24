"""DeepFashion's retrieval benchmarks, as the archives unpack: In-Shop and Consumer-to-Shop.

Both have Eval/list_eval_partition.txt: a count, a header, then a row per picture or pair, blank-separated.
In-Shop: image_name item_id evaluation_status (train, query, gallery).
Consumer-to-Shop: image_pair_name_1 image_pair_name_2 item_id evaluation_status (train, val, test); the first
is the consumer's photo, the second the shop's; Anno/list_bbox_consumer2shop.txt gives a box for each.
Pictures lie under Img/ (img/WOMEN/Dresses/id_00000002/02_1_front.jpg). Neither names the people on the
photos: a photo is its own group, and the splits are the benchmark's. Source: Liu et al., CVPR 2016.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from classifier.layouts.collection import Box, Collection, FileSource, Item, LayoutError, lines_of
from classifier.snapshot import Split

PARTITION: Final = "list_eval_partition.txt"
BOXES: Final = "list_bbox_consumer2shop.txt"
IN_SHOP: Final = ["image_name", "item_id", "evaluation_status"]
PAIRS: Final = ["image_pair_name_1", "image_pair_name_2", "item_id", "evaluation_status"]
SPLITS: Final[dict[str, Split]] = {"train": "train", "val": "calibration", "test": "holdout"}


def recognise_in_shop(root: Path) -> bool:
    """Whether a folder is the In-Shop benchmark."""
    return _header(root) == IN_SHOP


def recognise_consumer_to_shop(root: Path) -> bool:
    """Whether a folder is the Consumer-to-Shop benchmark."""
    return _header(root) == PAIRS


def read_in_shop(root: Path, *, only: str = "") -> Collection:
    """In-Shop: gallery pictures are studio shots, queries are holdout.

    Of an item of the training part the first picture stands for its studio shot.

    Args:
        only: a part of the path every picture must have, such as Dresses; "" takes all.

    Raises:
        LayoutError: the partition file is missing or another one.
    """
    items, problems, teaching = [], [], set[str]()
    for image, sku, status in _rows(root, IN_SHOP):
        if only and f"/{only}/" not in image:
            continue
        path = _picture(root, image)
        if path is None:
            problems.append(f"missing picture: {image}")
        elif status == "gallery" or (status == "train" and sku not in teaching):
            items.append(Item(FileSource(path), "studio", sku))
        elif status == "query":
            items.append(Item(FileSource(path), "style", sku, image, split="holdout"))
        elif status == "train":
            items.append(Item(FileSource(path), "style", sku, image, split="train"))
        else:
            problems.append(f"unknown status: {status} of {image}")
        if status == "train":
            teaching.add(sku)
    return Collection("in-shop", tuple(items), tuple(problems), frozenset(teaching))


def read_consumer_to_shop(root: Path, *, only: str = "") -> Collection:
    """Consumer-to-Shop: shop pictures are studio shots, consumers' are photos, both cut out by their boxes.

    Only items of the test part are on offer; the others teach and calibrate.

    Raises:
        LayoutError: the partition or box file is missing or another one.
    """
    boxes, items, problems = _boxes(root), [], []
    offered, seen, all_skus = set[str](), set[str](), set[str]()
    for consumer, shop, sku, status in _rows(root, PAIRS):
        if only and f"/{only}/" not in consumer:
            continue
        all_skus.add(sku)
        if status == "test":
            offered.add(sku)
        for image, studio in ((shop, True), (consumer, False)):
            path = _picture(root, image)
            if image in seen:
                continue
            seen.add(image)
            if path is None:
                problems.append(f"missing picture: {image}")
            elif status not in SPLITS:
                problems.append(f"unknown status: {status} of {image}")
            elif studio:
                items.append(Item(FileSource(path), "studio", sku, box=boxes.get(image)))
            else:
                item = Item(FileSource(path), "style", sku, image, split=SPLITS[status], box=boxes.get(image))
                items.append(item)
    return Collection("consumer-to-shop", tuple(items), tuple(problems), frozenset(all_skus - offered))


def _header(root: Path) -> list[str] | None:
    path = _find(root, PARTITION)
    lines = lines_of(path)[:2] if path else []
    return lines[1].split() if len(lines) == 2 else None


def _find(root: Path, name: str) -> Path | None:
    """A file in root or in one of the archives' own folders."""
    places = (root / name, root / "Eval" / name, root / "Anno" / name)
    return next((path for path in places if path.is_file()), None)


def _picture(root: Path, image: str) -> Path | None:
    """Where a picture lies: archives unpack to Img/img/..., or to img/... beside the lists."""
    places = (root / image, root / "Img" / image, root / "Img" / image.removeprefix("img/"))
    return next((path for path in places if path.is_file()), None)


def _rows(root: Path, columns: list[str]) -> Iterable[list[str]]:
    path = _find(root, PARTITION)
    if path is None:
        raise LayoutError(f"{root} has no {PARTITION}, neither in Eval/ nor beside the pictures")
    lines = lines_of(path)
    if len(lines) < 2 or lines[1].split() != columns:
        raise LayoutError(f"{path}: the second line should be {' '.join(columns)!r}")
    for number, line in enumerate(lines[2:], start=3):
        row = line.split()
        if len(row) != len(columns):
            raise LayoutError(f"{path} line {number} has {len(row)} columns instead of {len(columns)}")
        yield row


def _boxes(root: Path) -> dict[str, Box]:
    path = _find(root, BOXES)
    if path is None:
        raise LayoutError(f"{root} has no {BOXES}: photos of people need their boxes")
    boxes = {}
    for number, line in enumerate(lines_of(path)[2:], start=3):
        try:
            image, _, _, *corners = line.split()
            left, top, right, bottom = map(int, corners)
        except ValueError as error:
            raise LayoutError(f"{path} line {number} is not a name, two types and four numbers") from error
        boxes[image] = (left, top, right, bottom)
    return boxes
