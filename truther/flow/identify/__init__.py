"""Ask the model process which styles pictures may show; the bytes pass through here unopened."""

from classifier import sniff
from truther.flow.identify import wire
from truther.flow.identify.many import AWAY, Asked, Failed, Found, identify_many
from truther.flow.identify.wire import ModelAway, TooManyBytes, Unreadable, model_answers
from truther.flow.identify.words import Candidate, Identification, named

__all__ = [
    "AWAY",
    "Asked",
    "Candidate",
    "Failed",
    "Found",
    "Identification",
    "ModelAway",
    "NotAPicture",
    "TooManyBytes",
    "Unreadable",
    "identify",
    "identify_many",
    "model_answers",
]


class NotAPicture(Exception):
    """The bytes are no JPEG, PNG or WebP, whatever they were called."""


def identify(image: bytes) -> Identification:
    """Return what the champion sees in one JPEG, PNG or WebP.

    Raises:
        NotAPicture: the bytes are in none of the three formats.
        TooManyBytes: the model process does not take as many.
        Unreadable: the picture is animated, damaged or too large once unfolded.
        ModelAway: ask again later.
    """
    kind = sniff.media_type(image)
    if kind is None:
        raise NotAPicture
    if sniff.is_animated(image):
        raise Unreadable("The picture moves; send a single still frame.")
    [found] = named([wire.ask(image, kind)])
    return found
