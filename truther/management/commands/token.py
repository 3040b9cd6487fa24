"""API tokens: make one, list them, take one back."""

import json as json_format
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import AuthToken
from knox.settings import CONSTANTS

DAYS = 90
LINE = "{token:<17} {user:<20} {created:<12} {expires}"


class Command(BaseCommand):
    """`token create USER [--days N]`, `token list`, `token revoke TOKEN`."""

    help = "Make, list and take back the tokens of the API. Only a hash is stored: a token is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a token for a person and print it, once")
        create.add_argument("user", help="a user name")
        create.add_argument("--days", type=int, default=DAYS, help="how long it lasts (%(default)s)")
        listing = actions.add_parser("list", help="whose tokens there are, by their first letters")
        revoke = actions.add_parser("revoke", help="take a token back")
        revoke.add_argument("token", help="the token, or its first letters as `token list` shows them")
        for action in (create, listing, revoke):
            action.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, action: str, json: bool, **options: Any) -> None:
        """Do it and say what came of it."""
        if action == "create":
            answer = self._create(options["user"], options["days"])
        elif action == "revoke":
            answer = self._revoke(options["token"])
        else:
            answer = {"tokens": [_facts(row) for row in AuthToken.objects.order_by("created", "digest")]}
        if json:
            self.stdout.write(json_format.dumps(answer, indent=2))
        elif action == "create":
            self.stdout.write(answer["token"])
            self.stderr.write(f"Keep it now, it is not shown again. It lasts until {answer['expires']}.")
        elif action == "revoke":
            self.stdout.write(f"{answer['revoked']} of {answer['user']} is taken back.")
        else:
            self._table(answer["tokens"])

    def _create(self, username: str, days: int) -> dict[str, Any]:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user called {username}.")
        if not 1 <= days <= 3650:
            raise CommandError("A token lasts between 1 and 3650 days.")
        row, token = AuthToken.objects.create(user, expiry=timedelta(days=days))
        return _facts(row) | {"token": token}

    def _revoke(self, token: str) -> dict[str, Any]:
        """Revoke by the first letters, never by fewer than `token list` shows."""
        shown = token[: CONSTANTS.TOKEN_KEY_LENGTH]
        row = AuthToken.objects.filter(token_key=shown).select_related("user").first()
        if row is None:
            raise CommandError("There is no such token; see `manage.py token list`.")
        row.delete()
        return {"revoked": row.token_key, "user": row.user.get_username()}

    def _table(self, tokens: list[dict[str, Any]]) -> None:
        heads = {name: name.upper() for name in ("token", "user", "created", "expires")}
        for row in [heads, *tokens]:
            days = {name: row[name][:10] for name in ("created", "expires")}
            self.stdout.write(LINE.format(**(row | days)))


def _facts(row: AuthToken) -> dict[str, Any]:
    return {
        "token": row.token_key,
        "user": row.user.get_username(),
        "created": row.created.isoformat(),
        "expires": row.expiry.isoformat() if row.expiry else "never",
    }
