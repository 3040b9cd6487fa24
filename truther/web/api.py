"""The API for other programs: read the request, ask once, answer in JSON."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from truther.models import Golden, Photo, Style
from truther.web.api_images import stored_webp
from truther.web.api_queries import CursorField, GoldenQuery, StylePhotosQuery, StyleQuery
from truther.web.serializers import (
    GoldenAnswer,
    GoldenPage,
    Refusal,
    StyleAnswer,
    StylePage,
    StylePhotoAnswer,
    StylePhotoPage,
)

REFUSALS: dict[Any, Any] = {400: OpenApiTypes.OBJECT} | dict.fromkeys((401, 403, 429, 503), Refusal)
LOOKUP_REFUSALS: dict[Any, Any] = REFUSALS | {404: Refusal}
IMAGE: dict[Any, Any] = {(200, "image/webp"): OpenApiTypes.BINARY} | LOOKUP_REFUSALS


@extend_schema(
    operation_id="list_golden",
    summary="Golden records, oldest first",
    parameters=[GoldenQuery],
    responses={200: GoldenPage} | REFUSALS,
)
@api_view(["GET"])
def golden(request: Request) -> Response:
    """List what is sure about photos; a picture comes along only where the customer granted the rights."""
    asked = GoldenQuery.read(request)
    records = Golden.objects.that(
        **{name: asked[name] for name in ("style", "verdict", "fit", "since") if name in asked}
    )
    found, more = _page(records.oldest_first(after=asked["cursor"]), asked["page_size"])
    showable = Photo.objects.showable(record.id for record in found)
    answers = GoldenAnswer(found, many=True, context={"request": request, "showable": showable})
    place = [found[-1].settled_at.isoformat(), found[-1].id] if more else None
    return Response({"next": _next(request, place), "results": answers.data})


@extend_schema(
    operation_id="list_styles",
    summary="The catalogue, by sku",
    parameters=[StyleQuery],
    responses={200: StylePage} | REFUSALS,
)
@api_view(["GET"])
def styles(request: Request) -> Response:
    """List the styles that are rented out, those that no longer are, or both."""
    asked = StyleQuery.read(request)
    found = Style.objects.mentioning(asked.get("search", ""))
    if "state" in asked:
        found = found.active() if asked["state"] == "active" else found.retired()
    page, more = _page(found.by_sku(after=asked["cursor"]), asked["page_size"])
    answers = StyleAnswer(page, many=True, context={"request": request})
    return Response({"next": _next(request, [page[-1].id] if more else None), "results": answers.data})


@extend_schema(operation_id="read_style", summary="One style", responses={200: StyleAnswer} | LOOKUP_REFUSALS)
@api_view(["GET"])
def style(request: Request, sku: str) -> Response:
    """Show one style of the catalogue."""
    return Response(StyleAnswer(_style(sku), context={"request": request}).data)


@extend_schema(
    operation_id="list_style_photos",
    summary="Customers' photos of one style",
    parameters=[StylePhotosQuery],
    responses={200: StylePhotoPage} | LOOKUP_REFUSALS,
)
@api_view(["GET"])
def style_photos(request: Request, sku: str) -> Response:
    """List photos that are verified, fit to show and allowed to be shown.

    Photos without rights are left out, so a page may hold fewer than asked for: go on while `next` is given.
    """
    asked = StylePhotosQuery.read(request)
    page, more = _page(
        Golden.objects.fit_photos_of(_style(sku).id, after=asked["cursor"]), asked["page_size"]
    )
    showable = Photo.objects.showable(record.id for record in page)
    photos = [showable[record.id] for record in page if record.id in showable]
    answers = StylePhotoAnswer(photos, many=True, context={"request": request})
    return Response({"next": _next(request, [page[-1].id] if more else None), "results": answers.data})


@extend_schema(operation_id="read_style_image", summary="One studio shot", responses=IMAGE)
@api_view(["GET"])
def style_image(request: Request, sku: str, number: int) -> FileResponse:
    """Send one studio shot of a style, 640 px wide at most; 0 is the portrait."""
    images = _style(sku).images
    if number >= len(images):
        raise NotFound("This style has no such image.")
    return stored_webp(images[number])


@extend_schema(operation_id="read_photo_image", summary="One customer's photo", responses=IMAGE)
@api_view(["GET"])
def photo_image(request: Request, photo_id: str) -> FileResponse:
    """Send one photo, 640 px wide at most, if its customer granted the rights."""
    photo = Photo.objects.showable([photo_id]).get(photo_id)
    if photo is None:
        raise NotFound("There is no such photo, or it may not be shown.")
    return stored_webp(photo.sha256)


def _style(sku: str) -> Style:
    return get_object_or_404(Style.objects.all(), pk=sku)


def _page(queryset: Any, size: int) -> tuple[list[Any], bool]:
    """Return one page and whether there is more behind it."""
    found = list(queryset[: size + 1])
    return found[:size], len(found) > size


def _next(request: Request, place: list[str] | None) -> str | None:
    if place is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = CursorField().to_representation(place)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
