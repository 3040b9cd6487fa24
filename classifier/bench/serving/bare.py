"""What the served model is held against: loops over the same pictures, in this process, without HTTP."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from classifier.ahead import ahead
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.serve.precision import set_precision

BATCH = 32


class Bare:
    """The champion without a server."""

    def __init__(
        self, champion: Path, index: Path, pictures: Sequence[bytes], *, precision: str, threads: int
    ) -> None:
        self.model, self.index, self.pictures = (
            DeepDress.load(champion, "cpu"),
            StyleIndex.load(index),
            pictures,
        )
        self.precision = set_precision(self.model, precision)
        self.threads = threads or len(os.sched_getaffinity(0))

    def plainly(self, count: int) -> tuple[float, float]:
        """Decode one picture after the other, and pass every 32 through the network with all cores."""
        torch.set_num_threads(self.threads)

        def loop(pictures: list[bytes]) -> None:
            for start in range(0, count, BATCH):
                frames = [self.model.frame(data) for data in pictures[start : start + BATCH]]
                self.model.rank(self.model.describe_frames(frames), self.index)

        return self._timed(loop, count)

    def in_threads(self, count: int) -> tuple[float, float]:
        """Decode in two threads beside the network: about the best that a loop can do on two cores."""
        torch.set_num_threads(1)

        def loop(pictures: list[bytes]) -> None:
            described = self.model.describe_frames(ahead(self.model.frame, pictures))
            self.model.rank(described, self.index)

        return self._timed(loop, count)

    def _timed(self, loop: Callable[[list[bytes]], None], count: int) -> tuple[float, float]:
        """Pictures a second, and CPU seconds a picture."""
        asked = [self.pictures[number % len(self.pictures)] for number in range(count)]
        loop(asked[:BATCH])
        began, cpu = time.perf_counter(), time.process_time()
        loop(asked)
        return count / (time.perf_counter() - began), (time.process_time() - cpu) / count
