"""Payloads stay what they are, but for what a database cannot hold."""

import json
from typing import Any

import pytest

from truther.sources.payload import parse, storable
from truther.sources.posts import PostRefused


def test_an_ordinary_payload_stays_as_it_came():
    payload = {"id": "1", "likes": 3, "share": 0.5, "on": True, "none": None, "list": [{"a": []}], "ü": "❤"}

    assert parse(json.dumps(payload).encode()) == payload


def test_what_no_database_holds_becomes_text():
    payload: dict[Any, Any] = {
        1: float("nan"),
        "big": 2**63,
        "small": -(2**63),
        "nul": "a\0b",
        "lone": "\ud800",
        "$set": {"a.b": 1},
    }

    assert storable(payload) == {
        "1": "nan",
        "big": "0x8000000000000000",
        "small": -(2**63),
        "nul": "a\ufffdb",
        "lone": "\ufffd",
        "＄set": {"a．b": 1},
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[1]", "not a JSON object"),
        (b"{", "not JSON"),
        (b"\xff\xfe{", "not UTF-8"),
        (b'{"a":' + b"[" * 70 + b"]" * 70 + b"}", "nested deeper than 60 levels"),
        (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested deeper than 60 levels"),
        (b'{"a":"' + b"x" * 1_000_000 + b'"}', "larger than 1,000,000 bytes"),
        (b'{"a":' + b"9" * 5_000 + b"}", "not JSON"),
    ],
)
def test_hostile_payloads_are_refused_with_a_reason(data: bytes, reason: str):
    with pytest.raises(PostRefused, match=reason):
        parse(data)


def test_a_byte_order_mark_is_no_mistake():
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
