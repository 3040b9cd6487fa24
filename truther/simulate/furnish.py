"""Put an invented world into the empty databases of a throw-away folder, through models and rooms."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connections
from knox.models import AuthToken

from truther.flow import freeze, settle
from truther.models import Batch, NightRun, Photo, Player, Post, Style, VoteRule
from truther.models.photos import State
from truther.models.players import player_id
from truther.simulate.people import Person
from truther.simulate.plan import MONDAY, Plan, rule_variant
from truther.simulate.world import Truth, World

STYLIST = "stylist"  # the expert, who knows
MODEL = "simulated"
YESTERDAY = MONDAY - timedelta(days=1)
KNOWN_BATCH = 1
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person needs to get in."""

    person: Person
    token: str


def furnish(world: World, people: Sequence[Person], plan: Plan) -> Mapping[str, Invitation]:
    """Fill the databases: catalogue, photos as the model left them, the rule, accounts, an open batch.

    What an expert decided earlier lies in a frozen batch of its own, so that gold can be asked from the first
    card on.

    Returns:
        Each person's invitation, by name.
    """
    for alias in connections:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    variant = rule_variant(plan.rule)
    VoteRule.objects.create(
        pk=variant.version, parameters=variant.parameters, active=True, created_at=YESTERDAY
    )
    Style.objects.bulk_create([_style(sku) for sku in world.skus], batch_size=CHUNK)
    _known(world.known)
    _hang(world.photos, state=State.OPEN, batch_id="")
    settle.rederive(now=MONDAY)  # as a night would: a photo misses as many votes as this rule asks for
    freeze.top_up(now=MONDAY)
    Player.objects.bulk_create(
        [Player(id=player_id(person.name), person=person.name) for person in people], batch_size=CHUNK
    )
    return _invite(people)


def _known(photos: Sequence[Truth]) -> None:
    """Let the stylist decide these photos a day before anybody plays, and freeze them."""
    batch = Batch.objects.begin(KNOWN_BATCH, opened_at=YESTERDAY - timedelta(days=1))
    _hang(photos, state=State.CONTESTED, batch_id=batch.pk)
    for truth in photos:
        judge(truth, by=STYLIST, at=YESTERDAY)
    night = YESTERDAY + timedelta(hours=1)
    freeze.freeze_batch(at=night)
    note_night(f"{night:%Y-%m-%d}", night)


def judge(truth: Truth, *, by: str, at: datetime) -> None:
    """Let an expert say the truth about one photo that waits for it, through the experts' room."""
    choice, _, style = truth.answer.partition(":")
    settle.judge(truth.photo_id, choice, style=style, fit=True, person_id=by, now=at)


def note_night(night_id: str, at: datetime) -> None:
    """Write down that a night was here, as its walk would: the next audit begins where this one ended."""
    NightRun.objects.begin(night_id, at=at, stages=[{"name": "audit", "state": "done"}], now=at)


def _hang(photos: Sequence[Truth], *, state: State, batch_id: str) -> None:
    posts = [
        Post(
            id=truth.photo_id,
            source="jsonl",
            shortcode=truth.photo_id,
            owner=f"owner-{digest(truth.photo_id)[:4]}",
            taken_at=truth.taken_at,
            ingested_at=YESTERDAY,
        )
        for truth in photos
    ]
    Post.objects.bulk_create(posts, batch_size=CHUNK)
    rows = [_photo(truth, post, state, batch_id) for truth, post in zip(photos, posts, strict=True)]
    Photo.objects.bulk_create(rows, batch_size=CHUNK)


def _photo(truth: Truth, post: Post, state: State, batch_id: str) -> Photo:
    sha256 = digest(f"{truth.photo_id}-0")
    return Photo(
        id=truth.photo_id,
        post=post,
        taken_at=truth.taken_at,
        owner=post.owner,
        lot=int(sha256[:12], 16) / 2**48,
        sha256=sha256,
        width=1080,
        height=1350,
        state=state,
        batch_id=batch_id,
        ingested_at=YESTERDAY,
        model_version=MODEL,
        p_dress=truth.p_dress,
        candidates=[{"sku": sku, "probability": probability} for sku, probability in truth.candidates],
        classified_at=YESTERDAY,
    )


def _style(sku: str) -> Style:
    name = f"Style {sku}"
    return Style(
        id=sku,
        name=name,
        designer="Nobody",
        category="dress",
        search_text=f"{name} nobody".casefold(),
        changed_at=YESTERDAY,
    )


def _invite(people: Sequence[Person]) -> dict[str, Invitation]:
    """Give everybody an account and a token, which is all that other programs have as well."""
    users = [User(username=person.name) for person in people]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users, batch_size=CHUNK)
    by_name = {user.username: user for user in User.objects.all()}
    return {
        person.name: Invitation(person, AuthToken.objects.create(by_name[person.name])[1])
        for person in people
    }


def digest(text: str) -> str:
    """Return the sha256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
