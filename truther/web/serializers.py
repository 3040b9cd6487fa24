"""What the API says: the shape of every answer, which is also what its schema promises."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from truther.models import Golden, Photo, Style
from truther.models.golden import Verdict


class Refusal(serializers.Serializer[Any]):
    """Why a request was refused; wrong parameters come by name instead."""

    detail = serializers.CharField()


class Picture(serializers.Serializer[Any]):
    """A customer's picture that she allowed us to show, and whom to thank."""

    url = serializers.SerializerMethodField()
    owner = serializers.CharField()
    permalink = serializers.CharField(source="post.permalink")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, photo: Photo) -> str:
        """Return where the 640 px WebP lies."""
        return absolute(self, "api-photo-image", photo.id)


class GoldenAnswer(serializers.Serializer[Any]):
    """One golden record: what is sure about one photo."""

    photo = serializers.CharField(source="id")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    style = serializers.CharField(  # type: ignore[assignment]  # hides a field's own `style`
        help_text="The sku; empty unless the verdict is a style."
    )
    fit = serializers.BooleanField(help_text="Fit to show: our taste, not the customer's consent.")
    votes = serializers.IntegerField()
    agreement = serializers.FloatField(help_text="Share of the counted votes that said so.")
    by_expert = serializers.BooleanField()
    rule_version = serializers.CharField()
    model_version = serializers.CharField()
    batch = serializers.CharField(source="batch_id")
    taken_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField()
    picture = serializers.SerializerMethodField(help_text="null unless the customer granted the rights.")

    @extend_schema_field(Picture(allow_null=True))
    def get_picture(self, record: Golden) -> Any:
        """Return the picture, if it may leave the house."""
        showable: Mapping[str, Photo] = self.context["showable"]
        photo = showable.get(record.id)
        return None if photo is None else Picture(photo, context=self.context).data


class StyleAnswer(serializers.Serializer[Any]):
    """One style of the catalogue."""

    sku = serializers.CharField(source="id")
    name = serializers.CharField()
    designer = serializers.CharField()
    category = serializers.CharField()
    acquired_on = serializers.DateField(allow_null=True)
    retired_on = serializers.DateField(allow_null=True)
    attributes = serializers.DictField(child=serializers.JSONField())
    images = serializers.SerializerMethodField(help_text="Studio shots, the portrait first.")

    @extend_schema_field(serializers.ListField(child=serializers.URLField()))
    def get_images(self, style: Style) -> list[str]:
        """Return where the studio shots lie."""
        return [absolute(self, "api-style-image", style.id, number) for number in range(len(style.images))]


class StylePhotoAnswer(serializers.Serializer[Any]):
    """One customer's photo of a style: verified, fit to show and allowed to be shown."""

    photo = serializers.CharField(source="id")
    taken_at = serializers.DateTimeField()
    picture = Picture(source="*")


def absolute(serializer: serializers.BaseSerializer[Any], name: str, *words: object) -> str:
    """Return the full URL of one of the API's addresses."""
    return str(serializer.context["request"].build_absolute_uri(reverse(name, args=words)))


def page_of(answer: type[serializers.Serializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """Return the shape of one page of answers, under a name for the schema."""
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="The next page; null on the last."),
        "results": answer(many=True),
    }
    return type(name, (serializers.Serializer,), fields)


GoldenPage = page_of(GoldenAnswer, "GoldenPage")
StylePage = page_of(StyleAnswer, "StylePage")
StylePhotoPage = page_of(StylePhotoAnswer, "StylePhotoPage")
