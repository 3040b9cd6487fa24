"""What the pages accept, checked at the door."""

from typing import Any

from django import forms
from django.http import QueryDict

from truther.flow.verify import Verdict


class AnswerForm(forms.Form):
    """An answer to a photo ("style:SKU", "none", "not_dress" or "cant_tell") and if it is fit to show."""

    photo = forms.CharField(max_length=64)
    answer = forms.CharField(max_length=80)
    fit = forms.BooleanField(required=False)

    def answered(self) -> dict[str, Any]:
        """Return the photo, the choice, the style and the taste of a valid form."""
        choice, _, style = self.cleaned_data["answer"].partition(":")
        return {
            "photo_id": self.cleaned_data["photo"],
            "choice": choice,
            "style": style,
            "fit": self.cleaned_data["fit"],
        }


class VoteForm(AnswerForm):
    """One verdict from the game."""

    vote = forms.CharField(max_length=64)
    seconds = forms.CharField(required=False)

    @staticmethod
    def raw(data: QueryDict) -> dict[str, str]:
        """Return the fields as they came, cut to what a form of ours can hold, to be sent again later."""
        return {name: str(data[name])[:80] for name in VoteForm.base_fields if name in data}

    def clean_seconds(self) -> float | None:
        """Drop a measurement that is none: a broken stopwatch is no reason to lose an answer."""
        try:
            return float(self.cleaned_data["seconds"])
        except ValueError:
            return None

    def verdict(self) -> Verdict:
        """Return what a valid form says."""
        return Verdict(
            vote_id=self.cleaned_data["vote"], seconds=self.cleaned_data["seconds"], **self.answered()
        )


class NamingForm(forms.Form):
    """A search for the style on a photo; `judge` when an expert looks."""

    photo = forms.CharField(max_length=64, required=False)
    q = forms.CharField(max_length=80, required=False)
    judge = forms.BooleanField(required=False)


class CatalogueForm(forms.Form):
    """A search in the catalogue and the page of its results."""

    q = forms.CharField(max_length=80, required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)


class TrendForm(forms.Form):
    """How many days the charts show."""

    SPANS = ((14, "2 weeks"), (30, "30 days"), (90, "90 days"))
    days = forms.TypedChoiceField(choices=SPANS, coerce=int)

    @classmethod
    def days_of(cls, data: QueryDict) -> int:
        """Return the days asked for, or 30: a charts page has no wrong question."""
        form = cls(data)
        return int(form.cleaned_data["days"]) if form.is_valid() else 30


class BoardForm(forms.Form):
    """Which days the board sums, and what it is sorted by."""

    SPANS = (("day", "Today"), ("week", "This week"), ("month", "30 days"), ("all", "All time"))
    ORDERS = (
        ("votes", "Votes"),
        ("agreement", "Agreement"),
        ("accuracy", "Accuracy"),
        ("points", "Points"),
        ("finds", "Finds"),
    )
    span = forms.ChoiceField(choices=SPANS)
    by = forms.ChoiceField(choices=ORDERS)

    @classmethod
    def asked(cls, data: QueryDict) -> tuple[str, str]:
        """Return span and order; what is missing or unknown is this week, by votes."""
        form = cls(data)
        form.is_valid()
        return form.cleaned_data.get("span", "week"), form.cleaned_data.get("by", "votes")
