"""Golden records leave in a fixed order; walks and rehearsals can be told again."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_golden, make_photo, make_style
from truther.flow import assign, golden, rehearse, verify
from truther.management.export import write_rows
from truther.models import Golden, Photo, PlaySession, Serve, Vote
from truther.models.standing import drift_in
from truther.models.walks import NEVER

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def cast(answer: rehearse.Answer, person_id: str, now: Any) -> str:
    """Open the same door real votes go through."""
    verdict = verify.Verdict(
        answer.vote_id, answer.photo_id, answer.choice, answer.style, answer.fit, answer.seconds
    )
    return verify.cast_vote(verdict, person_id=person_id, now=now).state


def test_records_come_in_the_order_of_settling_with_ties_by_photo() -> None:
    make_golden("b", settled_at=NOON + MINUTE)
    make_golden("z")
    make_golden("a", verdict="not_dress", style="", owner="Zoë, “of course”")
    out = io.StringIO()

    assert write_rows(out, "jsonl", golden.FIELDS, golden.rows()) == 3

    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["photo"] for row in rows] == ["a", "z", "b"]
    assert tuple(rows[0]) == golden.FIELDS
    assert rows[0]["owner"] == "Zoë, “of course”"
    assert rows[2]["settled_at"] == "2026-03-14T12:01:00+00:00"


def test_csv_says_the_same_as_json_lines() -> None:
    make_golden("a", owner='dora, "the first"', fit=False)
    lines, table = io.StringIO(), io.StringIO()
    write_rows(lines, "jsonl", golden.FIELDS, golden.rows())
    write_rows(table, "csv", golden.FIELDS, golden.rows())

    [row] = csv.DictReader(io.StringIO(table.getvalue()))

    expected = {
        name: json.dumps(v) if isinstance(v, bool) else str(v)
        for name, v in json.loads(lines.getvalue()).items()
    }
    assert row == expected


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    make_golden("a")
    path = tmp_path / "golden.jsonl"

    call_command("golden", "export", "--out", str(path), stderr=io.StringIO())

    assert json.loads(path.read_text())["photo"] == "a"
    assert [file.name for file in tmp_path.iterdir()] == ["golden.jsonl"]


def test_the_command_writes_to_standard_output() -> None:
    make_golden("a")
    out = io.StringIO()

    call_command("golden", "export", "--format", "csv", stdout=out)

    assert out.getvalue().splitlines()[1].startswith("a,style,red-wrap,true,2,1.0,false,")


@pytest.fixture
def shop() -> dict[str, tuple[str, str]]:
    """Forty photos and what they truly show."""
    skus = ("red-wrap", "blue-column", "green-swing")
    for sku in (*skus, "hidden-gem"):
        make_style(sku)
    make_batch()
    kinds = [("dress", skus[0]), ("dress", skus[1]), ("pet", ""), ("dress", "hidden-gem"), ("unlisted", "")]
    truth = {f"p{number:02d}": kinds[number % len(kinds)] for number in range(40)}
    for photo_id in truth:
        make_photo(photo_id)
    return truth


def test_a_walk_can_be_told_again(shop: dict[str, tuple[str, str]]) -> None:
    hand = assign.deal(session_key="key", person_id="ann", now=NOON, fresh=4)
    assert hand.current is not None
    card = hand.current
    verify.cast_vote(
        verify.Verdict("vote-ann-1", card.photo_id, "style", card.options[0].sku), person_id="ann", now=NOON
    )
    by_id, by_person, table = io.StringIO(), io.StringIO(), io.StringIO()

    call_command("walk", hand.session_id, "--json", stdout=by_id)
    call_command("walk", "ann", "--json", stdout=by_person)
    call_command("walk", "ann", stdout=table)

    walked = json.loads(by_id.getvalue())
    assert walked == json.loads(by_person.getvalue())
    assert walked["start_photo_id"] in {step["photo_id"] for step in walked["steps"]}
    assert [step["number"] for step in walked["steps"]] == [0, 1, 2, 3]
    assert walked["steps"][0]["style"] == card.options[0].sku
    assert f"[{card.options[0].sku}]" in table.getvalue()


def test_a_walk_of_nobody_is_refused() -> None:
    with pytest.raises(CommandError, match="No session"):
        call_command("walk", "nobody")


def test_a_rehearsal_plays_through_the_real_doors(shop: dict[str, tuple[str, str]]) -> None:
    report = rehearse.play(200, 7, shop, NOON, deal=assign.deal, cast=cast)

    assert report.votes == Vote.objects.count() > 80
    assert report.votes == report.kept + report.late
    assert report.settled == Golden.objects.count() > 10
    assert report.right > 0.8
    assert max(Vote.objects.values_list("cast_at", flat=True)) <= NOON
    assert drift_in(list(Photo.objects.all()), now=NOON) == []


def test_a_rehearsal_is_the_same_for_the_same_seed(shop: dict[str, tuple[str, str]]) -> None:
    rehearse.play(60, 7, shop, NOON, deal=assign.deal, cast=cast)
    first = sorted(Vote.objects.values_list("pk", "choice", "style", "cast_at"))
    for model in (Vote, Serve, Golden, PlaySession):
        model.objects.all().delete()  # type: ignore[attr-defined]
    Photo.objects.update(state="open", need=2, votes=0, tally={}, why="", leased_by="", leased_until=NEVER)

    rehearse.play(60, 7, shop, NOON, deal=assign.deal, cast=cast)

    assert first == sorted(Vote.objects.values_list("pk", "choice", "style", "cast_at"))
