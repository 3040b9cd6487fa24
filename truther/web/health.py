"""Two questions of machines: does this process answer, and can it serve people?"""

import pymongo
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from pymongo.errors import PyMongoError

from truther.models import Style

PATIENCE_SECONDS = 1.0  # a balancer asks every few seconds, and waits no longer than that


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer without asking anybody else: a database that is away is no reason to restart the web."""
    return JsonResponse({"ok": True})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when both databases do, else 503: a balancer sends people elsewhere meanwhile."""
    answers = {"accounts": _answers(User), "documents": _answers(Style)}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _answers(model: type[User] | type[Style]) -> bool:
    try:
        with pymongo.timeout(PATIENCE_SECONDS):  # a query would wait five
            model._default_manager.exists()
    except (DatabaseError, PyMongoError):
        return False
    return True
