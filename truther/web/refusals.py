"""Answers to requests that cannot be served, in words that say what was kept and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old: nothing was lost, load it again."""
    return render(request, "refusal.html", {"status": 403, "reason": reason}, status=403)
