"""What the API accepts beside the address: parameters of the query, each checked, unknown ones refused."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from truther.models.golden import Verdict
from truther.rules.walk import MOST_ROOM

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
HAVE_CHARACTERS = 8_000  # a hundred ids of the longest kind, and what servers take as an address


@extend_schema_field(OpenApiTypes.STR)
class CursorField(serializers.Field):  # type: ignore[type-arg]  # the stubs' four parameters say nothing here
    """The place after which a page begins, as `next` of the page before gave it; opaque to clients."""

    default_error_messages = {"unknown": "This is no cursor that a page gave."}

    def to_representation(self, value: Sequence[str]) -> str:
        """Pack the words that name a place."""
        return base64.urlsafe_b64encode("~".join(value).encode()).decode().rstrip("=")

    def to_internal_value(self, data: Any) -> list[str]:
        """Unpack them again."""
        try:
            packed = base64.b64decode(str(data) + "=" * (-len(str(data)) % 4), altchars=b"-_", validate=True)
            return packed.decode().split("~")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            self.fail("unknown")


class Parameters(serializers.Serializer[dict[str, Any]]):
    """The parameters of one address."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """Return the checked parameters.

        Raises:
            ValidationError: one is unknown, given twice or has no valid value.
        """
        query = cls(data=request.query_params.dict())
        given = dict(request.query_params.lists())
        strangers = {name: ["There is no such parameter."] for name in given if name not in query.fields}
        twice = {name: ["Give it once."] for name, values in given.items() if len(values) > 1}
        if strangers or twice:
            raise serializers.ValidationError(strangers | twice)
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)


class Query(Parameters):
    """The parameters of a list that comes in pages."""

    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE)
    cursor = CursorField(required=False, default=None)


class GoldenQuery(Query):
    """Which golden records, oldest first."""

    style = serializers.CharField(  # type: ignore[assignment]  # hides a field's own `style`, as declared fields do
        max_length=64, required=False, help_text="A sku."
    )
    verdict = serializers.ChoiceField(choices=Verdict.choices, required=False)
    fit = serializers.ChoiceField(choices=["true", "false"], required=False, help_text="Fit to show.")
    since = serializers.DateTimeField(
        required=False, default_timezone=UTC, help_text="Settled at or after this moment (ISO 8601)."
    )

    def validate_fit(self, value: str) -> bool:
        """Return the word as the truth it says."""
        return value == "true"

    def validate_cursor(self, value: list[str] | None) -> tuple[datetime, str] | None:
        """Return the moment and the photo of the last record seen."""
        return None if value is None else _moment_and_id(value)


class StyleQuery(Query):
    """Which styles, by sku."""

    state = serializers.ChoiceField(choices=["active", "retired"], required=False)
    search = serializers.CharField(
        max_length=100, required=False, help_text="Words in the name, the designer or the attributes."
    )

    def validate_cursor(self, value: list[str] | None) -> str:
        """Return the last sku seen; the first page begins after the empty one."""
        return "" if value is None else _only(value)


class StylePhotosQuery(Query):
    """Which verified photos of one style, by photo."""

    def validate_cursor(self, value: list[str] | None) -> str:
        """Return the last photo seen; the first page begins after the empty one."""
        return "" if value is None else _only(value)


class CardsQuery(Parameters):
    """Which cards."""

    count = serializers.IntegerField(min_value=1, max_value=MOST_ROOM, default=10)
    have = serializers.CharField(
        max_length=HAVE_CHARACTERS,
        default="",
        help_text="Ids of photos you hold already or have answered, with commas between.",
    )
    sitting = serializers.CharField(
        max_length=64,
        default="",
        help_text="Names one sitting of yours: the same name goes on with the same walk.",
    )

    def validate_have(self, value: str) -> list[str]:
        """Return the ids."""
        return [name for name in value.split(",") if name]


def _only(words: list[str]) -> str:
    if len(words) != 1 or "\0" in words[0]:
        raise serializers.ValidationError(CursorField.default_error_messages["unknown"])
    return words[0]


def _moment_and_id(words: list[str]) -> tuple[datetime, str]:
    try:
        moment, photo_id = words
        return datetime.fromisoformat(moment).astimezone(UTC), _only([photo_id])
    except (ValueError, OverflowError) as error:
        raise serializers.ValidationError(CursorField.default_error_messages["unknown"]) from error
