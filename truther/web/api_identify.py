"""Ask the model what is in a picture, or in many: the type of the body decides."""

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DatabaseError
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, inline_serializer
from rest_framework.decorators import api_view, parser_classes, throttle_classes
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from truther.flow import identify as room
from truther.web.api import REFUSALS
from truther.web.api_batches import ItemsParser, items_in, lines_in
from truther.web.api_errors import Away, NotAnImageType, TooLarge, UnreadableImage
from truther.web.api_images import BATCH_TYPES, IMAGE_TYPES, IdentifyThrottle, ImageParser, image_in
from truther.web.serializers import Refusal
from truther.web.serializers_identify import (
    BATCH,
    FailedAnswer,
    FoundAnswer,
    IdentificationAnswer,
    Upload,
)

JSON, LINES = BATCH_TYPES
ITEM = PolymorphicProxySerializer(
    component_name="ItemAnswer",
    serializers=[FoundAnswer, FailedAnswer],
    resource_type_field_name=None,
    many=True,
)
RESULTS = inline_serializer("IdentifiedBatch", {"results": ITEM})
ANSWER = PolymorphicProxySerializer(
    component_name="Identified", serializers=[IdentificationAnswer, RESULTS], resource_type_field_name=None
)


@extend_schema(
    operation_id="identify",
    summary="Which dress is in this picture, or in each of these",
    request={"multipart/form-data": Upload, JSON: BATCH, LINES: OpenApiTypes.STR}
    | dict.fromkeys(IMAGE_TYPES, OpenApiTypes.BINARY),
    responses={(200, JSON): ANSWER, (200, LINES): OpenApiTypes.STR}
    | dict.fromkeys((413, 415, 422), Refusal)
    | REFUSALS,
)
@api_view(["POST"])
@parser_classes([MultiPartParser, ImageParser, ItemsParser])
@throttle_classes([IdentifyThrottle])
def identify(request: Request) -> HttpResponseBase:
    """Answer up to three styles with their probabilities, and how likely there is a dress at all.

    A batch is answered item by item, in its order; an item without an answer says why. NDJSON is answered
    line by line while it is read.
    """
    kind = str(request.content_type or "").partition(";")[0].strip().lower()
    if kind not in BATCH_TYPES:
        return _one(request)
    items = items_in(request) if kind == JSON else lines_in(request)
    try:
        results = _begun(room.identify_many(items))
        if kind == JSON:
            return Response({"results": [_told(result) for result in results]})
    except room.ModelAway as error:
        raise Away(room.AWAY, wait=error.retry_after) from error
    return StreamingHttpResponse(_told_lines(results), content_type=LINES)


def _one(request: Request) -> Response:
    try:
        found = room.identify(image_in(request))
    except room.NotAPicture as error:
        raise NotAnImageType from error
    except room.Unreadable as error:
        raise UnreadableImage(str(error)) from error
    except room.TooManyBytes as error:
        raise TooLarge from error
    except room.ModelAway as error:
        raise Away(room.AWAY, wait=error.retry_after) from error
    return Response(IdentificationAnswer(found).data)


def _begun(results: Iterator[room.Found | room.Failed]) -> Iterable[room.Found | room.Failed]:
    """The same, once the first is there: until then a request can still be refused whole."""
    first = next(results, None)
    if first is None:
        raise ParseError("The batch is empty: send an item a line.")
    return itertools.chain([first], results)


def _told(result: room.Found | room.Failed) -> dict[str, Any]:
    if isinstance(result, room.Failed):
        return {"id": result.id, "status": int(result.status), "detail": result.detail}
    return {"id": result.id} | IdentificationAnswer(result.found).data


def _told_lines(results: Iterable[room.Found | room.Failed]) -> Iterator[bytes]:
    try:
        for result in results:
            yield json.dumps(_told(result)).encode() + b"\n"
    except DatabaseError:
        detail = "The database does not answer at present; ask again for this picture and the rest."
        yield json.dumps({"id": None, "status": 503, "detail": detail}).encode() + b"\n"
