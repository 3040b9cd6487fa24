"""Polling a hashtag over a real socket, with all that goes wrong there."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOON
from tests.integration.graph_api import HASHTAG, TOKEN, USER, Answer, GraphApi, graph_api, refusal
from tests.pictures import jpeg
from truther.flow.ingest import ingest_hashtag
from truther.models import Photo, Post
from truther.sources import graph_errors
from truther.sources.fetch import Fetcher
from truther.sources.graph_memory import GraphMemory
from truther.sources.instagram import GraphClient

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def api():
    with graph_api() as server:
        yield server


@pytest.fixture
def poll(api: GraphApi, tmp_path):
    """Poll the way the room does it; what is remembered lies in a file between polls."""

    def poll(tag: str = "myRTR", *, now=NOON):
        memory = GraphMemory.load(tmp_path / "instagram.json")
        client = GraphClient(url=api.url, token=TOKEN, user_id=USER, memory=memory, pause=api.waits.append)
        fetcher = Fetcher(
            hosts=["cdninstagram.com"],
            max_bytes=1_000_000,
            resolve=lambda host: ["127.0.0.1"],
            loopback=True,
        )
        return ingest_hashtag(tag, now=now, client=client, fetcher=fetcher)

    return poll


def medium(api: GraphApi, number: int, **changes: Any) -> dict[str, Any]:
    node = {
        "id": f"178{number:014d}",
        "caption": "At the gala #myRTR",
        "media_type": "IMAGE",
        "media_url": api.link(f"{number}.jpg", jpeg(number)),
        "permalink": f"https://www.instagram.com/p/C{number:05d}/",
        "timestamp": "2026-03-14T09:36:43+0000",
        "like_count": 7,
        "comments_count": 1,
    }
    return node | changes


def graph_questions(api: GraphApi) -> list[str]:
    return [line for line in api.asked if "/v23.0/" in line]


def test_a_poll_brings_in_the_photos_of_every_page(api, poll):
    api.pages = [[medium(api, 1), medium(api, 2)], [medium(api, 2), medium(api, 3)]]

    report = poll()

    assert (report.posts, report.photos, report.rejected, report.stopped) == (3, 3, (), "")
    post = Post.objects.get(pk="C00001")
    assert (post.source, post.owner, post.likes, post.hashtags) == ("hashtag", "", 7, ["myRTR"])
    assert post.taken_at.isoformat() == "2026-03-14T09:36:43+00:00"
    assert post.raw["hashtag"]["id"] == "17800000000000001"


def test_a_second_poll_fetches_no_picture_again_and_asks_for_the_id_no_more(api, poll):
    api.pages = [[medium(api, 1)]]
    poll()
    api.asked.clear()

    report = poll(now=NOON + timedelta(hours=1))

    assert (report.posts, report.photos, report.unchanged) == (0, 0, 1)
    assert len(api.asked) == 1
    assert f"/v23.0/{HASHTAG}/recent_media" in api.asked[0]


def test_a_server_that_always_names_a_next_page_is_left_when_nothing_new_comes(api, poll):
    api.pages, api.endless = [[medium(api, 1)], [medium(api, 2)]], True

    report = poll()

    assert report.photos == 2
    assert len(graph_questions(api)) == 4  # the id, two pages, and the one that brought nothing new


def test_empty_data_ends_the_poll(api, poll):
    api.pages, api.endless = [[]], True

    assert poll().photos == 0
    assert len(graph_questions(api)) == 2


def test_fifty_are_asked_for_at_a_time_and_never_the_username(api, poll):
    api.pages = [[medium(api, 1)]]

    poll()

    assert "limit=50" in api.asked[1]
    assert "children%7Bid" in api.asked[1]
    assert "username" not in api.asked[1]


def test_the_token_travels_in_the_header_alone(api, poll, caplog):
    caplog.set_level(logging.DEBUG)
    api.pages = [[medium(api, 1)], [medium(api, 2)]]

    poll()

    assert not any(TOKEN in line for line in api.asked)
    assert TOKEN not in caplog.text
    assert TOKEN not in json.dumps(Post.objects.get(pk="C00001").raw)
    assert f"Bearer {TOKEN}" in api.tokens
    assert any(not token for token in api.tokens)  # the media host never saw it


def test_an_album_becomes_photos_of_one_post_and_its_videos_are_counted(api, poll):
    children = [
        {"id": "1", "media_type": "IMAGE", "media_url": api.link("a.jpg", jpeg(11))},
        {"id": "2", "media_type": "VIDEO", "media_url": api.link("b.mp4", b"film")},
        {"id": "3", "media_type": "IMAGE", "media_url": api.link("c.jpg", jpeg(12))},
        {"id": "4", "media_type": "IMAGE"},
    ]
    album = medium(api, 1, media_type="CAROUSEL_ALBUM", children={"data": children})
    del album["media_url"]
    api.pages = [[album, medium(api, 2, media_type="VIDEO")]]

    report = poll()

    assert (report.posts, report.photos, report.videos_skipped) == (1, 2, 2)
    assert sorted(Photo.objects.values_list("pk", flat=True)) == ["C00001-0", "C00001-2"]
    [rejection] = report.rejected
    assert (rejection.name, rejection.reason) == ("C00001-3", "Instagram gives no link to the picture")


def test_expired_dead_moved_and_forbidden_links_are_told_apart(api, poll):
    api.moved["/moved.jpg"] = api.link("there.jpg", jpeg(5))
    api.moved["/away.jpg"] = "https://evil.example/x.jpg"
    api.moved["/round.jpg"] = "/round.jpg"
    api.pages = [
        [
            medium(api, 1, media_url=api.link("old.jpg", jpeg(1), dies=0x6576D61D)),
            medium(api, 2, media_url=api.link("never-there.jpg")),
            medium(api, 3, media_url="http://127.0.0.1:1/x.jpg"),
            medium(api, 4, media_url=api.link("huge.jpg", bytes(1_000_001))),
            medium(api, 5, media_url=api.link("moved.jpg")),
            medium(api, 6, media_url=api.link("away.jpg")),
            medium(api, 7, media_url=api.link("round.jpg")),
            medium(api, 8, media_url=api.link("page.html", b"<html>")),
        ]
    ]

    report = poll()

    assert Photo.objects.get().pk == "C00005-0"
    reasons = {rejection.name: rejection.reason for rejection in report.rejected}
    assert reasons == {
        "C00001-0": "the link expired on 2023-12-11 09:27 UTC",
        "C00002-0": "the link is dead (HTTP 404)",
        "C00003-0": "127.0.0.1 is not among the media hosts",
        "C00004-0": "it is larger than 1,000,000 bytes",
        "C00006-0": "evil.example is not among the media hosts",
        "C00007-0": "more than 3 redirects",
        "C00008-0": "not a JPEG, PNG, WebP or GIF picture",
    }


def test_a_hostile_node_is_rejected_and_others_are_taken(api, poll):
    bad = medium(api, 1, timestamp="never")
    nameless = {"media_type": "IMAGE", "timestamp": "2026-03-14T09:36:43+0000"}
    empty = medium(api, 3, media_type="CAROUSEL_ALBUM", children={"data": []})
    api.pages = [[bad, nameless, empty, medium(api, 4)]]

    report = poll()

    assert report.photos == 1
    assert len(report.rejected) == 3


@pytest.mark.parametrize(
    "fault", [refusal(1), refusal(2, 500), Answer(502, b"<html>Bad Gateway</html>"), Answer(200, b"[]")]
)
def test_a_passing_fault_is_tried_again(api, poll, fault):
    api.pages = [[medium(api, 1)]]
    api.faults = [fault, fault]

    assert poll().photos == 1
    assert api.waits == [2.0, 4.0]


def test_a_lasting_outage_is_told_and_the_next_poll_begins_anew(api, poll):
    api.pages, api.faults = [[medium(api, 1)]], [Answer(502, b"<html>")] * 3

    with pytest.raises(graph_errors.Unavailable, match="HTTP 502 without JSON"):
        poll()

    assert poll().photos == 1


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (102, 401, graph_errors.TokenExpired),
        (190, 400, graph_errors.TokenExpired),
        (3, 400, graph_errors.NoPermission),
        (10, 403, graph_errors.NoPermission),
        (200, 403, graph_errors.NoPermission),
        (299, 403, graph_errors.NoPermission),
        (368, 400, graph_errors.Blocked),
        (100, 400, graph_errors.GraphError),
    ],
)
def test_refusals_are_named_by_what_to_do_and_asked_once(api, poll, code, status, kind):
    api.faults = [refusal(code, status)]

    with pytest.raises(kind) as refused:
        poll()

    assert type(refused.value) is kind
    assert f"code {code}" in str(refused.value)
    assert len(api.asked) == 1


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002])
def test_a_reached_limit_cools_down_for_an_hour_across_polls(api, poll, code):
    api.pages, api.faults = [[medium(api, 1)]], [refusal(code, 403)]

    first = poll()
    api.asked.clear()
    during, after = poll(now=NOON + timedelta(minutes=59)), poll(now=NOON + timedelta(minutes=61))

    assert "2026-03-14 13:00 UTC" in first.stopped
    assert "2026-03-14 13:00 UTC" in during.stopped
    assert (during.photos, after.photos) == (0, 1)
    assert len(graph_questions(api)) == 2


@pytest.mark.parametrize(
    ("header", "value", "minutes"),
    [
        ("X-App-Usage", {"call_count": 28, "total_time": 95, "total_cputime": 25}, 60),
        ("X-Business-Use-Case-Usage", {USER: [{"estimated_time_to_regain_access": 19}]}, 19),
    ],
)
def test_a_limit_nearly_reached_keeps_the_page_at_hand_and_asks_no_more(api, poll, header, value, minutes):
    api.pages = [[medium(api, 1)], [medium(api, 2)]]
    api.headers = {header: json.dumps(value)}

    report = poll()

    assert report.photos == 1
    assert (NOON + timedelta(minutes=minutes)).strftime("%H:%M UTC") in report.stopped
    api.headers = {}
    assert poll(now=NOON + timedelta(minutes=minutes + 1)).photos == 1


@pytest.mark.parametrize("value", ["nonsense", "[1]", '{"call_count": "many"}', '{"17": [{}], "18": 3}'])
def test_strange_usage_headers_are_nothing_to_stop_for(api, poll, value):
    api.pages = [[medium(api, 1)]]
    api.headers = {"X-App-Usage": value, "X-Business-Use-Case-Usage": value}

    assert poll().stopped == ""


def test_thirty_hashtags_a_week_are_the_budget(api, poll):
    for number in range(30):
        assert poll(f"tag{number}", now=NOON + timedelta(minutes=number)).stopped == ""
    api.asked.clear()

    refused = poll("tag30", now=NOON + timedelta(days=1))
    known = poll("#TAG3", now=NOON + timedelta(days=1))

    assert "30 different hashtags" in refused.stopped
    assert known.stopped == ""
    assert len(api.asked) == 1
    assert poll("tag30", now=NOON + timedelta(days=7, minutes=1)).stopped == ""


def test_a_server_that_is_not_there_is_an_outage(api, poll, tmp_path):
    memory = GraphMemory.load(tmp_path / "other.json")
    client = GraphClient(
        url="http://127.0.0.1:9/v23.0", token=TOKEN, user_id=USER, memory=memory, pause=lambda s: None
    )

    with pytest.raises(graph_errors.Unavailable, match="does not answer"):
        ingest_hashtag("myrtr", now=NOON, client=client)


def test_no_token_is_a_clear_refusal():
    with pytest.raises(graph_errors.NotConfigured, match="TRUTHER_INSTAGRAM_TOKEN"):
        ingest_hashtag("myrtr", now=NOON)


def test_a_damaged_memory_costs_a_few_calls_and_no_poll(api, poll, tmp_path):
    (tmp_path / "instagram.json").write_text('{"ids": []')
    api.pages = [[medium(api, 1)]]

    assert poll().photos == 1
