"""Answers to requests that cannot be served, saying what happened, what was kept and what to do."""

import errno
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from pymongo.errors import PyMongoError

DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
TITLES = {
    400: "That request made no sense to us.",
    403: "This door is for staff.",
    404: "There is nothing here.",
    409: "That could not be kept.",
    500: "Something broke, and it was us.",
    503: "We are out of breath.",
}


def refuse(request: HttpRequest, status: int, words: str, *, title: str = "") -> HttpResponse:
    """Answer with a page of one sentence; it needs no database, since that may be what is missing."""
    context = {"status": status, "title": title or TITLES[status], "words": words}
    return render(request, "refusal.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old: nothing was lost, load it again."""
    words = "You signed in or out since it was opened. Nothing was lost: go back, reload it and try again."
    return refuse(request, 403, words, title="That page was out of date.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what no page of ours sends."""
    return refuse(request, 400, "Go back and try again from the page you came from.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who is signed in but may not come here."""
    return refuse(request, 403, "Ask an admin if you should be able to come in.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address nobody lives at."""
    return refuse(request, 404, "The page may have moved, or the address has a slip in it.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault: 503 when a database or the disk is away for a while, 500 when the fault is ours."""
    away = _gone_for_a_while(sys.exc_info()[1])
    words = (
        "The database or the disk does not answer. What you had saved is safe; try again in a minute."
        if away
        else "It has been written down for us to mend. What you had saved is safe; try again."
    )
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse({"detail": words}, status=503 if away else 500)
    else:
        response = refuse(request, 503 if away else 500, words)
    if away:
        response.headers["Retry-After"] = "30"
    return response


def _gone_for_a_while(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return error.errno in DISK_TROUBLE
    # A MongoDB that does not answer is a plain DatabaseError; its subclasses speak of our own mistakes.
    return isinstance(error, OperationalError | InterfaceError | PyMongoError) or type(error) is DatabaseError
