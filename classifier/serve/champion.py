"""The model that serves, renewed behind the back of the requests when the files change."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.refusal import Refusal
from classifier.serve.config import ServeConfig
from classifier.serve.precision import probes, set_precision

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.2  # three stats each time
# Whatever is wrong with the next pair, the thread and the old pair go on.
UNFIT = (Refusal, OSError, ValueError, LookupError, TypeError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Pair:
    """A model and an index made with it; one object, so that a request never sees one without the other."""

    model: DeepDress
    index: StyleIndex
    precision: str


class Champion:
    """The pair that serves; a thread of its own loads the next, warms it up and puts it in place at once."""

    def __init__(self, config: ServeConfig) -> None:
        self.config = config
        self.pair: Pair | None = None
        self._model_stamp: object = None
        self._seen: object = None
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self) -> None:
        """Look after the files from now on."""
        self._stop.clear()
        self._watcher = threading.Thread(target=self._watch, name="champion", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Let the thread end."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join()

    def look(self) -> None:
        """Load what changed; until it is whole and fits, the old pair goes on."""
        run = self.config.champion.resolve()
        index_path = Path(self.config.index.format(run=run.name))
        found = (run, _stamp(run / "weights.safetensors"), index_path, _stamp(index_path))
        if found == self._seen:
            return
        self._seen = found  # remembered even when loading fails: it is tried again when something changes
        try:
            pair = self._load(run, index_path, same_model=self._model_stamp == found[:2])
        except UNFIT as error:
            logger.warning("not serving %s yet: %s", run.name, error)
            return
        if pair.index.version != pair.model.version:
            logger.warning(
                "not serving %s yet: its index is of model %s", pair.model.version, pair.index.version
            )
            return
        self._model_stamp, self.pair = found[:2], pair
        logger.info("serving %s with %d styles in %s", pair.model.version, len(pair.index), pair.precision)

    def _load(self, run: Path, index_path: Path, *, same_model: bool) -> Pair:
        index = StyleIndex.load(index_path)
        if self.pair is not None and same_model:
            return Pair(self.pair.model, index, self.pair.precision)
        model = DeepDress.load(run, self.config.device)
        precision = set_precision(model, self.config.precision)
        for count in (1, self.config.batch):  # the first pass of each size is slow: not in a request
            model.describe_frames(probes(model.size)[:1] * count)
        return Pair(model, index, precision)

    def _watch(self) -> None:
        while True:
            self.look()
            if self._stop.wait(LOOK_SECONDS):
                return


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced; None while it is missing."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
