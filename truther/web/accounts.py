"""Who may have an account: people the admin adds, or verified addresses of the office's own domain."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from truther.config import config


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Close the sign-up unless a domain is set, and open it to that domain only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether people may register themselves."""
        return bool(config.signup_domain)

    def clean_email(self, email: str) -> str:
        """Accept addresses of exactly the configured domain.

        Raises:
            ValidationError: the address belongs elsewhere.
        """
        if email.rpartition("@")[2].casefold() != config.signup_domain.casefold():
            raise ValidationError(f"Use your address at {config.signup_domain}.")
        return str(super().clean_email(email))
