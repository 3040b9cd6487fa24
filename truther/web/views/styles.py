"""The catalogue: an index to search, and a page for each style with the real people who wore it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from truther import rack
from truther.models.shelves import shelf_of, style_page
from truther.web.forms import CatalogueForm


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the styles on offer that mention the words searched for."""
    form = CatalogueForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    shelf = shelf_of(asked.get("q", ""), page=asked.get("page") or 1)
    return render(request, "styles/index.html", {"shelf": shelf})


@require_GET
def page(request: HttpRequest, sku: str) -> HttpResponse:
    """Show one style: verified photos that please and may be shown, then the studio's."""
    shown = style_page(sku, recommender=rack.champion())
    if shown is None:
        raise Http404("no such style")
    return render(request, "styles/page.html", {"shown": shown})
