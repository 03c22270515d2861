"""Database rules for migrations: whose a row is, and whose what it points to (design §2)."""

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

# Both functions name what refused in the way a constraint does, so that psycopg raises an IntegrityError with it.
FUNCTIONS = """
CREATE FUNCTION schools_same_trust_or_shared() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
    owner bigint;
BEGIN
    EXECUTE format('SELECT id, trust_id FROM %I.%I WHERE id = ($1).%I', TG_TABLE_SCHEMA, TG_ARGV[1], TG_ARGV[0])
        INTO found, owner USING NEW;
    IF found IS NULL OR (owner IS NOT NULL AND owner IS DISTINCT FROM NEW.trust_id) THEN
        RAISE EXCEPTION '% refuses a row of % that belongs to another trust', TG_NAME, TG_ARGV[1]
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END;
$$;
CREATE FUNCTION schools_trust_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: a row keeps the trust it was made with', TG_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END;
$$;
"""
NO_FUNCTIONS = "DROP FUNCTION schools_trust_stays(); DROP FUNCTION schools_same_trust_or_shared();"

# Nothing can point across from one trust to another afterwards, because what is pointed to keeps its trust.
_SHARED = """
DO $$ BEGIN
    IF EXISTS (
        SELECT FROM {table} JOIN {target} ON {target}.id = {table}.{column}
        WHERE {target}.trust_id IS NOT NULL AND {target}.trust_id IS DISTINCT FROM {table}.trust_id
    ) THEN
        RAISE EXCEPTION 'a row of {table} points to a row of {target} that belongs to another trust';
    END IF;
END $$;
CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {column}, trust_id ON {table}
    FOR EACH ROW WHEN (NEW.{column} IS NOT NULL)
    EXECUTE FUNCTION schools_same_trust_or_shared('{column}', '{target}');
"""

_STAYS = """
CREATE TRIGGER {name} BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN (OLD.trust_id IS DISTINCT FROM NEW.trust_id)
    EXECUTE FUNCTION schools_trust_stays();
"""


def same_trust(table: str, column: str, target_table: str) -> RunSQL:
    """`table.column` may only point to a row of `target_table` with the same `trust_id`. An empty column passes.

    The constraint is named `<table>_<column without _id>_same_trust`.
    """
    name = _named(f"{table}_{column.removesuffix('_id')}_same_trust")
    return RunSQL(
        _FORWARD.format(table=table, column=column, target=target_table, name=name),
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def same_trust_or_shared(table: str, column: str, target_table: str) -> RunSQL:
    """`table.column` may only point to a row of `target_table` with no trust, or with the same one. An empty column passes.

    No foreign key can say so, so a trigger does. It is named as the constraint of `same_trust` would be.
    """
    name = _named(f"{table}_{column.removesuffix('_id')}_same_trust")
    return RunSQL(
        _SHARED.format(table=table, column=column, target=target_table, name=name),
        f"DROP TRIGGER {name} ON {table}",
    )


def trust_stays(table: str) -> RunSQL:
    """No row of `table` ever gets another trust than the one it was made with. The trigger is named `<table>_trust_stays`."""
    name = _named(f"{table}_trust_stays")
    return RunSQL(_STAYS.format(table=table, name=name), f"DROP TRIGGER {name} ON {table}")


def _named(name: str) -> str:
    if len(name) > 63:  # noqa: PLR2004  # PostgreSQL cuts longer names
        raise ValueError(f"{name} is too long for PostgreSQL")
    return name
