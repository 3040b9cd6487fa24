"""`bench serving`: the real model process under load, beside a bare loop over the same pictures."""

from classifier.bench.serving.command import HELP, add_arguments, run

__all__ = ["HELP", "add_arguments", "run"]
