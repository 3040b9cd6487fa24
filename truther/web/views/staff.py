"""The door of the staff's pages."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def staff_only(view: View) -> View:
    """Let staff in; answer 403 to everybody else who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied
        return view(request, **named)

    return guarded
