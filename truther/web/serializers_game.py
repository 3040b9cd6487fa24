"""What the game's half of the API takes and says; the schema is made of these."""

from typing import Any

from rest_framework import serializers

from truther.models.votes import Choice

STATES = ["kept", "late", "already", "undone", "refused"]
CODES = [
    "frozen",
    "removed",
    "not_served",
    "answered",
    "unknown_style",
    "nothing_to_undo",
    "invalid",
    "forged",
]


class VoteItem(serializers.Serializer[Any]):
    """A vote, or the undoing of one: then `id` and `undo` alone."""

    id = serializers.RegexField(r"^[A-Za-z0-9_-]{8,64}$", help_text="Made by the client, once per answer.")
    photo = serializers.CharField(max_length=64, required=False)
    choice = serializers.ChoiceField(choices=Choice.choices, required=False)
    style = serializers.CharField(  # type: ignore[assignment]  # hides a field's own `style`
        max_length=64, required=False, allow_null=True, help_text="The sku, when the choice is a style."
    )
    fit = serializers.BooleanField(required=False, allow_null=True, help_text="Fit to show.")
    seconds = serializers.FloatField(
        required=False,
        allow_null=True,
        help_text="From the picture shown to the answer; nonsense is dropped.",
    )
    undo = serializers.BooleanField(required=False, help_text="true: take the vote with this id back.")


class VoteBatch(serializers.Serializer[Any]):
    """Votes and undos, in the order in which they were made."""

    votes = serializers.ListField(child=VoteItem(), max_length=100)


class KeptAnswer(serializers.Serializer[Any]):
    """The answer that stands."""

    id = serializers.CharField()
    choice = serializers.ChoiceField(choices=Choice.choices)
    style = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # hides a field's own `style`


class NewsAnswer(serializers.Serializer[Any]):
    """Something to tell the person after the vote."""

    kind = serializers.ChoiceField(choices=["settled", "find", "agreed", "known"])
    words = serializers.CharField()


class ReceiptAnswer(serializers.Serializer[Any]):
    """What became of one item."""

    id = serializers.CharField(allow_blank=True)
    photo = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=STATES)
    code = serializers.ChoiceField(choices=CODES, required=False, help_text="Why it was refused.")
    detail = serializers.CharField(required=False, help_text="The same as a sentence for people.")
    kept = KeptAnswer(required=False, help_text="With the code answered: the answer that stands.")
    news = NewsAnswer(allow_null=True)


class BatchAnswer(serializers.Serializer[Any]):
    """A receipt for each item, in the order sent, and how the day goes."""

    receipts = ReceiptAnswer(many=True)
    today = serializers.IntegerField(help_text="Votes of this person today.")
    goal = serializers.IntegerField(help_text="Votes that this person makes on a usual day.")
    settled_today = serializers.IntegerField(help_text="Photos settled today, by everybody.")


class PictureAnswer(serializers.Serializer[Any]):
    """Where one picture lies, in two sizes."""

    small = serializers.URLField(help_text="WebP, 256 px.")
    large = serializers.URLField(help_text="WebP, 640 px.")


class OptionAnswer(serializers.Serializer[Any]):
    """One style that may be chosen."""

    sku = serializers.CharField()
    name = serializers.CharField()
    designer = serializers.CharField()
    image = PictureAnswer(allow_null=True, help_text="The studio portrait; null while there is none.")


class CardAnswer(serializers.Serializer[Any]):
    """One photo that waits for your answer."""

    photo = serializers.CharField()
    image = PictureAnswer()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    caption = serializers.CharField()
    hashtags = serializers.ListField(child=serializers.CharField())
    taken_at = serializers.DateTimeField()
    options = OptionAnswer(many=True, help_text="In the order in which to show them: it is yours alone.")


class EndingAnswer(serializers.Serializer[Any]):
    """Why there is nothing to do now: photos that wait elsewhere."""

    yours = serializers.IntegerField(help_text="Answered by you, waiting for others.")
    contested = serializers.IntegerField(help_text="With the experts.")
    arriving = serializers.IntegerField(help_text="Not yet seen by the model.")


class HandAnswer(serializers.Serializer[Any]):
    """Cards to answer, in order."""

    session = serializers.CharField(help_text="The sitting; empty while no batch is open.")
    batch = serializers.CharField()
    room = serializers.IntegerField(help_text="Cards you may hold unanswered in all.")
    cards = CardAnswer(many=True)
    ending = EndingAnswer(allow_null=True, help_text="null unless you hold no card at all.")
