"""The game for clients other than the page: cards as JSON, and the pictures on them."""

from dataclasses import asdict
from typing import Any

from django.http import FileResponse, Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle

from truther.flow import assign
from truther.models.cards import Option
from truther.web import serializers_game as shapes
from truther.web.api import IMAGE, REFUSALS
from truther.web.api_queries import CardsQuery
from truther.web.clock import now_for
from truther.web.views import media

SMALL, LARGE = 256, 640  # px
PARTS = [
    OpenApiParameter("sha256", OpenApiTypes.STR, "path", pattern="^[0-9a-f]{64}$"),
    OpenApiParameter("size_px", OpenApiTypes.INT, "path", enum=[SMALL, LARGE]),
]


class PlayThrottle(UserRateThrottle):
    """Nobody at play comes near this rate; a client that has gone wild does."""

    scope = "play"


@extend_schema(
    operation_id="deal_cards",
    summary="Photos that wait for your answer",
    parameters=[CardsQuery],
    responses={200: shapes.HandAnswer} | REFUSALS,
)
@api_view(["GET"])
@throttle_classes([PlayThrottle])
def cards(request: Request) -> Response:
    """Deal cards: those you hold and do not have, then more. Asked again, it deals the same ones again.

    A photo is dealt to a person once, and only what was dealt can be answered.
    """
    asked = CardsQuery.read(request)
    hand = assign.deal(
        session_key=asked["sitting"] or request.session.session_key or "token",
        person_id=request.user.get_username(),
        now=now_for(request),
        fresh=asked["count"],
        have=asked["have"],
    )
    answer = {
        "session": hand.session_id,
        "batch": hand.batch_id,
        "room": hand.room,
        "cards": [_card(request, card) for card in hand.cards],
        "ending": asdict(hand.ending) if hand.ending else None,
    }
    return Response(answer, headers={"Cache-Control": "no-store"})


@extend_schema(
    operation_id="read_picture",
    summary="A picture on a card",
    parameters=PARTS,
    responses=IMAGE,
)
@api_view(["GET"])
@throttle_classes([PlayThrottle])
def picture(request: Request, sha256: str, size_px: str) -> FileResponse:
    """Send one picture; it never changes under its address."""
    try:
        return media.picture(request._request, sha256=sha256, size_px=int(size_px))
    except Http404 as error:
        raise NotFound("There is no such picture.") from error


def _card(request: Request, card: assign.Card) -> dict[str, Any]:
    return {
        "photo": card.photo_id,
        "image": _image(request, card.image_sha),
        "width": card.width,
        "height": card.height,
        "caption": card.caption,
        "hashtags": list(card.hashtags),
        "taken_at": card.taken_at,
        "options": [_option(request, option) for option in card.options],
    }


def _option(request: Request, option: Option) -> dict[str, Any]:
    image = _image(request, option.image_sha) if option.image_sha else None
    return {"sku": option.sku, "name": option.name, "designer": option.designer, "image": image}


def _image(request: Request, sha256: str) -> dict[str, str]:
    sizes = {"small": SMALL, "large": LARGE}
    paths = {name: reverse("api-picture", args=(sha256, size)) for name, size in sizes.items()}
    return {name: request.build_absolute_uri(path) for name, path in paths.items()}
