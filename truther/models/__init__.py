"""The domain: one file per aggregate; their QuerySets are the only place with queries."""

from truther.models.audits import Audit
from truther.models.batches import Batch, Snapshot
from truther.models.days import DaySum, PersonDay
from truther.models.golden import Golden
from truther.models.photos import Photo, Post, Takedown
from truther.models.players import Player, Team
from truther.models.pleasures import Bonus, Smile
from truther.models.recommenders import ListBlock, RecommendationList, RecommenderRun, SimilarStyles
from truther.models.registry import ModelRun
from truther.models.rentals import Rental
from truther.models.runs import NightRun
from truther.models.sessions import PlaySession, Serve
from truther.models.styles import Style
from truther.models.vote_rules import VoteRule
from truther.models.votes import Undo, Vote

__all__ = [
    "Audit",
    "Batch",
    "Bonus",
    "DaySum",
    "Golden",
    "ListBlock",
    "ModelRun",
    "NightRun",
    "PersonDay",
    "Photo",
    "PlaySession",
    "Player",
    "Post",
    "RecommendationList",
    "RecommenderRun",
    "Rental",
    "Serve",
    "SimilarStyles",
    "Smile",
    "Snapshot",
    "Style",
    "Takedown",
    "Team",
    "Undo",
    "Vote",
    "VoteRule",
]
