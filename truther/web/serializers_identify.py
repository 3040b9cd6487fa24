"""What `identify` takes and answers, as its schema promises it."""

from typing import Any

from rest_framework import serializers

from truther.web.api_batches import LONGEST_ID, MOST_ITEMS

# Written out: a text or an object cannot be said by a serializer.
BATCH: dict[str, Any] = {
    "type": "object",
    "required": ["items"],
    "additionalProperties": False,
    "properties": {
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_ITEMS,
            "items": {
                "oneOf": [
                    {"type": "string", "format": "byte", "description": "A picture in base64."},
                    {
                        "type": "object",
                        "required": ["image"],
                        "additionalProperties": False,
                        "properties": {
                            "id": {
                                "type": "string",
                                "nullable": True,
                                "maxLength": LONGEST_ID,
                                "description": "Comes back with the result.",
                            },
                            "image": {"type": "string", "format": "byte"},
                        },
                    },
                ]
            },
        }
    },
}


class Upload(serializers.Serializer[Any]):
    """One picture in a form."""

    image = serializers.ImageField(help_text="JPEG, PNG or WebP.")


class CandidateAnswer(serializers.Serializer[Any]):
    """One style that the picture may show."""

    sku = serializers.CharField()
    name = serializers.CharField()
    designer = serializers.CharField()
    probability = serializers.FloatField(min_value=0, max_value=1)


class Timings(serializers.Serializer[Any]):
    """Where the model process spent its time, in milliseconds."""

    decode = serializers.FloatField()
    queue = serializers.FloatField(help_text="Waiting for a decoder and for the network.")
    forward = serializers.FloatField(help_text="The network, over all pictures that went together.")
    search = serializers.FloatField(help_text="The index, over the same.")
    total = serializers.FloatField()


class IdentificationAnswer(serializers.Serializer[Any]):
    """What the model sees in one picture."""

    candidates = CandidateAnswer(many=True, help_text="The best first, at most three.")
    p_dress = serializers.FloatField(min_value=0, max_value=1, help_text="How likely it is a dress.")
    p_listed = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="How likely a dress is one of the catalogue."
    )
    model_version = serializers.CharField()
    milliseconds = serializers.FloatField(help_text="Time the model took.")
    timings = Timings(required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Leave out what the model did not say."""
        told = super().to_representation(instance)
        return {name: value for name, value in told.items() if value is not None}


class FoundAnswer(IdentificationAnswer):
    """What the model sees in one picture of a batch."""

    id = serializers.CharField(allow_null=True)


class FailedAnswer(serializers.Serializer[Any]):
    """Why one picture of a batch has no answer."""

    id = serializers.CharField(allow_null=True)
    status = serializers.IntegerField(
        help_text="What the picture would have got alone: 400, 413, 415, 422, 503."
    )
    detail = serializers.CharField()
