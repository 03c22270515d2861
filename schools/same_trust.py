"""A database rule for migrations: what a row points to belongs to the row's own trust (design §2)."""

from __future__ import annotations

from django.db.migrations import RunSQL

_FORWARD = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{target}_id_in_trust') THEN
        ALTER TABLE {target} ADD CONSTRAINT {target}_id_in_trust UNIQUE (id, trust_id);
    END IF;
END $$;
ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, trust_id) REFERENCES {target} (id, trust_id);
"""


def same_trust(table: str, column: str, target_table: str) -> RunSQL:
    """`table.column` may only point to a row of `target_table` with the same `trust_id`. An empty column passes.

    The constraint is named `<table>_<column without _id>_same_trust`.
    """
    name = f"{table}_{column.removesuffix('_id')}_same_trust"
    if len(name) > 63:  # noqa: PLR2004  # PostgreSQL cuts longer names
        raise ValueError(f"{name} is too long for PostgreSQL")
    return RunSQL(
        _FORWARD.format(table=table, column=column, target=target_table, name=name),
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
