"""Votes from clients that keep an outbox: many in one request, each judged alone, sent again without harm."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes, throttle_classes
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from truther.config import config
from truther.flow import verify
from truther.flow.verify import Receipt, Refusal, Retraction, Verdict
from truther.models import house
from truther.models.mine import pace_of
from truther.models.news import News, news_of
from truther.web import serializers
from truther.web.api import REFUSALS
from truther.web.api_cards import PlayThrottle
from truther.web.api_outbox import VoteLinesParser, VotesParser, echo, items_in, said_by
from truther.web.clock import now_for
from truther.web.serializers_game import BatchAnswer, VoteBatch

PERSON = "X-Truther-Person"  # percent-encoded; whose answers these are, when the client knows


@extend_schema(
    operation_id="send_votes",
    summary="Cast votes and take votes back",
    request={"application/json": VoteBatch, "application/x-ndjson": OpenApiTypes.STR},
    responses={200: BatchAnswer} | dict.fromkeys((413, 415), serializers.Refusal) | REFUSALS,
)
@api_view(["POST"])
@parser_classes([VotesParser, VoteLinesParser])
@throttle_classes([PlayThrottle])
def votes(request: Request) -> Response:
    """Take votes and undos in the order sent; each gets a receipt, and one that is refused harms no other.

    Send a batch again whenever no answer came: every vote is kept once.
    """
    person_id, now = _person(request), now_for(request)
    items = items_in(request)
    read = [_attempt(item) for item in items]
    taken = verify.take([one for one in read if not isinstance(one, Refusal)], person_id=person_id, now=now)
    news, receipts = _news(taken, person_id), iter(taken)
    pace = pace_of(person_id, now=now, time_zone=config.time_zone)
    return Response(
        {
            "receipts": [
                _told(_refused(item, one) if isinstance(one, Refusal) else next(receipts), news)
                for item, one in zip(items, read, strict=True)
            ],
            "today": pace.goal.done,
            "goal": pace.goal.target,
            "settled_today": house.settled_today(now=now, time_zone=config.time_zone),
        }
    )


def _person(request: Request) -> str:
    """Return who sends: an outbox outlives a sign-out, and its cookie may be another person's by now."""
    person_id = str(request.user.get_username())
    said = request.headers.get(PERSON)
    if said is not None and unquote(said) != person_id:
        raise PermissionDenied("Somebody else is signed in now: these answers wait for their own person.")
    return person_id


def _news(receipts: list[Receipt], person_id: str) -> dict[str, News]:
    undone = {receipt.vote_id for receipt in receipts if receipt.state == "undone"}
    kept = [receipt.vote for receipt in receipts if receipt.vote and receipt.vote_id not in undone]
    return news_of(kept, person_id)


def _attempt(item: Any) -> Verdict | Retraction | Refusal:
    try:
        return said_by(item)
    except Refusal as refusal:
        return refusal


def _refused(item: Any, refusal: Refusal) -> Receipt:
    said = item if isinstance(item, dict) else {}
    return Receipt(echo(said.get("id")), "refused", echo(said.get("photo")), refusal)


def _told(receipt: Receipt, news: Mapping[str, News]) -> dict[str, Any]:
    new = news.get(receipt.vote_id) if receipt.vote else None
    told: dict[str, Any] = {
        "id": receipt.vote_id,
        "photo": receipt.photo_id,
        "state": receipt.state,
        "news": asdict(new) if new else None,
    }
    if receipt.refusal is not None:
        told |= {"code": receipt.refusal.code, "detail": str(receipt.refusal)}
    if isinstance(receipt.refusal, verify.AlreadyVoted):
        kept = receipt.refusal
        told["kept"] = {"id": kept.vote_id, "choice": kept.choice, "style": kept.style}
    return told
