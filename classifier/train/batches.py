"""Batches: which pictures, and what chance does to them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from classifier.composite import Pastes, draw_pastes, paste
from classifier.data import NO_CUT, NO_STYLE, Rows, TrainingSet
from classifier.train.losses import Targets
from classifier.train.recipe import TrainConfig
from classifier.transforms import SPARE, Changes, apply_changes, draw_changes, frame_size, renormalise

STEPS_APART = 10_000_019  # seeds of two runs never meet within their steps


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rows of one batch, and onto which of its own pictures some of them are to be pasted."""

    rows: Rows  # (B,)
    grounds: Rows  # (B,) place in the batch of a photo without a dress, or NO_CUT


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The make-up of a batch."""

    styles: int
    photos_per_style: int  # one studio shot among them
    others: int
    seed: int
    pasted: float = 0.0  # share of photos_per_style that are cut-outs pasted onto others
    look_alikes: float = 0.0  # chance that a style is followed by one of those nearest to it

    def rows(self, data: TrainingSet, step: int, nearest: Tensor | None = None) -> Rows:
        """The rows of draw() alone."""
        return self.draw(data, step, nearest).rows

    def draw(self, data: TrainingSet, step: int, nearest: Tensor | None = None) -> Drawn:
        """One batch, by seed and step alone, so that a resumed run meets the same ones.

        Styles come first, each as a studio shot and photos; where one sort is missing the other fills up.
        A picture of the others that lies under a cut-out is in the batch itself, too: bare, it is no dress.

        Args:
            nearest: (S, k) the styles most like each, for look_alikes.
        """
        chance = np.random.default_rng([self.seed, step])
        chosen = self._styles(len(data.skus), chance, nearest)
        shots = [self._style_rows(data, style, chance) for style in chosen]
        rows, pasted = [row for row, _ in shots], [flags for _, flags in shots]
        if len(data.other_rows) and self.others:
            others = chance.choice(data.other_rows, self.others, replace=len(data.other_rows) < self.others)
            rows.append(others)
            pasted.append(np.zeros(self.others, dtype=bool))
        drawn = np.concatenate(rows)
        return self._grounds(data, drawn, np.concatenate(pasted), chance)

    def _styles(self, count: int, chance: np.random.Generator, nearest: Tensor | None) -> Rows:
        if nearest is None or not self.look_alikes or count <= self.styles:
            return chance.choice(count, self.styles, replace=count < self.styles)
        chosen: dict[int, None] = {}
        for style in chance.permutation(count):
            if len(chosen) >= self.styles:
                break
            while style not in chosen and len(chosen) < self.styles:
                chosen[int(style)] = None
                if chance.random() < self.look_alikes:
                    style = next((n for n in nearest[style].tolist() if n not in chosen), style)
        return np.fromiter(chosen, dtype=np.int64)

    def _style_rows(
        self, data: TrainingSet, style: int, chance: np.random.Generator
    ) -> tuple[Rows, npt.NDArray[np.bool_]]:
        """Rows of one style, and which of them are cut-outs: the bare studio shot comes first."""
        studio, photos, number = data.studio_rows[style], data.photo_rows[style], self.photos_per_style
        cuts = studio[data.cut_of[studio] != NO_CUT] if data.cut_of is not None else studio[:0]
        n_cuts = 0
        if len(cuts) and self.pasted:
            n_cuts = min(round(self.pasted * number), number - 1) if len(photos) else number - 1
        n_studio = 0 if not len(studio) else 1 if len(photos) else number - n_cuts
        numbers = (n_studio, number - n_studio - n_cuts, n_cuts)
        drawn = []
        for pool, count in zip((studio, photos, cuts), numbers, strict=True):
            if count:
                drawn.append(chance.choice(pool, count, replace=len(pool) < count))
        return np.concatenate(drawn), np.arange(number) >= number - n_cuts

    def _grounds(
        self, data: TrainingSet, rows: Rows, pasted: npt.NDArray[np.bool_], chance: np.random.Generator
    ) -> Drawn:
        """Choose a photo of the batch under each cut-out, another one each as long as there are enough."""
        grounds = np.full(len(rows), NO_CUT)
        bare = np.flatnonzero(~data.dress[rows])
        if pasted.any() and len(bare):
            grounds[pasted] = np.resize(chance.permutation(bare), pasted.sum())
        return Drawn(rows, grounds)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch, decided in full but not yet made; processes that share it make a slice each."""

    drawn: Drawn
    changes: Changes
    pastes: Pastes | None
    size: tuple[int, int]  # height and width of what the network sees

    def __len__(self) -> int:
        return len(self.drawn.rows)


def draw_batch(
    data: TrainingSet, config: TrainConfig, number: int, *, seed: int, nearest: Tensor | None
) -> Batch:
    """Decide on one batch by seed and number alone."""
    plan = BatchPlan(
        config.styles_per_batch,
        config.photos_per_style,
        config.others_per_batch,
        seed,
        pasted=config.compositing,
        look_alikes=config.look_alikes,
    )
    drawn = plan.draw(data, number, nearest)
    chance = torch.Generator().manual_seed(seed * STEPS_APART + number)
    changes = draw_changes(len(drawn.rows), chance)
    pastes = draw_pastes(len(drawn.rows), chance) if config.compositing else None
    return Batch(drawn, changes, pastes, frame_size(config.size_at(number // config.accumulate)))


def pictures_of(
    batch: Batch, data: TrainingSet, mine: slice, normalisation: str, device: torch.device
) -> Tensor:
    """The pictures of a slice of the batch (n, 3, H, W), as the network sees them."""
    rows, grounds = batch.drawn.rows[mine], batch.drawn.grounds[mine]
    frames = data.frames[rows].to(device)
    pasted = np.flatnonzero(grounds != NO_CUT)
    if len(pasted):
        assert batch.pastes is not None
        assert data.cuts is not None
        assert data.cut_of is not None
        cuts = data.cuts[data.cut_of[rows[pasted]]].to(device)
        under = data.frames[batch.drawn.rows[grounds[pasted]]].to(device)
        frames = frames.float()
        frames[pasted] = paste(cuts, under, batch.pastes[mine][torch.from_numpy(pasted)])
    spare = [round(side * SPARE) for side in batch.size]
    if spare[0] < frames.shape[2]:
        frames = F.interpolate(frames.float(), spare, mode="bilinear", antialias=True)
    images = renormalise(apply_changes(frames, batch.size, batch.changes[mine]), normalisation)
    return images.contiguous(memory_format=torch.channels_last)


def targets_of(batch: Batch, data: TrainingSet, device: torch.device, *, soft: bool) -> Targets:
    """What is known of the whole batch."""
    rows = batch.drawn.rows
    styles = torch.from_numpy(data.styles[rows])
    shares = None
    if soft and any(row in data.votes for row in rows.tolist()):
        named = rows[data.styles[rows] != NO_STYLE].tolist()
        shares = F.one_hot(styles[styles != NO_STYLE], len(data.skus)).float()
        for place, row in enumerate(named):
            if row in data.votes:
                votes = data.votes[row]
                shares[place] = 0.0
                shares[place, list(votes)] = torch.tensor(list(votes.values()))
        shares = shares.to(device)
    return Targets(styles.to(device), torch.from_numpy(data.dress[rows]).to(device), shares)
