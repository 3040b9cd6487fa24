"""The addresses of the API."""

from django.urls import URLPattern, path, re_path

from truther.web import api, api_cards, api_identify, api_recommend, api_votes
from truther.web.api_docs import DocsView, SchemaView
from truther.web.api_errors import no_such_address
from truther.web.converters import Sha256, WebSize

PICTURE = rf"(?P<sha256>{Sha256.regex})-(?P<size_px>{WebSize.regex})\.webp"

urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("v1/identify", api_identify.identify, name="api-identify"),
    path("v1/golden", api.golden, name="api-golden"),
    path("v1/styles", api.styles, name="api-styles"),
    path("v1/styles/<str:sku>", api.style, name="api-style"),
    path("v1/styles/<str:sku>/photos", api.style_photos, name="api-style-photos"),
    path("v1/styles/<str:sku>/images/<int:number>", api.style_image, name="api-style-image"),
    path("v1/styles/<str:sku>/similar", api_recommend.similar, name="api-similar"),
    path("v1/recommendations/<str:user>", api_recommend.recommendations, name="api-recommendations"),
    path("v1/cards", api_cards.cards, name="api-cards"),
    re_path(rf"^v1/pictures/{PICTURE}$", api_cards.picture, name="api-picture"),
    path("v1/votes", api_votes.votes, name="api-votes"),
    path("v1/photos/<str:photo_id>/image", api.photo_image, name="api-photo-image"),
    re_path(r"^v1/(?P<rest>[\s\S]*)$", no_such_address),  # <path:rest> would let a line break through
]
