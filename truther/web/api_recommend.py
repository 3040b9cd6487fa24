"""What to offer a customer, and what goes with a dress: stored lists, of what can be sent."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from truther.flow import suggest
from truther.models import Style
from truther.web.api import LOOKUP_REFUSALS, REFUSALS
from truther.web.api_queries import Parameters
from truther.web.clock import now_for

MOST = 50


class SuggestionQuery(Parameters):
    """How many dresses, for when and in which size."""

    count = serializers.IntegerField(min_value=1, max_value=MOST, default=10)
    date = serializers.DateField(required=False, help_text="The day it must be there (UTC); today.")
    size = serializers.CharField(max_length=16, default="", help_text="As in the rentals; any size without.")


class BecauseAnswer(serializers.Serializer[Any]):
    """One of the customer's own dresses, and how much of the score it makes."""

    sku = serializers.CharField(source="style.id")
    name = serializers.CharField(source="style.name")
    amount = serializers.FloatField()


class SuggestionAnswer(serializers.Serializer[Any]):
    """One dress: score = base + the amounts in `because` + rest."""

    sku = serializers.CharField(source="style.id")
    name = serializers.CharField(source="style.name")
    designer = serializers.CharField(source="style.designer")
    score = serializers.FloatField(help_text="Orders this list; compare it with no other one.")
    source = serializers.ChoiceField(  # type: ignore[assignment]  # hides a field's own `source`
        choices=["model", "popular"]
    )
    base = serializers.FloatField(allow_null=True, help_text="null: this score cannot be taken apart.")
    because = BecauseAnswer(many=True)
    rest = serializers.FloatField(allow_null=True)


class SuggestionsAnswer(serializers.Serializer[Any]):
    """The best dresses that can be sent."""

    user = serializers.CharField()
    recommender = serializers.CharField(help_text="The run that says so; empty while none serves.")
    model = serializers.CharField()
    why = serializers.CharField()
    date = serializers.DateField(source="found.day")
    size = serializers.CharField()
    left_out = serializers.DictField(
        child=serializers.IntegerField(), help_text="Better ones that cannot be sent, by reason."
    )
    results = SuggestionAnswer(many=True)


class SimilarAnswer(serializers.Serializer[Any]):
    """One dress that goes to the same customers."""

    sku = serializers.CharField(source="style.id")
    name = serializers.CharField(source="style.name")
    designer = serializers.CharField(source="style.designer")
    likeness = serializers.FloatField(source="score")


class SimilarsAnswer(serializers.Serializer[Any]):
    """The dresses most like one, of those that can be sent."""

    sku = serializers.CharField()
    recommender = serializers.CharField(help_text="The run that says so; empty while none serves.")
    why = serializers.CharField(help_text="Why there are none; else empty.")
    results = SimilarAnswer(many=True)


@extend_schema(
    operation_id="recommend",
    summary="Dresses for one customer",
    parameters=[SuggestionQuery],
    responses={200: SuggestionsAnswer} | REFUSALS,
)
@api_view(["GET"])
def recommendations(request: Request, user: str) -> Response:
    """List the dresses that suit a customer best and can be sent on a day, in a size.

    What is retired, not yet there, with somebody else or not in the size is taken out before the first N are
    counted. A customer nobody knows yet gets what is popular, and `why` says so.
    """
    now = now_for(request)
    found = suggest.suggest(user, _ask(request, now), now=now)
    answer = {name: getattr(found, name) for name in ("recommender", "model", "why", "size", "left_out")}
    return Response(SuggestionsAnswer({"user": user, "found": found, "results": found.items, **answer}).data)


@extend_schema(
    operation_id="list_similar_styles",
    summary="Dresses that go to the same customers",
    parameters=[SuggestionQuery],
    responses={200: SimilarsAnswer} | LOOKUP_REFUSALS,
)
@api_view(["GET"])
def similar(request: Request, sku: str) -> Response:
    """List the dresses most like one by who had them, the same day and size rules applied."""
    style = get_object_or_404(Style.objects.all(), pk=sku)
    found = suggest.similar(style.pk, _ask(request, now_for(request)))
    answer = {"sku": style.pk, "recommender": found.recommender, "why": found.why, "results": found.items}
    return Response(SimilarsAnswer(answer).data)


def _ask(request: Request, now: datetime) -> suggest.Ask:
    asked = SuggestionQuery.read(request)
    return suggest.Ask(asked.get("date") or now.date(), asked["size"], asked["count"])
