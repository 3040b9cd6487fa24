"""Django's admin for rentals and what recommenders make of them: to look at, never to edit."""

from django.contrib import admin

from truther.models import ListBlock, RecommendationList, RecommenderRun, Rental, SimilarStyles
from truther.web.admin import ReadOnly


@admin.register(Rental)
class RentalAdmin(ReadOnly):
    """Who rented what; `manage.py rentals` brings them in and forgets a customer's."""

    list_display = ("id", "customer", "sku", "size", "rented_at", "returned_at")
    search_fields = ("customer__exact", "sku__exact", "id__exact")
    ordering = ("-rented_at", "-id")


@admin.register(RecommenderRun)
class RecommenderRunAdmin(ReadOnly):
    """The recommender of each night."""

    list_display = ("id", "spec", "role", "lists", "trained_at", "listed_at")
    list_filter = ("role",)
    search_fields = ("id__exact",)
    ordering = ("-trained_at", "-id")


@admin.register(RecommendationList)
class RecommendationListAdmin(ReadOnly):
    """What a run recommends to each customer."""

    list_display = ("customer", "run_id", "source")
    search_fields = ("customer__exact", "run_id__exact")
    ordering = ("-id",)


@admin.register(SimilarStyles)
class SimilarStylesAdmin(ReadOnly):
    """Which styles go to the same customers."""

    list_display = ("sku", "run_id")
    search_fields = ("sku__exact", "run_id__exact")
    ordering = ("-id",)


@admin.register(ListBlock)
class ListBlockAdmin(ReadOnly):
    """Customers whose lists one process makes."""

    list_display = ("id", "run_id", "start", "stop", "taken_until", "done")
    list_filter = ("done",)
    search_fields = ("run_id__exact",)
    ordering = ("-id",)
