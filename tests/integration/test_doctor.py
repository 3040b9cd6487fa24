"""The doctor finds what is missing, says what to do, and says by its exit code whether anything failed."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.factories import make_style
from truther.config import Config, config
from truther.doctor import Health, databases, deepdress, examine, machine
from truther.engine.messages import Store
from truther.shelf import champion_id, run_folder

pytestmark = [
    pytest.mark.django_db(databases=["default", "documents"]),
    pytest.mark.usefixtures("empty_shelf"),  # whatever tests before left there
]


def examined(**changes: Any) -> dict[str, Any]:
    """The findings by name, for this installation with some settings changed."""
    findings = examine(config.model_copy(update=changes))
    return {finding.name: finding for finding in findings}


@pytest.fixture
def shelf() -> Iterator[None]:
    """The shipped model as champion, gone again afterwards."""
    champion_id()
    yield
    shutil.rmtree(config.data_dir / "models")
    shutil.rmtree(config.data_dir / "runs")


def test_a_new_installation_fails_nowhere_and_says_what_does_not_run_yet():
    out = StringIO()

    call_command("doctor", "--json", stdout=out)

    document = json.loads(out.getvalue())
    health = {finding["name"]: finding["health"] for finding in document["findings"]}
    assert document["ok"] is True
    assert health["accounts"] == health["broker"] == health["disk"] == "ok"
    assert health["workers"] == health["clock"] == health["model process"] == "warning"
    assert all(finding["advice"] for finding in document["findings"] if finding["health"] != "ok")


def test_a_house_without_an_admin_is_told_how_to_make_one(staff):
    with_admin = examined()["admins"]
    staff.delete()

    without = examined()["admins"]

    assert (with_admin.health, without.health) == (Health.OK, Health.WARNING)
    assert "createsuperuser" in without.advice


def test_the_table_for_people_names_every_finding(capsys):
    call_command("doctor")

    printed = capsys.readouterr().out
    for name in ("settings", "accounts", "documents", "broker", "disk", "clock", "instagram"):
        assert name in printed


def test_a_broker_and_a_mongodb_that_are_away_fail_within_seconds(monkeypatch):
    began = datetime.now(UTC)

    [documents] = databases.documents(config.model_copy(update={"mongodb_uri": "mongodb://127.0.0.1:1"}))

    assert documents.health == Health.FAILED
    assert "127.0.0.1:1" in documents.detail
    assert datetime.now(UTC) - began < timedelta(seconds=3)


def test_a_folder_that_cannot_be_written_fails(tmp_path):
    missing = machine.disk(config.model_copy(update={"data_dir": tmp_path / "gone"}))

    assert (missing.health, missing.advice) == (Health.FAILED, "Make room or set its owner.")


def test_a_full_disk_fails_and_a_filling_one_warns(monkeypatch):
    found = []
    for free_gib in (0.1, 1.0, 50.0):
        usage = shutil._ntuple_diskusage(100 * machine.GIB, 0, int(free_gib * machine.GIB))
        monkeypatch.setattr(shutil, "disk_usage", lambda path, usage=usage: usage)
        found.append(machine.disk(config).health)

    assert found == [Health.FAILED, Health.WARNING, Health.OK]


def test_living_consumers_of_the_embedded_broker_are_counted(tmp_path):
    settings = config.model_copy(update={"data_dir": tmp_path})
    before = machine.workers(settings).health
    consumer = Store(tmp_path / "broker")
    consumer.put("light", "1.json", b"{}")
    consumer.take("light")

    after = machine.workers(settings)

    consumer.leave()
    assert (before, after.health, after.detail) == (Health.WARNING, Health.OK, "1 running")


def test_a_clock_that_fell_silent_or_runs_ahead_is_noticed(tmp_path):
    settings = config.model_copy(update={"data_dir": tmp_path})
    found = []
    for age in (timedelta(seconds=5), timedelta(hours=2), -timedelta(minutes=10)):
        tick = (datetime.now(UTC) - age).isoformat()
        (tmp_path / "clock.json").write_text(json.dumps({"tick_at": tick, "last_runs": {}}))
        found.append(machine.clock_ticks(settings).health)

    assert found == [Health.OK, Health.WARNING, Health.WARNING]


def test_a_token_without_its_user_fails():
    assert machine.instagram(Config(instagram_token="secret", instagram_user="")).health == Health.FAILED
    assert machine.instagram(Config(instagram_token="secret", instagram_user="17")).health == Health.OK


def test_an_open_address_in_the_demo_profile_warns():
    assert machine.settings(Config(profile="demo", host="0.0.0.0")).health == Health.WARNING


def test_a_damaged_model_fails_and_a_whole_one_does_not(shelf):
    whole = deepdress.champion(config)
    weights = run_folder(champion_id()) / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])

    damaged = deepdress.champion(config)

    assert (whole.health, damaged.health) == (Health.OK, Health.FAILED)
    assert "model" in damaged.advice


def test_styles_the_index_does_not_know_are_counted(shelf):
    make_style("red-wrap")

    finding = deepdress.index(config)

    assert (finding.health, finding.detail) == (Health.WARNING, "none yet, 1 styles on offer")
