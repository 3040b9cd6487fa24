"""Runs in a folder: who serves, what each was made of, and what it lost since."""

from classifier.registry.folder import (
    WEIGHTS,
    Entry,
    NameTaken,
    NoChampion,
    NoEarlierChampion,
    Registry,
    RunMissing,
    UnsafeRun,
    ancestors_of,
    is_run,
    reigns,
)

__all__ = [
    "WEIGHTS",
    "Entry",
    "NameTaken",
    "NoChampion",
    "NoEarlierChampion",
    "Registry",
    "RunMissing",
    "UnsafeRun",
    "ancestors_of",
    "is_run",
    "reigns",
]
