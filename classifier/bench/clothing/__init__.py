"""`bench clothing`: real photos of clothes, with senders on one side each."""

from classifier.bench.clothing.command import HELP, add_arguments, run

__all__ = ["HELP", "add_arguments", "run"]
