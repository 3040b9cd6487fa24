"""The documents that describe the code name what is in it."""

import re
from pathlib import Path

import pytest
from django.apps import apps

DOCS = Path(__file__).parents[2] / "docs"
MODELS = [model._meta for model in apps.get_app_config("truther").get_models()]


def section(table: str) -> str:
    """Return what docs/data.md says about one table."""
    found = re.search(rf"^## {table}\n(.*?)(?=^## |\Z)", (DOCS / "data.md").read_text(), re.M | re.S)
    return found.group(1) if found else ""


@pytest.mark.parametrize("meta", MODELS, ids=lambda meta: meta.db_table)
def test_every_table_and_field_is_described(meta):
    words = set(re.findall(r"`([\w-]+)`", section(meta.db_table)))

    assert {field.name for field in meta.local_fields} - words == set()
    assert {index.name for index in [*meta.indexes, *meta.constraints]} - words == set()


def test_every_table_has_one_owner():
    opening = (DOCS / "data.md").read_text().split("\n## ")[0]
    owners = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]+) \|", opening, re.M))

    assert owners.keys() == {meta.db_table for meta in MODELS}


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", path.read_text())

    assert [link for link in links if not (path.parent / link).exists()] == []
