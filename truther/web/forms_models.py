"""The form that lets an earlier model serve again."""

from django import forms


class ServeForm(forms.Form):
    """Which model, why, and that it is meant."""

    run = forms.CharField(max_length=64, widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why",
        max_length=300,
        help_text="For the history: what went wrong with the model that serves now.",
        error_messages={"required": "Say why: who looks at the history later wants to know."},
    )
    agreed = forms.BooleanField(
        label="It shall serve at once, for everybody.",
        error_messages={"required": "Tick the box: the model changes for everybody at once."},
    )

    def clean_why(self) -> str:
        """Blanks are no reason."""
        why = str(self.cleaned_data["why"]).strip()
        if not why:
            raise forms.ValidationError("Say why: who looks at the history later wants to know.")
        return why
