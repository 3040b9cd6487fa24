"""The addresses of the pages."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path, register_converter
from django.views.generic import RedirectView, TemplateView

from truther.web.converters import Sha256, WebSize
from truther.web.views import (
    board,
    control,
    judge,
    media,
    models,
    people,
    play,
    pleasures,
    quality,
    recommenders,
    rules,
    styles,
)

register_converter(Sha256, "sha256")
register_converter(WebSize, "web_size")

robots = TemplateView.as_view(template_name="robots.txt", content_type="text/plain")
manifest = TemplateView.as_view(template_name="manifest.json", content_type="application/manifest+json")

urlpatterns: list[URLPattern] = [
    path("", RedirectView.as_view(pattern_name="play"), name="home"),
    path("play/", play.play, name="play"),
    path("play/vote/", play.vote, name="vote"),
    path("play/undo/", play.undo, name="undo"),
    path("play/naming/", play.naming, name="naming"),
    path("me/", people.me, name="me"),
    path("me/settings/", people.settings, name="settings"),
    path("play/recap/", pleasures.recap, name="recap"),
    path("play/bonus/", pleasures.bonus, name="bonus"),
    path("album/", pleasures.album, name="album"),
    path("album/smile/", pleasures.smile, name="smile"),
    path("guest/", people.guest, name="guest"),
    path("styles/", styles.index, name="styles"),
    path("styles/<path:sku>/", styles.page, name="style"),
    path("control/", control.overview, name="control"),
    path("control/board/", board.page, name="control_board"),
    path("control/board/people.csv", board.people_csv, name="control_people_csv"),
    path("control/board/teams.csv", board.teams_csv, name="control_teams_csv"),
    path("control/numbers/<slug:name>.csv", control.numbers, name="control_numbers"),
    path("control/contested/", judge.contested, name="control_contested"),
    path("control/contested/why/", judge.why, name="control_why"),
    path("control/contested/undo/", judge.undo, name="control_unjudge"),
    path("control/quality/", quality.page, name="control_quality"),
    path("control/quality/<slug:name>.csv", quality.numbers, name="control_quality_numbers"),
    path("control/rules/", rules.rules, name="control_rules"),
    path("control/rules/preview/", rules.preview, name="control_rules_preview"),
    path("control/rules/activate/", rules.activate, name="control_rules_activate"),
    path("control/models/", models.index, name="control_models"),
    path("control/models/serve/", models.serve, name="control_models_serve"),
    path("control/models/passed.csv", models.passed, name="control_models_passed"),
    path("control/models/<str:run_id>/", models.page, name="control_models_page"),
    path("control/models/<str:run_id>/card.md", models.card, name="control_models_card"),
    path("control/recommenders/", recommenders.index, name="control_recommenders"),
    path("control/recommenders/serve/", recommenders.serve, name="control_recommenders_serve"),
    path(
        "control/recommenders/<str:run_id>/<slug:name>.svg",
        recommenders.plot,
        name="control_recommenders_plot",
    ),
    path("control/nights/", control.nights, name="control_nights"),
    path("media/<sha256:sha256>-<web_size:size_px>.webp", media.picture, name="media"),
    path("robots.txt", login_not_required(robots), name="robots"),
    path("manifest.webmanifest", login_not_required(manifest), name="manifest"),
]
