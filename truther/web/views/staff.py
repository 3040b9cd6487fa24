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


def admin_only(view: View) -> View:
    """Let those in who may change which model serves; answer 403 to everybody else who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        if not may_change_models(request):
            raise PermissionDenied
        return view(request, **named)

    return guarded


def may_change_models(request: HttpRequest) -> bool:
    """Say whether this person may let another model serve."""
    user = request.user
    return bool(getattr(user, "is_staff", False)) and user.has_perm("truther.change_modelrun")
