"""Take a customer out of what earlier nights keep of her: their folders and their lists."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys import blocks
from recsys.refusal import BadFile
from truther import rack
from truther.models import RecommendationList

NOBODY = ""  # in the row of a customer who is forgotten: the rows after hers stay where they are


def forget(customer: str) -> int:
    """Blank her row in the blocks of all runs and delete her lists; returns how many blocks named her.

    Weights that were learnt with her stay as they are: they name nobody. Safe to repeat.
    """
    named = 0
    for file in rack.block_files():
        try:
            block = blocks.Block.load(file)
        except BadFile:  # cut off while it was written
            file.unlink(missing_ok=True)
            continue
        hers = block.users.astype(str) == customer
        if hers.any():
            _without(block, hers).save(file)
            named += 1
    RecommendationList.objects.forget(customer)
    return named


def _without(block: blocks.Block, hers: NDArray[np.bool_]) -> blocks.Block:
    histories = block.histories
    cells = np.repeat(~hers, np.diff(histories.indptr))
    ends = np.concatenate([[0], np.cumsum(np.where(hers, 0, np.diff(histories.indptr)))])
    parts = (histories.data[cells], histories.indices[cells], ends.astype(histories.indptr.dtype))
    names = np.where(hers, NOBODY, block.users.astype(str))
    return blocks.Block(block.start, names, csr_array(parts, shape=histories.shape))
