"""The domain: one file per aggregate; their QuerySets are the only place with queries."""

from truther.models.batches import Batch, Snapshot
from truther.models.golden import Golden, VoteRule
from truther.models.photos import Photo, Post, Takedown
from truther.models.registry import ModelRun
from truther.models.runs import NightRun
from truther.models.sessions import PlaySession, Serve
from truther.models.styles import Style
from truther.models.votes import Undo, Vote

__all__ = [
    "Batch",
    "Golden",
    "ModelRun",
    "NightRun",
    "Photo",
    "PlaySession",
    "Post",
    "Serve",
    "Snapshot",
    "Style",
    "Takedown",
    "Undo",
    "Vote",
    "VoteRule",
]
