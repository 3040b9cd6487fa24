"""The schema, and a page to read it and try it out: no CDN, the same Content-Security-Policy."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation


class SchemaView(SpectacularAPIView):
    """The OpenAPI schema, as YAML or with ?format=json."""

    content_negotiation_class = DefaultContentNegotiation


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI with its own script and style in files: the policy allows nothing inline."""

    url_name = "api-schema"
    template_name = "api/docs.html"
