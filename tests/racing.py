"""A process that votes against others like it: run as `python -m tests.racing STEP NUMBER`, prints JSON.

Steps: `prepare` fills the databases that the environment names, `show` puts every photo before everybody,
`vote` casts all votes in an order of its own, `play` is one tab among several, `check` compares what is
stored with what the votes say, `clear` drops a MongoDB database.
"""

import json
import os
import random
import sys
from collections import Counter

import django

PHOTOS = [f"p{number:02d}" for number in range(25)]
PEOPLE = [f"person{number}" for number in range(10)]


def prepare() -> dict[str, int]:
    """Make tables, styles and photos."""
    from django.core.management import call_command

    from tests.factories import make_batch, make_photo, make_style

    call_command("migrate", database="documents", verbosity=0)
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)
    make_batch()
    for photo_id in PHOTOS:
        make_photo(photo_id)
    return {"photos": len(PHOTOS), "people": len(PEOPLE)}


def show() -> dict[str, int]:
    """Put every photo before every person."""
    from tests.conftest import NOON
    from truther.models import Serve
    from truther.rules.walk import serve_id

    for photo_id in PHOTOS:
        for number, person in enumerate(PEOPLE):
            values = {"session_id": "s", "person": person, "photo_id": photo_id, "number": number}
            Serve.objects.create(pk=serve_id(photo_id, person), reason="walk", served_at=NOON, **values)
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


def vote(number: int) -> dict[str, int]:
    """Send the same votes as every other process, plus a rival answer under an id of this process's own."""
    from tests.conftest import NOON
    from truther.flow import verify

    outcomes: Counter[str] = Counter()
    errands = [(photo_id, person) for photo_id in PHOTOS for person in PEOPLE]
    random.Random(number).shuffle(errands)
    for photo_id, person in errands:
        answer = random.Random(f"{photo_id} {person}").choice(["red-wrap", "blue-column", "green-swing", ""])
        choice = "style" if answer else "not_dress"
        rival = random.Random(f"{number} {photo_id} {person}").random() < 0.1
        vote_id = f"vote-{photo_id}-{person}" + (f"-{number}" if rival else "")
        verdict = verify.Verdict(vote_id, photo_id, choice, answer, fit=True)
        try:
            outcomes[verify.cast_vote(verdict, person_id=person, now=NOON).state] += 1
        except verify.AlreadyVoted:
            outcomes["refused"] += 1
    return outcomes


def check() -> dict[str, int]:
    """Count votes, repeats and differences, before anything is mended."""
    from tests.conftest import NOON
    from truther.models import Photo, Serve, Vote
    from truther.models.standing import drift_in

    pairs = Counter(Vote.objects.live().values_list("photo_id", "person"))
    return {
        "votes": Vote.objects.count(),
        "pairs": len(pairs),
        "repeats": sum(count > 1 for count in pairs.values()),
        "drifts": len(drift_in(list(Photo.objects.all()), now=NOON)),
        "settled": Photo.objects.settled().count(),
        "waiting": Serve.objects.filter(waiting=True).count(),
    }


def clear() -> dict[str, int]:
    """Leave nothing behind in a database server that outlives the test."""
    from django.db import connections

    documents = connections["documents"]
    if documents.vendor == "mongodb":
        documents.ensure_connection()
        documents.connection.drop_database(documents.settings_dict["NAME"])
    return {}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "truther.settings")
    django.setup()
    number = int(sys.argv[2])
    steps = {"prepare": prepare, "show": show, "check": check, "clear": clear}
    steps |= {"vote": lambda: vote(number), "play": lambda: play(number)}
    print(json.dumps(steps[sys.argv[1]]()))
