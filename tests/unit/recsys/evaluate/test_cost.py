"""What work costs is measured where the system lets one, and named for what it is where not."""

import numpy as np

from recsys.evaluate import cost
from recsys.evaluate.cost import measured, memory_means, peak_mb


def test_work_is_done_once_and_its_memory_seen():
    answer, spent = measured(lambda: float(np.ones(10_000_000).sum()))  # 80 MB

    assert answer == 10_000_000
    assert spent.cpu_seconds >= 0
    assert spent.peak_mb >= max(80, spent.start_mb)


def test_what_one_model_took_is_not_held_against_the_next():
    _, large = measured(lambda: float(np.ones(30_000_000).sum()))  # 240 MB, given back at the end
    _, small = measured(lambda: 0)

    can_reset = memory_means() == cost.MEANS_RESET
    assert (small.peak_mb < large.peak_mb - 200) == can_reset


def test_a_system_that_cannot_set_the_mark_back_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(cost, "RESET", tmp_path / "nowhere" / "clear_refs")

    _, spent = measured(lambda: None)

    assert memory_means() == cost.MEANS_LIFETIME
    assert 0 < spent.start_mb <= spent.peak_mb <= peak_mb()
