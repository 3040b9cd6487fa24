"""The network: trunks, the embedding, heads and the weights to start from."""

from classifier.model.heads import HEADS, CosineHead, Head, UnknownHead, make_head
from classifier.model.net import DressNet
from classifier.model.trunks import TRUNKS, Trunk, UnknownTrunk, make_trunk

__all__ = [
    "HEADS",
    "TRUNKS",
    "CosineHead",
    "DressNet",
    "Head",
    "Trunk",
    "UnknownHead",
    "UnknownTrunk",
    "make_head",
    "make_trunk",
]
