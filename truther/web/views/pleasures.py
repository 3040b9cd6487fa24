"""What goes along with the game: the recap of a sitting, the bonus rounds, the puppy album."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from truther.config import config
from truther.flow import please, roll_up
from truther.models.album import album_of, picture_of
from truther.models.company import company_of
from truther.models.sitting import recap_of
from truther.web.clock import now_for
from truther.web.people_forms import BonusForm, PageForm, SmileForm
from truther.web.refusals import refuse
from truther.web.views.play import HtmxRequest

KIND = "twins"
View = Callable[..., HttpResponse]


def part_of_game(feature: str) -> Callable[[View], View]:
    """Answer 404 where the house plays without this part of the game."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if feature not in config.game:
                raise Http404(f"this house plays without {feature}")
            return view(request)

        return guarded

    return decorate


@never_cache
@require_GET
@part_of_game("recap")
def recap(request: HttpRequest) -> HttpResponse:
    """Show what the last sitting came to."""
    person_id, now = request.user.get_username(), now_for(request)
    roll_up.refresh(person_id, now=now)
    context = {
        "recap": recap_of(person_id, now=now, time_zone=config.time_zone),
        "company": company_of(person_id, now=now, time_zone=config.time_zone),
    }
    return render(request, "play/recap.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@part_of_game("bonus")
def bonus(request: HttpRequest) -> HttpResponse:
    """Ask a question of the bonus round, or tell how the last answer was."""
    if request.method == "POST":
        return _answer(request)
    person_id, context = request.user.get_username(), {"of": please.ROUND}
    told = please.told(person_id, request.GET.get("said", ""))
    if told is not None:
        return render(request, "play/bonus.html", {"told": told, **context})
    try:
        question = please.next_question(person_id, kind=KIND, now=now_for(request))
    except please.NothingToAsk as reason:
        return render(request, "play/bonus.html", {"nothing": str(reason)})
    return render(request, "play/bonus.html", {"question": question, **context})


@never_cache
@require_GET
@part_of_game("album")
def album(request: HttpRequest) -> HttpResponse:
    """Show a page of the puppy album."""
    form = PageForm(request.GET)
    page = (form.cleaned_data["page"] if form.is_valid() else None) or 1
    return render(request, "people/album.html", {"album": album_of(request.user.get_username(), page=page)})


@require_POST
@part_of_game("album")
def smile(request: HtmxRequest) -> HttpResponse:
    """Keep or take back a smile, and show the album where it was."""
    form, person_id = SmileForm(request.POST), request.user.get_username()
    if not form.is_valid():
        return refuse(request, 400, "Go back to the album and smile from there.")
    said = form.cleaned_data
    try:
        please.smile(said["photo"], person_id=person_id, on=said["on"], now=now_for(request))
    except please.Refusal as refusal:
        return refuse(request, 409, str(refusal))
    if request.htmx:
        return render(
            request,
            "people/album.html#smile",
            {"picture": picture_of(said["photo"], person_id), "page": said["page"] or 1},
        )
    return redirect(f"{reverse('album')}?page={said['page'] or 1}#{said['photo']}")


def _answer(request: HttpRequest) -> HttpResponse:
    form = BonusForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400, "Go back to the round and choose one of the two.")
    said = form.cleaned_data
    try:
        answer = please.answer(
            request.user.get_username(),
            kind=KIND,
            photo_id=said["photo"],
            said=said["said"],
            now=now_for(request),
        )
    except please.Refusal as refusal:
        return refuse(request, 409, str(refusal))
    return redirect(f"{reverse('bonus')}?said={answer.pk}")
