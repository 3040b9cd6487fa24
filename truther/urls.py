"""Who answers which address: pages and API each list their own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from truther.web import api_urls, page_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(page_urls)),
    path("api/", include(api_urls)),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
]
