"""Who may have an account: people the admin adds, or verified addresses of the office's own domain."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, SignupForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from truther.config import config


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """The sign-in form, whose labels say it all: a placeholder would only repeat them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the placeholders out."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Registration with an address of the office's own domain."""

    def clean_email(self) -> str:
        """Accept addresses of exactly the configured domain.

        Raises:
            ValidationError: the address belongs elsewhere.
        """
        email = str(super().clean_email())
        if email.rpartition("@")[2].casefold() != config.signup_domain.casefold():
            raise ValidationError(f"Use your address at {config.signup_domain}.")
        return email


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Close the sign-up unless a domain is set, and open it to that domain only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether people may register themselves."""
        return bool(config.signup_domain)
