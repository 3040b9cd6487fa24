"""What admins see and do: numbers with their downloads, the board, and the bench of contested photos."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import NOON
from tests.factories import make_golden, make_photo
from truther.models import DaySum, Golden, ModelRun, NightRun, Photo, Player, Team, Vote
from truther.models.photos import State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
PAGES = (
    "/control/",
    "/control/board/",
    "/control/contested/",
    "/control/models/",
    "/control/nights/",
    "/control/board/people.csv",
    "/control/board/teams.csv",
    "/control/numbers/votes.csv",
)
CHARTS = ("votes", "settled", "people", "agreement", "backlog", "not-dress", "top3")
SHEET = {"top1": 0.7, "top3": 0.9, "not_dress_recall": 0.95, "colour_top3": None}


@pytest.fixture(autouse=True)
def model_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets are closed in tests: the model process answers unless a test says otherwise."""
    monkeypatch.setattr("truther.flow.identify.model_answers", lambda: True)


@pytest.fixture
def torn(world: list[str]) -> list[str]:
    """Three photos on which people disagree, the newest first."""
    tally = {"style:red-wrap": 1, "none": 1}
    names = ["torn-0", "torn-1", "torn-2"]
    for number, name in enumerate(names):
        make_photo(
            name, state=State.CONTESTED, why="split", tally=tally, taken_at=NOON - timedelta(hours=number)
        )
    return names


def vote(number: int, person: str = "ann", **values) -> None:
    Vote.objects.create(
        id=f"vote-{number:05}",
        photo_id=f"photo-{number}",
        person=person,
        choice="style",
        style="red-wrap",
        cast_at=timezone.now(),
        **values,
    )


def judged_run(name: str) -> None:
    gate = {"promoted": True, "reasons": [], "champion": SHEET | {"top3": 0.8}, "challenger": SHEET}
    ModelRun.objects.create(id=name, gate=gate, metrics=SHEET, trained_at=NOON)


def text(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def table(client: Client, page: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(client, page))))


def test_control_is_for_staff(world, ann_client, staff_client, client):
    assert [ann_client.get(page).status_code for page in PAGES] == [403] * len(PAGES)
    assert [staff_client.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert [client.get(page).status_code for page in PAGES] == [302] * len(PAGES)
    assert ann_client.post("/control/contested/undo/").status_code == 403


def test_the_overview_counts_todays_votes_at_once(world, staff_client):
    for number in range(3):
        vote(number)
    make_golden("photo-0", settled_at=timezone.now())

    page = text(staff_client, "/control/")

    assert "Votes: last 3, least 0, most 3." in page
    assert "Settled: last 1, least 0, most 1." in page
    assert "<b>6</b> open" in page
    assert "Nothing. The house runs by itself." in page


def test_every_chart_can_be_downloaded_and_says_what_the_page_says(world, staff_client):
    vote(0)
    judged_run("2026-03-13")
    page = text(staff_client, "/control/?days=14")

    assert [name for name in CHARTS if f"/control/numbers/{name}.csv?days=14" not in page] == []
    header, *rows = table(staff_client, "/control/numbers/votes.csv?days=14")
    assert (header, len(rows)) == (["day", "votes"], 14)
    assert rows[-1][1] == "1"
    assert table(staff_client, "/control/numbers/agreement.csv")[-1][1] == ""
    assert staff_client.get("/control/numbers/nonsense.csv").status_code == 404


def test_a_wrong_span_is_thirty_days(world, staff_client):
    text(staff_client, "/control/")

    assert len(table(staff_client, "/control/numbers/votes.csv?days=all")) == 31
    assert staff_client.get("/control/?days=-1").status_code == 200


def test_the_overview_says_when_the_batch_is_done_or_why_it_cannot(world, staff_client):
    assert "Too early to say when it is done" in text(staff_client, "/control/")

    today = timezone.now().date()
    for back in range(1, 15):
        DaySum.objects.note(today - timedelta(days=back), {"settled": 3}, now=timezone.now())
    page = text(staff_client, "/control/")

    assert "At this pace the open batch is done on" in page
    assert "A usual working day settles 3 photos, the median of the last 10." in page


def test_the_overview_names_what_needs_somebody(torn, staff_client, monkeypatch):
    monkeypatch.setattr("truther.flow.identify.model_answers", lambda: False)
    now = timezone.now()
    NightRun.objects.create(id="a", at=now, state="failed", lease_until=now, started_at=now)

    page = text(staff_client, "/control/")

    assert "<b>3</b> contested photos wait for an expert" in page
    assert "<b>1</b> night failed in the last week" in page
    assert "The model is away" in page


def test_the_board_shows_quality_beside_quantity(world, staff_client):
    for number in range(4):
        vote(number, person="ann" if number else "ben", seconds=2.0)
        make_golden(f"photo-{number}", style="red-wrap" if number < 3 else "green-swing")
    Team.objects.create(id="studio", name="The studio")
    Player.objects.note("ann", team_id="studio", accuracy=0.87, answers_known=12)

    page = text(staff_client, "/control/board/?span=day&by=agreement")
    header, *rows = table(staff_client, "/control/board/people.csv?span=all&by=votes")

    assert '67% <small class="hint">of 3</small>' in page
    assert '87% <small class="hint">from 12</small>' in page
    assert header[:5] == ["person", "team", "votes", "agreement", "compared"]
    assert [row[:3] for row in rows] == [["ann", "The studio", "3"], ["ben", "", "1"]]
    assert table(staff_client, "/control/board/teams.csv")[1][:3] == ["The studio", "1", "3"]


def test_a_name_that_is_a_formula_is_only_a_name(world, staff_client):
    vote(0, person="=HYPERLINK(evil)")

    assert table(staff_client, "/control/board/people.csv")[1][0] == "'=HYPERLINK(evil)"


def test_an_expert_settles_contested_photos_one_after_the_other(torn, staff_client):
    for name in torn:
        page = text(staff_client, "/control/contested/")
        assert f'data-case="{name}"' in page.split("<template")[0]
        answer = {"photo": name, "answer": "style:red-wrap", "fit": "yes"}
        assert staff_client.post("/control/contested/", answer).status_code == 302

    assert Golden.objects.filter(style="red-wrap", by_expert=True).count() == 3
    assert "Nobody disagrees." in text(staff_client, "/control/contested/")


def test_the_bench_says_what_people_said_and_how_many_wait(torn, staff_client):
    page = text(staff_client, "/control/contested/")

    assert "<b>none of these</b> × 1, <b>Red Wrap</b> × 1" in page.split("<template")[0]
    assert [f"{left} wait" in page for left in (3, 2, 1)] == [True] * 3


def test_the_script_gets_the_cases_alone(torn, staff_client):
    script = {"HX-Request": "true"}
    cases = staff_client.post(
        "/control/contested/", {"photo": "torn-0", "answer": "none"}, headers=script, follow=True
    ).content.decode()

    assert "<html" not in cases
    assert cases.count("data-case=") == 2
    assert "torn-0" not in cases


def test_a_judgement_is_taken_back_and_its_photo_comes_first(torn, staff_client):
    for name in torn[:2]:
        staff_client.post("/control/contested/", {"photo": name, "answer": "not_dress"})

    page = staff_client.post("/control/contested/undo/", follow=True).content.decode()

    assert Photo.objects.get(pk="torn-1").state == State.OPEN  # no votes are stored on it: it is as they say
    assert Golden.objects.filter(pk="torn-1").count() == 0
    assert Golden.objects.filter(pk="torn-0").count() == 1
    assert "torn-2" in page


def test_nothing_to_take_back_is_a_clear_sentence(torn, staff_client):
    answer = staff_client.post("/control/contested/undo/")

    assert answer.status_code == 409
    assert "There is no judgement of yours to take back." in answer.content.decode()


def test_judging_twice_is_refused_and_changes_nothing(torn, staff_client):
    staff_client.post("/control/contested/", {"photo": "torn-0", "answer": "not_dress"})

    again = staff_client.post("/control/contested/", {"photo": "torn-0", "answer": "none"})

    assert again.status_code == 409
    assert Golden.objects.get(pk="torn-0").verdict == "not_dress"


def test_a_forged_judgement_is_refused(torn, staff_client):
    for answer in ("", "style:", "style:no-such-dress", "nonsense"):
        assert staff_client.post(
            "/control/contested/", {"photo": "torn-0", "answer": answer}
        ).status_code in (
            400,
            409,
        ), answer

    assert not Golden.objects.exists()


def test_models_and_nights_show_the_top_3_over_nights(staff_client):
    judged_run("2026-03-13")
    ModelRun.objects.create(id="v0", metrics=SHEET, trained_at=NOON - timedelta(days=9))

    for page in ("/control/models/", "/control/nights/"):
        assert "Challenger: last 90.0%, least 90.0%, most 90.0%" in text(staff_client, page)
    assert table(staff_client, "/control/numbers/top3.csv")[1] == ["2026-03-13", "0.9", "0.8", ""]


def test_an_empty_house_has_pages_too(staff_client):
    page = text(staff_client, "/control/")

    assert "No batch is open" in page
    assert "Votes: last 0, least 0, most 0." in page
    assert "Nobody has voted in this span." in text(staff_client, "/control/board/")
    assert "Nobody disagrees." in text(staff_client, "/control/contested/")
    assert "No model is registered yet." in text(staff_client, "/control/models/")
    assert "No night has been run yet." in text(staff_client, "/control/nights/")
