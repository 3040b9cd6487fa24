"""What must be remembered between polls: ids of hashtags, which were asked this week, when to ask again."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

WEEK = timedelta(days=7)
HASHTAGS_PER_WEEK = 30  # different ones, per account


@dataclass
class GraphMemory:
    """A small file beside the databases: losing it costs a few calls, no data."""

    path: Path
    ids: dict[str, str] = field(default_factory=dict)  # hashtag to its id, for ever
    asked: dict[str, datetime] = field(default_factory=dict)  # hashtag to when its week began
    cool_until: datetime | None = None

    @classmethod
    def load(cls, path: Path) -> "GraphMemory":
        """Read the file; an empty memory when there is none, or none that can be read."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            asked = {tag: datetime.fromisoformat(when) for tag, when in found["asked"].items()}
            cool_until = datetime.fromisoformat(found["cool_until"]) if found["cool_until"] else None
            return cls(path, dict(found["ids"]), asked, cool_until)
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return cls(path)

    def may_ask(self, tag: str, *, now: datetime) -> bool:
        """Whether a hashtag fits into the week's budget; those asked within seven days cost nothing."""
        self.asked = {name: when for name, when in self.asked.items() if now - when < WEEK}
        return tag in self.asked or len(self.asked) < HASHTAGS_PER_WEEK

    def free_at(self, *, now: datetime) -> datetime:
        """When the first hashtag leaves the budget."""
        return min(self.asked.values(), default=now - WEEK) + WEEK

    def note_asked(self, tag: str, *, now: datetime) -> None:
        """A hashtag was asked; its week began with the first question."""
        self.asked.setdefault(tag, now)
        self.save()

    def save(self) -> None:
        """Write the file at once or not at all."""
        facts = {
            "ids": self.ids,
            "asked": {tag: when.isoformat() for tag, when in self.asked.items()},
            "cool_until": self.cool_until.isoformat() if self.cool_until else None,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        beside.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        beside.replace(self.path)
