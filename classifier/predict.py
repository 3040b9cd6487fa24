"""DeepDress as it is served: pictures in, three styles and P(dress) out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from classifier.ahead import ahead
from classifier.calibrate import Calibration, Evidence, Scores
from classifier.calibrate.dress import NEIGHBOURS, dress_features
from classifier.checkpoint import read_tensors
from classifier.decode import decode
from classifier.index import IndexMismatch, StyleIndex
from classifier.index.prototypes import Vectors
from classifier.index.search import best
from classifier.model import DressNet
from classifier.runs import RunError, read_facts
from classifier.transforms import Frames, frame_size, read_frame, to_frame, to_input

BATCH = 64
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Candidate:
    sku: str
    probability: float  # P(dress) * P(in stock | dress) * P(style | in stock)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest styles, best first; their probabilities add up to p_dress at most, but for rounding."""

    candidates: tuple[Candidate, ...]
    p_dress: float
    version: str
    p_listed: float = 1.0  # P(in stock | dress); 1 where that was never learned


@dataclass(frozen=True, slots=True)
class Described:
    """What the network says of N pictures."""

    embeddings: Vectors  # (N, dim), unit length
    dress_logits: npt.NDArray[np.float32]  # (N,)

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> "Described":
        return Described(self.embeddings[rows], self.dress_logits[rows])


@dataclass(frozen=True, slots=True)
class Serving:
    """What serving needs beside the network."""

    shift: Vectors  # (dim,)
    negatives: Vectors  # (k, dim)
    calibration: Calibration
    prior: float


class DeepDress:
    """A run, ready to look at pictures; safe to share between threads."""

    def __init__(
        self, net: DressNet, *, version: str, size_px: int, serving: Serving, device: torch.device
    ) -> None:
        self.version, self.size, self.serving, self.device = version, frame_size(size_px), serving, device
        self.net = net.to(device).to(memory_format=torch.channels_last).eval()
        self.bf16 = False  # the serving process turns it on where it is quick and near enough

    @classmethod
    def load(cls, run: Path, device: str = "auto") -> Self:
        """Load a run folder.

        Raises:
            RunError: a file is missing, cut off, of another format, or the tensors do not fit the facts.
        """
        facts, bundle = read_facts(run), read_tensors(run / "weights.safetensors")
        net = DressNet(facts.trunk, facts.dim)
        try:
            net.load_state_dict({name: value.float() for name, value in bundle.section("net").items()})
            shift, negatives = (bundle.tensors[name].float().numpy() for name in ("shift", "negatives"))
        except (RuntimeError, KeyError) as error:
            raise RunError(f"{run} is damaged: its tensors do not fit its facts ({error})") from error
        serving = Serving(shift, negatives, facts.calibration, facts.prior)
        return cls(
            net, version=facts.id, size_px=facts.size_px, serving=serving, device=choose_device(device)
        )

    def new_index(self) -> StyleIndex:
        """An empty index for this model's embeddings."""
        return StyleIndex(self.version, self.serving.shift, self.serving.prior)

    def frame(self, data: bytes) -> Frames:
        """Decode one picture into a frame of this model's size.

        Raises:
            Undecodable: it is no picture.
        """
        return to_frame(decode(data), self.size)

    def embed(self, images: Sequence[Image.Image]) -> Vectors:
        """Unit embeddings (N, dim) of RGB pictures of any size."""
        return self.describe(images).embeddings

    def describe(self, images: Sequence[Image.Image]) -> Described:
        """Embeddings and dress logits of RGB pictures of any size."""
        return self.describe_frames(to_frame(image, self.size) for image in images)

    def describe_files(self, paths: Sequence[Path]) -> Described:
        """Embeddings and dress logits of picture files, decoded in threads.

        Raises:
            BrokenImage: names the file.
        """
        return self.describe_frames(ahead(lambda path: read_frame(path, self.size), paths))

    def score(self, described: Described, index: StyleIndex) -> Scores:
        """Compare pictures with the styles on offer.

        Raises:
            IndexMismatch: the index belongs to another model.
        """
        if index.version != self.version:
            raise IndexMismatch(f"the index is of model {index.version}, not {self.version}")
        return self.serving.calibration.judge(self.evidence(described, index))

    def evidence(self, described: Described, index: StyleIndex) -> Evidence:
        """What the probabilities are read from."""
        similarities = index.similarities(described.embeddings)
        near: Floats | None = None
        if len(index.exemplars):
            near = index.exemplars.nearest(described.embeddings, NEIGHBOURS)[0][:, -1]
        negatives = described.embeddings @ self.serving.negatives.T
        missing = self.serving.calibration.dress.means
        features = dress_features(similarities, negatives, described.dress_logits, near, missing)
        return Evidence(similarities, features, index.counts)

    def predict(self, images: Sequence[Image.Image], index: StyleIndex, top: int = 3) -> list[Prediction]:
        """The `top` likeliest styles of each picture; fewer when the index holds fewer.

        Raises:
            IndexMismatch: the index belongs to another model.
        """
        return self.rank(self.describe(images), index, top)

    def rank(self, described: Described, index: StyleIndex, top: int = 3) -> list[Prediction]:
        """The same for pictures that were described before."""
        scores, skus = self.score(described, index), index.skus
        found, styles = best(torch.from_numpy(scores.p_answer), min(top, len(index)))
        firsts = [
            tuple(Candidate(skus[style], probability) for style, probability in zip(*row, strict=True))
            for row in zip(styles.tolist(), found.tolist(), strict=True)
        ]
        predictions = []
        for candidates, p_dress, p_listed in zip(firsts, scores.p_dress, scores.p_listed, strict=True):
            predictions.append(Prediction(candidates, float(p_dress), self.version, float(p_listed)))
        return predictions

    @torch.inference_mode()
    def describe_frames(self, frames: Iterable[Frames]) -> Described:
        """Embeddings and dress logits of (3, H, W) frames as of transforms.to_frame, in this model's size."""
        embeddings, logits = [np.zeros((0, len(self.serving.shift)), np.float32)], [np.zeros(0, np.float32)]
        for batch in _batches(frames):
            pixels = torch.from_numpy(np.stack(batch)).to(self.device)
            images = to_input(pixels, self.net.trunk.normalisation)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
                found = self.net(images.contiguous(memory_format=torch.channels_last))
            embeddings.append(found[0].cpu().numpy())
            logits.append(found[1].cpu().numpy())
        return Described(np.concatenate(embeddings), np.concatenate(logits))


def choose_device(name: str = "auto") -> torch.device:
    """The device asked for; "auto" takes a GPU when there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def _batches(frames: Iterable[Frames]) -> Iterable[list[Frames]]:
    batch: list[Frames] = []
    for frame in frames:
        batch.append(frame)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
