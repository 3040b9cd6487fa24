"""Who may have an account: people the admin adds, or verified addresses of the office's own domain."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, ResetPasswordForm, SignupForm
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from truther.config import config

REGISTERED = "registered"  # the group of those who made their own account


class Unprompted:
    """A form whose labels say it all: a placeholder would only repeat them."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the placeholders out."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(Unprompted, LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Coming in by name or address and password."""


class ForgottenPasswordForm(Unprompted, ResetPasswordForm):  # type: ignore[misc]
    """Asking for a letter with a link."""


class SignUpForm(Unprompted, SignupForm):  # type: ignore[misc]
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


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Close the sign-up unless a domain is set, and let nobody in who registered with an unproven address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether people may register themselves."""
        return bool(config.signup_domain)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Remember who registered: people the admin added need not prove an address."""
        saved: User = super().save_user(request, user, form, commit)
        saved.groups.add(Group.objects.get_or_create(name=REGISTERED)[0])
        return saved

    def pre_login(
        self, request: HttpRequest, user: User, *, signup: bool, **details: Any
    ) -> HttpResponse | None:
        """Send whoever registered and has not answered our letter another one, instead of letting them in.

        Allauth's own switch would shut out the people an admin added, too.
        """
        refusal: HttpResponse | None = super().pre_login(request, user, signup=signup, **details)
        if refusal or not user.groups.filter(name=REGISTERED).exists():
            return refusal
        addresses = EmailAddress.objects.filter(user=user)
        if addresses.filter(verified=True).exists():
            return None
        for address in addresses:
            address.send_confirmation(request, signup=signup)
        answer: HttpResponse = self.respond_email_verification_sent(request, user)
        return answer
