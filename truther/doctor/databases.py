"""Are both databases reachable, up to date and indexed as the models say?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connections
from pymongo.errors import OperationFailure, PyMongoError

from truther.config import Config
from truther.doctor.findings import Finding, Health, failed, ok, warning
from truther.engine.prepare import pending_migrations

PING_SECONDS = 0.5
OBSERVED = timedelta(days=1)  # an index nobody used for less long proves nothing
MIGRATE = "Run `python manage.py serve --only setup`."


def accounts(config: Config) -> list[Finding]:
    """Look at the database of accounts, sessions and admin, and whether somebody is in charge."""
    finding = _django_database("accounts", "default")
    if finding.health != Health.OK:
        return [finding]
    count = User.objects.filter(is_superuser=True, is_active=True).count()
    if count:
        return [finding, ok("admins", str(count))]
    return [finding, warning("admins", "none yet", "Run `python manage.py createsuperuser`.")]


def documents(config: Config) -> list[Finding]:
    """Look at the database of the domain; MongoDB is asked with a short patience."""
    if not config.mongodb_uri:
        return [_django_database("documents", "documents")]
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
        config.mongodb_uri, serverSelectionTimeoutMS=int(PING_SECONDS * 1000), tz_aware=True
    )
    with client:
        try:
            with pymongo.timeout(PING_SECONDS):
                hello = client.admin.command("hello")
                version = client.server_info()["version"]
        except PyMongoError as error:
            advice = "Check TRUTHER_MONGODB_URI and that the server runs."
            return [failed("documents", f"MongoDB does not answer: {_first_line(error)}", advice)]
        database = client[connections["documents"].settings_dict["NAME"]]
        return [_mongodb(version, hello), _drift(hello), *_indexes(database)]


def _django_database(name: str, alias: str) -> Finding:
    connection = connections[alias]
    try:
        pending = pending_migrations(alias)
    except DatabaseError as error:
        return failed(
            name, f"{connection.vendor} does not answer: {_first_line(error)}", "Check its address."
        )
    if pending:
        return failed(name, f"{connection.vendor}: {pending} migrations are missing", MIGRATE)
    return ok(name, f"{connection.vendor}, up to date")


def _mongodb(version: str, hello: dict[str, Any]) -> Finding:
    pending = pending_migrations("documents")
    if pending:
        return failed("documents", f"MongoDB {version}: {pending} migrations are missing", MIGRATE)
    if "setName" not in hello:
        detail = f"MongoDB {version} answers, but is no replica set"
        return warning(
            "documents", detail, "Run it as a replica set: one machine alone can lose what it kept."
        )
    return ok("documents", f"MongoDB {version}, replica set {hello['setName']}, up to date")


def _drift(hello: dict[str, Any]) -> Finding:
    seconds = abs((datetime.now(UTC) - hello["localTime"].replace(tzinfo=UTC)).total_seconds())
    if seconds > 5:
        advice = "Set both machines' clocks (NTP): nights and leases compare times."
        return warning("time", f"this machine and MongoDB differ by {seconds:.0f} s", advice)
    return ok("time", f"this machine and MongoDB differ by {seconds:.1f} s")


def _indexes(database: Any) -> list[Finding]:
    missing, unused = [], []
    for model in apps.get_app_config("truther").get_models():
        collection = database[model._meta.db_table]
        present = collection.index_information()
        options = model._meta
        wanted = {str(item.name) for item in (*options.indexes, *options.constraints)}
        single = {str(field.column) for field in options.local_fields if _indexed(field)}
        covered = {index["key"][0][0] for index in present.values()}
        missing += [f"{options.db_table}.{name}" for name in sorted(wanted - set(present))]
        missing += [f"{options.db_table}.{column}" for column in sorted(single - covered)]
        unused += _unused(collection)
    if missing:
        return [failed("indexes", f"missing: {', '.join(missing)}", MIGRATE)]
    if unused:
        advice = "Drop them if they stay unused over a busy week."
        return [warning("indexes", f"all there; not used for a day: {', '.join(unused)}", advice)]
    return [ok("indexes", "all there")]


def _indexed(field: Any) -> bool:
    return bool(field.db_index or field.unique) and not field.primary_key


def _unused(collection: Any) -> list[str]:
    try:
        statistics = list(collection.aggregate([{"$indexStats": {}}]))
    except OperationFailure:
        return []  # a server that keeps no statistics has nothing to complain about
    long_ago = datetime.now(UTC) - OBSERVED
    return [
        f"{collection.name}.{index['name']}"
        for index in statistics
        if index["name"] != "_id_"
        and index["accesses"]["ops"] == 0
        and index["accesses"]["since"] is not None  # SecantusDB does not say
        and index["accesses"]["since"].replace(tzinfo=UTC) < long_ago
    ]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].partition(" (configured timeouts")[0][:200]
