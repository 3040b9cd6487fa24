"""The engine `truther.mongodb`: the official backend, made to keep the promises the models rely on.

Touches private API of django-mongodb-backend 5.2.4, hence the exact pin in requirements.in.
"""

import re
from typing import Any

from django.db import NotSupportedError
from django.db.models import Model, UniqueConstraint
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode
from django_mongodb_backend import base, compiler, operations, schema
from pymongo import ASCENDING, IndexModel


def _reads_another_query(node: Any) -> bool:
    if isinstance(node, WhereNode):
        return any(_reads_another_query(child) for child in node.children)
    sides = (getattr(node, "lhs", None), getattr(node, "rhs", None), *getattr(node, "source_expressions", ()))
    return any(
        isinstance(side, Query) or isinstance(getattr(side, "query", None), Query) for side in (node, *sides)
    )


class SQLUpdateCompiler(compiler.SQLUpdateCompiler):
    """Refuse `update()` filtered by another query: the stock compiler quietly changes the wrong rows."""

    def execute_sql(self, result_type: Any) -> int:
        """Run the update, or say what to do instead."""
        if _reads_another_query(self.query.where):
            raise NotSupportedError(
                "update() cannot filter by a subquery on MongoDB: fetch the ids, then pk__in=[…]."
            )
        return int(super().execute_sql(result_type))


class DatabaseOperations(operations.DatabaseOperations):
    """Hand out the guarded compiler."""

    def compiler(self, compiler_name: str) -> type:
        """Return the compiler class Django asked for by name."""
        return SQLUpdateCompiler if compiler_name == "SQLUpdateCompiler" else super().compiler(compiler_name)


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Make unconditional unique constraints plain unique indexes.

    The stock ones are partial by `$type`: NULLs may repeat, but the planner cannot use them to find a row.
    Our unique fields are all NOT NULL.
    """

    def add_constraint(
        self,
        model: type[Model],
        constraint: Any,
        field: Any = None,
        column_prefix: str = "",
        parent_model: Any = None,
    ) -> None:
        """Create one constraint's index."""
        if not isinstance(constraint, UniqueConstraint) or constraint.condition is not None or column_prefix:
            super().add_constraint(model, constraint, field, column_prefix, parent_model)
            return
        fields = {field.name: field.column for field in model._meta.local_concrete_fields}
        columns = [(str(fields[name]), ASCENDING) for name in constraint.fields]
        index = IndexModel(columns, name=constraint.name, unique=True)
        self.get_collection(model._meta.db_table).create_indexes([index])


def _iexact_expression(left: Any, right: Any) -> dict[str, Any]:
    # $toLower knows ASCII only, as SQLite's LIKE does; it makes "" of NULL, hence the two guards.
    known = [{"$not": base.DatabaseWrapper._isnull_expr(side, True)} for side in (left, right)]
    return {"$and": [*known, {"$eq": [{"$toLower": left}, {"$toLower": right}]}]}


class DatabaseWrapper(base.DatabaseWrapper):
    """The official backend with the two mends above and an `iexact` that takes its text literally."""

    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations
    # The lookahead keeps a text with a line break at its end apart: "$" alone also matches before it.
    mongo_operators = base.DatabaseWrapper.mongo_operators | {
        "iexact": lambda field, value: {field: {"$regex": f"^{re.escape(value)}$(?!\\n)", "$options": "i"}}
    }
    mongo_expr_operators = base.DatabaseWrapper.mongo_expr_operators | {"iexact": _iexact_expression}
