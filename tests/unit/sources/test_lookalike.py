"""Copies are found whatever was done to them; other dresses are not taken for copies."""

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from tests.pictures import jpeg, packed, scene
from truther.sources.lookalike import Lookalikes, same_colours
from truther.sources.media import MediaStore


@pytest.fixture
def store(tmp_path) -> MediaStore:
    return MediaStore(tmp_path)


def test_the_same_bytes_are_found_even_without_a_perceptual_hash():
    known = Lookalikes([("a", "sha-a", "")])

    assert known.same_bytes("sha-a") == "a"
    assert known.same_bytes("sha-b") == ""
    assert known.near("") == []


def test_a_picture_packed_and_resized_again_is_near_and_others_are_not(store):
    known = Lookalikes()
    for seed in range(1_100):  # more than fit at first
        known.add(f"p{seed}", f"sha{seed}", np.random.default_rng(seed).bytes(32).hex())
    original = store.keep(jpeg(5, (640, 800)))
    known.add("five", original.sha256, original.phash)

    copy = store.keep(packed(scene(5, (640, 800)).resize((300, 375)), "JPEG", quality=40))
    other = store.keep(jpeg(6, (640, 800)))

    assert known.near(copy.phash) == [("five", original.sha256)]
    assert known.near(other.phash) == []
    assert same_colours(store.small(original.sha256), store.small(copy.sha256))


def test_near_means_31_bits_and_the_nearest_comes_first():
    bits = np.zeros(256, dtype=np.uint8)
    known = Lookalikes(
        [("far", "1", _hash(bits, 32)), ("edge", "2", _hash(bits, 31)), ("close", "3", _hash(bits, 3))]
    )

    assert [name for name, _ in known.near(_hash(bits, 0))] == ["close", "edge"]


def _hash(bits: "np.ndarray[tuple[int], np.dtype[np.uint8]]", flipped: int) -> str:
    changed = bits.copy()
    changed[:flipped] ^= 1
    return np.packbits(changed).tobytes().hex()


def test_a_dress_in_another_colour_is_another_picture():
    red, green = (Image.new("RGB", (256, 320), (235, 230, 225)) for _ in range(2))
    red.paste((170, 30, 40), (90, 80, 170, 260))
    green.paste((20, 95, 50), (90, 80, 170, 260))

    assert not same_colours(red, green)
    assert same_colours(red, ImageEnhance.Brightness(red).enhance(0.9))
