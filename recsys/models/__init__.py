"""Recommenders: one interface (base.py), a file per model or family."""

from recsys.models.base import Recommender
from recsys.models.ranked import Explanation, Ranked, Reason
from recsys.models.registry import MODELS, make

__all__ = ["MODELS", "Explanation", "Ranked", "Reason", "Recommender", "make"]
