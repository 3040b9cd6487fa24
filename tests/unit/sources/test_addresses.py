"""Links are followed to public addresses of listed hosts and nowhere else."""

from datetime import UTC, datetime

import pytest

from truther.sources.addresses import Unfetchable, expiry_of, target_of

HOSTS = ("cdninstagram.com", "fbcdn.net")
PUBLIC = "157.240.1.1"


def target(url: str, *addresses: str):
    return target_of(url, hosts=HOSTS, resolve=lambda host: list(addresses))


def test_a_link_to_a_listed_host_is_pinned_to_its_address():
    found = target("https://scontent.cdninstagram.com/v/a.jpg?oe=1", PUBLIC)

    assert found.host == "scontent.cdninstagram.com"
    assert found.pinned == f"https://{PUBLIC}:443/v/a.jpg?oe=1"


def test_ipv6_addresses_are_bracketed():
    assert target("https://fbcdn.net/a", "2a03:2880::1").pinned == "https://[2a03:2880::1]:443/a"


@pytest.mark.parametrize(
    "url",
    [
        "http://cdninstagram.com/a.jpg",
        "ftp://cdninstagram.com/a.jpg",
        "file:///etc/passwd",
        "https://evilcdninstagram.com/a.jpg",
        "https://cdninstagram.com.evil.org/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://ann:secret@cdninstagram.com/a.jpg",
        "https://cdninstagram.com@evil.org/a.jpg",
        "https://cdninstagram.com:8000/a.jpg",
        "https://cdninstagram.com:99999/a.jpg",
        "https://[broken/a.jpg",
        "a.jpg",
        "",
    ],
)
def test_other_links_are_not_followed(url: str):
    with pytest.raises(Unfetchable):
        target(url, PUBLIC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "not an address",
    ],
)
def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address(address: str):
    with pytest.raises(Unfetchable, match="does not lead to a public address"):
        target("https://cdninstagram.com/a.jpg", PUBLIC, address)


def test_loopback_is_for_tests_alone():
    with pytest.raises(Unfetchable):
        target_of("http://cdninstagram.com:8710/", hosts=HOSTS, resolve=lambda host: ["127.0.0.1"])

    found = target_of(
        "http://cdninstagram.com:8710/", hosts=HOSTS, resolve=lambda host: ["127.0.0.1"], loopback=True
    )
    assert found.pinned == "http://127.0.0.1:8710/"


def test_signed_links_tell_when_they_die():
    assert expiry_of("https://x/a.jpg?oh=1&oe=6576D61D") == datetime(2023, 12, 11, 9, 27, 57, tzinfo=UTC)
    for link in ("https://x/a.jpg", "https://x/?oe=zz", "https://x/?oe=fffffffffffffffff", "https://[x"):
        assert expiry_of(link) is None
