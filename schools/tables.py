"""What the sheets of schools and people show."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schools.queries.people import RoleRow
    from schools.queries.places import SchoolRow

SCHOOL_HEADINGS = ("URN", "School", "Town", "Trust", "Status", "Ages", "Year groups", "Public list", "To do", "Ask")
ROLE_HEADINGS = ("Name", "E-mail", "Role", "Where", "First day", "Last day", "State")


def school_cells(row: SchoolRow) -> Sequence[object]:
    listed = {True: "Published", False: "Not published", None: ""}[row.listed]
    todo = "; ".join(row.todo)
    return (row.urn, row.name, row.town, row.trust, row.status, row.ages, row.years, listed, todo, row.ask)


def role_cells(row: RoleRow) -> Sequence[object]:
    held = row.membership
    last_day = held.ends_on - timedelta(days=1) if held.ends_on else None
    return (row.name, row.email, row.role, row.where, held.starts_on, last_day, row.state)
