"""What decides how the model process serves."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from classifier.refusal import Refusal
from classifier.runs import SHIPPED

PRECISIONS = ("auto", "bf16", "fp32")


class WrongServeSetting(Refusal, ValueError):
    """A CLASSIFIER_* variable has a value that it may not have."""


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """Where the champion lies, and how much is done at once."""

    champion: Path  # a run folder, or a link to one
    index: str  # path of the index file; "{run}" in it is the champion's id
    threads: int = 1  # of the network; the decoders keep the other cores busy
    decoders: int = 2  # threads that unpack pictures
    queue: int = 64  # pictures being answered or waiting; one more is told to come back
    batch: int = 32  # pictures that go through the network together, at most
    wait_ms: int = 8  # how long a picture waits for others that are still on their way
    precision: str = "auto"  # bf16 where the machine is quick at it and the answers stay near fp32's
    device: str = "auto"
    read_seconds: float = 20.0  # in which a picture or a JSON batch must have come
    idle_seconds: float = 20.0  # without a byte, after which an NDJSON stream is given up
    patience_seconds: float = 8.0  # how long a picture may wait for its answer

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read CLASSIFIER_CHAMPION, _INDEX, _PRECISION, _DEVICE, and the whole numbers _THREADS, _DECODERS,
        _QUEUE, _BATCH and _WAIT_MS.

        Raises:
            WrongServeSetting: names the variable.
        """
        precision = environment.get("CLASSIFIER_PRECISION", "auto")
        if precision not in PRECISIONS:
            raise WrongServeSetting(f"CLASSIFIER_PRECISION is {precision!r}: say {', '.join(PRECISIONS)}")
        usual = {field.name: field.default for field in fields(cls)}

        def whole(name: str, *, least: int = 1) -> int:
            return _whole(environment, f"CLASSIFIER_{name.upper()}", usual[name], least)

        return cls(
            champion=Path(environment.get("CLASSIFIER_CHAMPION", str(SHIPPED))),
            index=environment.get("CLASSIFIER_INDEX", "index-{run}.safetensors"),
            threads=whole("threads"),
            decoders=whole("decoders"),
            queue=whole("queue"),
            batch=whole("batch"),
            wait_ms=whole("wait_ms", least=0),
            precision=precision,
            device=environment.get("CLASSIFIER_DEVICE", "auto"),
        )


def _whole(environment: Mapping[str, str], name: str, usual: object, least: int) -> int:
    text = environment.get(name, str(usual))
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise WrongServeSetting(f"{name} is {text!r}: say a whole number from {least} on")
    return int(text)
