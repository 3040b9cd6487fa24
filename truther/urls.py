"""Who answers which address: pages and API each list their own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from truther.web import api_urls, health, page_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(page_urls)),
    path("api/", include(api_urls)),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]

handler400 = "truther.web.refusals.bad_request"
handler403 = "truther.web.refusals.permission_denied"
handler404 = "truther.web.refusals.page_not_found"
handler500 = "truther.web.refusals.server_error"
