"""Who wore or rated what, and when: read, checked and kept sparse."""

from recsys.data.ids import Ids
from recsys.data.interactions import Interactions, interactions
from recsys.data.reading import read_frame, read_interactions

__all__ = ["Ids", "Interactions", "interactions", "read_frame", "read_interactions"]
