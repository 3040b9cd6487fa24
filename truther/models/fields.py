"""The field types every aggregate shares: portable between SQLite and MongoDB (see docs/data.md)."""

from datetime import datetime
from typing import Any

from django.db import models


def key(max_length: int = 64) -> "models.CharField[str, str]":
    """Return a primary key that is always given, never counted: MongoDB's `_id` under both engines."""
    return models.CharField(primary_key=True, max_length=max_length, db_column="_id")


def word(max_length: int = 64, **options: Any) -> "models.CharField[str, str]":
    """Return a short text that is never NULL; empty means "none"."""
    return models.CharField(max_length=max_length, blank=True, default="", **options)


def milliseconds(moment: datetime) -> datetime:
    """Cut a time to what MongoDB keeps, so that both engines store and compare the same value."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
