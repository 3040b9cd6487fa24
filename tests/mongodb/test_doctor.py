from typing import Any

import pytest
from django.db import connections

from truther.config import config
from truther.doctor import Health, databases

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def test_a_missing_index_is_named():
    connection: Any = connections["documents"]
    collection = connection.get_collection("golden")
    kept = collection.index_information()["golden_time"]["key"]
    collection.drop_index("golden_time")
    try:
        findings = {finding.name: finding for finding in databases.documents(config)}
    finally:
        collection.create_index(kept, name="golden_time")

    assert findings["indexes"].health == Health.FAILED
    assert findings["indexes"].detail == "missing: golden.golden_time"
    assert findings["time"].health == Health.OK


def test_a_migrated_mongodb_has_every_index():
    findings = {finding.name: finding for finding in databases.documents(config)}

    assert findings["indexes"].health == Health.OK
