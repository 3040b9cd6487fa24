"""A process that votes against others like it: run as `python -m tests.racing STEP NUMBER`, prints JSON.

Steps: `prepare` fills the databases that the environment names, `show` puts every photo before everybody and
signs everybody in, `post` sends all votes to the web in an order of its own, `outbox` sends them in batches,
undos among them, `play` is one tab among several, `check` compares what is stored with what the votes say.
"""

import json
import os
import random
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import django

PHOTOS = [f"p{number:02d}" for number in range(25)]
ANSWERS = ["style:red-wrap", "style:blue-column", "style:green-swing", "not_dress"]
CSRF = "c" * 32
PEOPLE = [f"person{number}" for number in range(10)]


def prepare() -> dict[str, int]:
    """Make tables, styles and photos."""
    from django.core.management import call_command

    from tests.factories import make_batch, make_photo, make_style

    for database in ("default", "documents"):
        call_command("migrate", database=database, verbosity=0)
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)
    make_batch()
    for photo_id in PHOTOS:
        make_photo(photo_id)
    return {"photos": len(PHOTOS), "people": len(PEOPLE)}


def show() -> dict[str, int]:
    """Put every photo before every person, and sign everybody in."""
    from django.contrib.auth.models import User
    from django.test import Client

    from tests.conftest import NOON
    from truther.models import Serve
    from truther.rules.walk import serve_id

    for photo_id in PHOTOS:
        for number, person in enumerate(PEOPLE):
            values = {"session_id": "s", "person": person, "photo_id": photo_id, "number": number}
            Serve.objects.create(pk=serve_id(photo_id, person), reason="walk", served_at=NOON, **values)
    sessions = {}
    for person in PEOPLE:
        client = Client()
        client.force_login(User.objects.create_user(person))
        sessions[person] = client.cookies["sessionid"].value
    _sessions_file().write_text(json.dumps(sessions))
    return {}


def play(number: int) -> dict[str, int]:
    """Be one of several tabs of one person, and answer what is dealt until nothing is left."""
    from tests.conftest import MINUTE, NOON
    from truther.flow import assign, verify

    outcomes: Counter[str] = Counter()
    while True:
        hand = assign.deal(session_key="one", person_id="ann", now=NOON + outcomes.total() * MINUTE)
        if hand.current is None:
            return outcomes
        photo_id = hand.current.photo_id
        verdict = verify.Verdict(f"vote-{number}-{photo_id}", photo_id, "cant_tell")
        try:
            outcomes[verify.cast_vote(verdict, person_id="ann", now=NOON).state] += 1
        except verify.AlreadyVoted:
            outcomes["refused"] += 1


def post(number: int) -> dict[str, int]:
    """Post the same votes as every other process, plus a rival answer under an id of this process's own.

    Counts the answers by status: 302 for a vote that is kept, or was before, 409 for one that is refused.
    """
    import httpx

    sessions, statuses = json.loads(_sessions_file().read_text()), Counter[str]()
    errands = [(photo_id, person) for photo_id in PHOTOS for person in PEOPLE]
    random.Random(number).shuffle(errands)
    with httpx.Client(base_url=f"http://127.0.0.1:{os.environ['TRUTHER_PORT']}", timeout=120) as web:
        for photo_id, person in errands:
            answer = random.Random(f"{photo_id} {person}").choice(ANSWERS)
            rival = random.Random(f"{number} {photo_id} {person}").random() < 0.1
            vote_id = f"vote-{photo_id}-{person}" + (f"-{number}" if rival else "")
            fields = {"vote": vote_id, "photo": photo_id, "answer": answer, "fit": "yes"}
            cookies = f"sessionid={sessions[person]}; csrftoken={CSRF}"
            headers = {"Cookie": cookies, "X-CSRFToken": CSRF}
            statuses[str(web.post("/play/vote/", data=fields, headers=headers).status_code)] += 1
    return statuses


def outbox(number: int) -> dict[str, int]:
    """Send everybody's batches, the same items as every other process in an order of its own, some twice.

    Every item is a vote, its undo, which may overtake it, or a rival answer of this process's own to a photo
    whose vote nobody takes back. Counts the receipts by state, refused ones by code.
    """
    import httpx

    sessions, outcomes = json.loads(_sessions_file().read_text()), Counter[str]()
    dice = random.Random(number)
    with httpx.Client(base_url=f"http://127.0.0.1:{os.environ['TRUTHER_PORT']}", timeout=120) as web:
        for person in dice.sample(PEOPLE, len(PEOPLE)):
            items = [item for photo_id in PHOTOS for item in _items(number, photo_id, person)]
            items += dice.sample(items, 10)
            dice.shuffle(items)
            headers = {"Cookie": f"sessionid={sessions[person]}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
            while items:
                size = dice.randint(1, 12)
                batch, items = items[:size], items[size:]
                answer = web.post("/api/v1/votes", json={"votes": batch}, headers=headers).raise_for_status()
                receipts = answer.json()["receipts"]
                outcomes.update(receipt.get("code", receipt["state"]) for receipt in receipts)
                outcomes["sent"] += len(batch)
    return outcomes


def is_taken_back(photo_id: str, person: str) -> bool:
    """Whether a person's vote on a photo is undone in the race of the outboxes."""
    return random.Random(f"undo {photo_id} {person}").random() < 0.3


def _items(number: int, photo_id: str, person: str) -> list[dict[str, object]]:
    answer, _, style = random.Random(f"{photo_id} {person}").choice(ANSWERS).partition(":")
    vote: dict[str, object] = {"id": f"vote-{photo_id}-{person}", "photo": photo_id, "choice": answer}
    vote |= {"style": style or None}
    if is_taken_back(photo_id, person):
        return [vote, {"id": vote["id"], "undo": True}]
    rival = vote | {"id": f"{vote['id']}-{number}", "choice": "cant_tell", "style": None}
    return [vote, rival] if random.Random(f"{number} {photo_id} {person}").random() < 0.2 else [vote]


def _sessions_file() -> Path:
    return Path(os.environ["TRUTHER_DATA_DIR"]) / "sessions.json"


def check() -> dict[str, int]:
    """Count votes, repeats and differences, before anything is mended."""
    from tests.conftest import NOON
    from truther.models import Photo, Serve, Undo, Vote
    from truther.models.standing import drift_in

    pairs = Counter(Vote.objects.live().values_list("photo_id", "person"))
    return {
        "votes": Vote.objects.count(),
        "pairs": len(pairs),
        "repeats": sum(count > 1 for count in pairs.values()),
        "drifts": len(drift_in(list(Photo.objects.all()), now=NOON)),
        "undos": Undo.objects.count(),
        "settled": Photo.objects.settled().count(),
        "waiting": Serve.objects.filter(waiting=True).count(),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "truther.settings")
    django.setup()
    number = int(sys.argv[2])
    steps = {"prepare": prepare, "show": show, "check": check}
    steps |= {
        name: partial(step, number) for name, step in (("post", post), ("outbox", outbox), ("play", play))
    }
    print(json.dumps(steps[sys.argv[1]]()))
