"""Every refusal of the API as JSON: {"detail": ...}, or the wrong fields by name."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler


class TooLarge(APIException):
    """More bytes than an image may have."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The image is too large."


class NotAnImageType(APIException):
    """The bytes are in no format that is accepted."""

    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_detail = "Send a JPEG, PNG or WebP."


class UnreadableImage(APIException):
    """The format is accepted, the picture is not."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "The picture cannot be read."


class Away(APIException):
    """Something behind the API is gone for a while.

    Attributes:
        wait: when to ask again, in seconds; becomes the header Retry-After.
    """

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE

    def __init__(self, detail: str, *, wait: int) -> None:
        super().__init__(detail)
        self.wait = wait


class OnlyOneAnswer(DefaultContentNegotiation):
    """Answer in the view's one format whatever `Accept` says: who asks for WebP can read an error too."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer and its media type."""
        first = next(iter(renderers))
        return first, str(first.media_type)


def refuse(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception; None for a bug, which then rises."""
    return exception_handler(_as_refusal(error), context)


def _as_refusal(error: Exception) -> Exception:
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):
        return ParseError("The request is malformed.")
    if isinstance(error, BadRequest):
        return ParseError(str(error))
    # A lost MongoDB server is a plain DatabaseError; most of its subclasses are bugs of ours.
    if isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError:
        return Away("The database does not answer at present.", wait=5)
    return error


@csrf_exempt
@login_not_required
def no_such_address(request: HttpRequest, rest: str = "") -> JsonResponse:
    """Say in JSON that there is nothing here."""
    return JsonResponse({"detail": "There is nothing at this address."}, status=status.HTTP_404_NOT_FOUND)
