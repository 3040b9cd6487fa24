"""The catalogue: the styles the company rents out, and those it has retired."""

from collections.abc import Iterable
from typing import Self

from django.db import models

from truther.models.fields import key, word


class StyleQuerySet(models.QuerySet["Style"]):
    """Questions about the catalogue."""

    def active(self) -> Self:
        """Styles that may be offered."""
        return self.filter(retired_on=None)

    def retired(self) -> Self:
        """Styles that are no longer rented out."""
        return self.exclude(retired_on=None)

    def mentioning(self, words: str) -> Self:
        """Styles that have every one of these words in name, designer or attributes."""
        found = self
        for word_ in words.casefold().split():
            found = found.filter(search_text__icontains=word_)
        return found

    def showing(self, shas: Iterable[str]) -> set[str]:
        """Which of these pictures are studio shots; read whole, JSON cannot be searched alike everywhere."""
        shown = {sha for images in self.values_list("images", flat=True) for sha in images}
        return shown & set(shas)

    def by_sku(self, *, after: str = "") -> Self:
        """In the order of their skus, after the one given."""
        return self.filter(pk__gt=after).order_by("pk")

    def by_name(self) -> Self:
        """In the order of their names, for people to read."""
        return self.order_by("name", "pk")

    def on_offer(self, skus: Iterable[str]) -> "dict[str, Style]":
        """Those of these styles that may be offered, by sku, with what a card shows of them."""
        # The day is looked at here: asked of the database, it might look through all active styles.
        found = self.only("name", "designer", "images", "retired_on").in_bulk(list(skus))
        return {sku: style for sku, style in found.items() if style.retired_on is None}

    def cards(self, skus: Iterable[str]) -> "dict[str, Style]":
        """These styles by sku, retired ones too, with what a card shows of them."""
        return self.only("name", "designer", "images").in_bulk(list(skus))

    def found_by(self, words: str, *, most: int) -> Self:
        """The first styles on offer that mention the words, by name; none while no word is given."""
        return self.active().mentioning(words).by_name()[: most if words.strip() else 0]


class Style(models.Model):
    """One dress style; `id` is its sku."""

    id = key()
    name = word(128)
    designer = word(128)
    category = word(64)
    acquired_on = models.DateField(null=True)
    retired_on = models.DateField(null=True, db_index=True)
    attributes = models.JSONField(default=dict)
    images = models.JSONField(default=list)  # sha256 of each studio shot, the first is the portrait
    search_text = models.TextField(blank=True, default="")  # casefolded name, designer, attributes
    changed_at = models.DateTimeField()

    objects = StyleQuerySet.as_manager()

    class Meta:
        db_table = "styles"

    def __str__(self) -> str:
        return self.id

    @property
    def portrait(self) -> str:
        """The sha256 of its first studio shot, or "" while it has none."""
        return self.images[0] if self.images else ""
