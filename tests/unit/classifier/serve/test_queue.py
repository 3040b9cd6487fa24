"""Pictures wait together for the network, not for long, and not too many."""

import pytest

from tests.asgi import ask
from tests.unit.classifier.serve.asking import gathered, picture_bytes, skus


def test_a_full_queue_sends_people_away(make_app):
    app = make_app(queue=2)

    answers = gathered(*(ask(app, picture_bytes()) for _ in range(6)))

    assert sorted(answered.status for answered in answers) == [200, 200, 429, 429, 429, 429]
    assert {each.headers.get("retry-after") for each in answers if each.status == 429} == {"1"}
    assert [each.status for each in gathered(ask(app, picture_bytes()))] == [200]


def test_too_many_bytes_of_all_together_are_refused(make_app):
    app, picture = make_app(), picture_bytes()
    app._held.most = len(picture) + 10

    answers = gathered(ask(app, picture), ask(app, picture))

    assert sorted(answered.status for answered in answers) == [200, 429]
    assert app._held.now == 0


def test_pictures_that_come_together_go_through_the_network_together(app, post):
    alone = post(picture_bytes()).json()
    pictures = [picture_bytes(style=number % 5) for number in range(20)]

    answers = gathered(*(ask(app, picture) for picture in pictures))

    assert [skus(each.json())[0] for each in answers] == [f"S{number % 5}" for number in range(20)]
    assert answers[2].json()["p_dress"] == pytest.approx(alone["p_dress"], abs=0.02)
    assert app.batcher.pictures == 21
    assert app.batcher.batches < 21


def test_a_lone_picture_waits_for_nobody(make_app):
    app = make_app(wait_ms=60_000)

    [answered] = gathered(ask(app, picture_bytes()))

    assert answered.status == 200


def test_a_picture_that_waits_too_long_is_told_to_come_back(make_app):
    app = make_app(patience_seconds=0)

    [answered] = gathered(ask(app, picture_bytes()))

    assert (answered.status, answered.json()["error"]) == (503, "no answer in time")
