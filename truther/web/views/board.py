"""The board: who helped how much, and how well; for the staff alone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from truther.config import config
from truther.flow import roll_up
from truther.models import board
from truther.rules.game import day_of, monday_of
from truther.web.clock import now_for
from truther.web.forms import BoardForm
from truther.web.sheets import Cell, sheet
from truther.web.views.staff import staff_only

SUMS = ("votes", "agreement", "compared", "points", "finds", "median seconds")


@never_cache
@require_GET
@staff_only
def page(request: HttpRequest) -> HttpResponse:
    """Show people and teams over a span, by quantity or by quality."""
    span, order = BoardForm.asked(request.GET)
    lines = _people(now_for(request), span, order)
    context = {"lines": lines, "teams": board.teams(lines), "span": span, "order": order}
    choices = {"spans": BoardForm.SPANS, "orders": BoardForm.ORDERS}
    return render(request, "control/board.html", context | choices)


@require_GET
@staff_only
def people_csv(request: HttpRequest) -> HttpResponse:
    """Send the people of a span as a table."""
    span, order = BoardForm.asked(request.GET)
    header = ("person", "team", *SUMS, "estimated accuracy", "known answers")
    lines = _people(now_for(request), span, order)
    rows = ([line.name, line.team, *_sums(line), line.accuracy, line.answers_known] for line in lines)
    return sheet(f"truther-people-{span}", header, rows)


@require_GET
@staff_only
def teams_csv(request: HttpRequest) -> HttpResponse:
    """Send the teams of a span as a table."""
    span, order = BoardForm.asked(request.GET)
    teams = board.teams(_people(now_for(request), span, order))
    rows = ([team.name, team.people, *_sums(team)] for team in teams)
    return sheet(f"truther-teams-{span}", ("team", "people", *SUMS), rows)


def _people(now: datetime, span: str, order: str) -> list[board.Line]:
    roll_up.freshen(now=now)
    today = day_of(now, config.time_zone)
    return board.people(_first(today, span), today, order=order)


def _first(today: date, span: str) -> date | None:
    return {"day": today, "week": monday_of(today), "month": today - timedelta(days=29)}.get(span)


def _sums(line: board.Sum) -> Sequence[Cell]:
    return line.votes, line.agreement, line.compared, line.points, line.finds, line.seconds
