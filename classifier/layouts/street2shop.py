"""Street2Shop ("Where to Buy It"), one category at a time, as its meta archive and a download leave it.

meta/json/{train,test}_pairs_CATEGORY.json: a list of {"photo", "product", "bbox": {"left", "top", "width",
"height"}}: a street photo, the product on it and where. meta/json/retrieval_CATEGORY.json: a list of
{"photo", "product"}: a shop's picture of a product. Pictures are downloaded one by one from photos/photos.txt
("000000001,URL") and lie as images/<number>.jpg, with or without leading zeros. Many URLs are dead by now:
what was not downloaded is left out, not refused. Source: Kiapour et al., ICCV 2015; the meta files.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from classifier.layouts.collection import Box, Collection, FileSource, Item, LayoutError, pictures_in
from classifier.snapshot import Split

PARTS: Final[dict[str, Split]] = {"train": "train", "test": "holdout"}


def recognise(root: Path) -> bool:
    """Whether a folder is Street2Shop's."""
    return _meta(root, "retrieval_dresses.json") is not None


def read(root: Path, *, only: str = "dresses") -> Collection:
    """List one category: shop pictures of products with a downloaded street photo, and those photos.

    Products of the test part are on offer; those of the training part teach. Distractors (shop pictures of
    products that no photo shows) are on offer too, as in the paper.

    Raises:
        LayoutError: a meta file is missing or is not such a list.
    """
    only = only or "dresses"
    at = {int(path.stem): path for path in pictures_in(root) if path.stem.isdecimal()}
    items: list[Item] = []
    absent = 0
    taught = {row["product"] for row in _rows(root, f"train_pairs_{only}.json")}
    for part, split in PARTS.items():
        for row in _rows(root, f"{part}_pairs_{only}.json"):
            if row["photo"] not in at:
                absent += 1
                continue
            name = f"{row['photo']}-{row['product']}"
            source = FileSource(at[row["photo"]])
            # the photo is the group: one photo may show several products
            owner = f"photo {row['photo']}"
            items.append(Item(source, "style", str(row["product"]), name, owner, split, box=_box(row)))
    for row in _rows(root, f"retrieval_{only}.json"):
        if row["photo"] in at:
            items.append(Item(FileSource(at[row["photo"]]), "studio", str(row["product"])))
        else:
            absent += 1
    if not items:
        raise LayoutError(f"{root}: none of the {absent} pictures of {only} was downloaded into images/")
    tested = {item.sku for item in items if item.split == "holdout"}
    retired = frozenset(str(product) for product in taught) - tested
    shown = {item.sku for item in items if item.use == "studio"}
    alone = sorted({item.sku for item in items} - shown - retired)
    kept = tuple(item for item in items if item.sku not in alone)
    return Collection(f"street2shop-{only}", kept, (), retired)


def _meta(root: Path, name: str) -> Path | None:
    places = (root / "meta" / "json" / name, root / "meta" / name, root / "json" / name, root / name)
    return next((path for path in places if path.is_file()), None)


def _rows(root: Path, name: str) -> Iterator[dict[str, Any]]:
    path = _meta(root, name)
    if path is None:
        raise LayoutError(f"{root} has no {name} in meta/json/, meta/ or json/")
    try:
        for row in json.loads(path.read_bytes()):
            yield {"photo": int(row["photo"]), "product": int(row["product"]), "bbox": row.get("bbox")}
    except (ValueError, TypeError, KeyError) as error:
        raise LayoutError(f"{path} is not a list of photos and products: {error!r}") from error


def _box(row: dict[str, Any]) -> Box | None:
    if not row["bbox"]:
        return None
    left, top, width, height = (int(row["bbox"][side]) for side in ("left", "top", "width", "height"))
    return left, top, left + width, top + height
