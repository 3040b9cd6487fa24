"""API tokens: hashed and expiring, made by `manage.py token create`, sent as `Authorization: Token …`."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox ships no types
    """Knox's, which would break on a token that is no text."""

    def authenticate_credentials(self, token: bytes) -> Any:
        """Find whose token it is.

        Raises:
            AuthenticationFailed: nobody's, an expired one, or one of a person who has left.
        """
        if not token.isascii():
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):  # type: ignore[misc,no-untyped-call]  # no types there either
    """Describe our tokens in the schema."""

    target_class = "truther.web.api_tokens.TokenAuthentication"
    name = "token"
