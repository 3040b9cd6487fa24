"""The network: trunks, the embedding, heads and the weights to start from."""

from classifier.model.net import TRUNKS, CosineHead, DressNet, UnknownTrunk

__all__ = ["TRUNKS", "CosineHead", "DressNet", "UnknownTrunk"]
