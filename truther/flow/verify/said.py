"""What people say, what becomes of it, and the refusals they may read."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from truther.models import Vote

State = Literal["kept", "late", "already", "undone", "refused"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says about a photo; `vote_id` is made by the client, once per answer."""

    vote_id: str
    photo_id: str
    choice: str  # "style", "none", "not_dress" or "cant_tell"
    style: str = ""  # the sku, when the choice is a style
    fit: bool | None = None
    seconds: float | None = None  # from the picture shown to the answer


@dataclass(frozen=True, slots=True)
class Retraction:
    """A person takes back one vote of theirs."""

    vote_id: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a vote or an undo.

    Attributes:
        state: kept and counted; late: kept, its photo was no longer open; already: kept before; undone: taken
            back, by this undo, an earlier one, or one that overtook its vote; refused: nothing was changed.
        vote: the vote as stored, unless refused or unknown.
    """

    vote_id: str
    state: State
    photo_id: str
    refusal: "Refusal | None" = None
    vote: Vote | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and whether the photo is asked again."""

    vote_id: str
    photo_id: str  # empty: the vote itself has not arrived yet
    comes_back: bool


class Refusal(Exception):
    """A vote or an undo that cannot be kept; the text is a sentence for people."""

    code: ClassVar[str] = "invalid"


class InvalidVote(Refusal):
    """The vote has a form that no client of ours sends."""


class ForgedVote(Refusal):
    """The id is another vote's."""

    code = "forged"


class UnknownPhoto(Refusal):
    """There is no such photo."""

    code = "not_served"


class PhotoRemoved(Refusal):
    """The photo was taken down."""

    code = "removed"


class NotServed(Refusal):
    """The photo was never put before this person."""

    code = "not_served"


class UnknownStyle(Refusal):
    """The catalogue has no such style."""

    code = "unknown_style"


class AlreadyVoted(Refusal):
    """The person has another vote standing on this photo."""

    code = "answered"

    def __init__(self, kept: Vote) -> None:
        super().__init__("You have answered this photo already and that answer is kept. Undo takes it back.")
        self.vote_id = kept.pk
        self.choice = kept.choice
        self.style = kept.style


class NothingToUndo(Refusal):
    """There is no such vote of this person's, or it lies too far back."""

    code = "nothing_to_undo"


class BatchFrozen(Refusal):
    """The vote has gone into a frozen batch."""

    code = "frozen"
