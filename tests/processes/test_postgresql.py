"""Accounts on a real PostgreSQL, as TRUTHER_DATABASE_URL names one; the domain stays where it is."""

import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from tests.servers import Postgres
from tests.serving import status_of
from tests.visitor import Visitor
from truther.config import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    server.start()
    yield server
    server.stop()


def test_a_guest_of_a_house_with_postgresql_plays_and_is_remembered_there(serve, postgres):
    house = serve("--only", "setup,web", "--no-demo", TRUTHER_DATABASE_URL=postgres.url)
    house.wait_for(lambda: status_of(house.port, "/readyz") == 200, seconds=60, what="the web")

    with Visitor(house.port) as visitor:
        page = visitor.come_in()

    assert page.status_code == 200
    with psycopg.connect(postgres.url) as accounts:
        people = accounts.execute("SELECT username FROM auth_user ORDER BY date_joined").fetchall()
        tables = accounts.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert [name.partition("-")[0] for (name,) in people] == ["admin", "guest"]
    assert not {"votes", "photos"} & {name for (name,) in tables}


def test_doctor_sees_postgresql(serve, postgres):
    house = serve("--only", "setup", "--no-demo", TRUTHER_DATABASE_URL=postgres.url)
    assert house.process.wait(timeout=60) == 0

    command = [sys.executable, "manage.py", "doctor"]
    doctor = subprocess.run(
        command, cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False
    )

    assert "postgresql, up to date" in doctor.stdout
