"""What the rules' page accepts: a rule's parameters, why it is wanted, the word that puts it in force."""

from typing import Any

from django import forms

from truther.rules.consensus import Rule
from truther.rules.parameters import problems_in

KINDS = [("first_to", "First so many alike"), ("posterior", "Sure enough, each vote weighed by its person")]
USUAL = Rule("usual")  # where the form does not ask: what the other kind of rule uses


class RuleForm(forms.Form):
    """A rule somebody would like to try."""

    rule = forms.ChoiceField(label="How a photo is settled", choices=KINDS, widget=forms.RadioSelect)
    first_to = forms.IntegerField(
        label="Answers alike", help_text="so many people who say the same settle a photo", required=False
    )
    posterior = forms.FloatField(
        label="Sure to", help_text="a share such as 0.99; it takes two average people", required=False
    )
    min_humans = forms.IntegerField(
        label="People at least", help_text="who answered; when weighed: who said the same"
    )
    cap = forms.IntegerField(label="People at most", help_text="then the experts are asked")
    why = forms.CharField(
        label="Why",
        help_text="kept with the rule, for whoever reads this list next year",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse parameters that could settle nothing, each in a sentence of its own."""
        cleaned = super().clean() or {}
        if not self.errors:
            for name, problem in problems_in(self._parameters(cleaned)).items():
                self.add_error(name if name in self.fields else None, problem)
        return cleaned

    def tried(self) -> Rule:
        """Return the rule of a valid form."""
        return Rule("tried", **self._parameters(self.cleaned_data))

    @staticmethod
    def _parameters(cleaned: dict[str, Any]) -> dict[str, Any]:
        usual = {"first_to": USUAL.first_to, "posterior": USUAL.posterior}
        unused = "posterior" if cleaned["rule"] == "first_to" else "first_to"
        said = {name: cleaned[name] for name in ("rule", "first_to", "posterior", "min_humans", "cap")}
        return said | {unused: usual[unused], "tie": USUAL.tie}


class ActivationForm(RuleForm):
    """A rule somebody wants in force, after the preview."""

    based_on = forms.CharField(max_length=64, required=False)
    agreed = forms.BooleanField(
        label="I have looked at the preview.",
        error_messages={"required": "Tick the box: a rule counts for everybody from the next vote on."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["why"].required = True
        self.fields["why"].error_messages["required"] = "Say why: the list of rules is read for it later."
