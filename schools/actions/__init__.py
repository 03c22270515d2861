"""The only code that writes schools and people. One function per verb; each is one transaction."""

from .people import NewRole, appoint_first_administrator, change_role, end_role, give_role
from .places import (
    Contact,
    YearGroups,
    change_contact,
    confirm_left,
    confirm_year_groups,
    keep_in_trust,
    publish,
    unpublish,
)
from .reading import Counts, read_schools
from .trusts import TrustSettings, change_trust, delegate_advice

__all__ = [
    "Contact",
    "Counts",
    "NewRole",
    "TrustSettings",
    "YearGroups",
    "appoint_first_administrator",
    "change_contact",
    "change_role",
    "change_trust",
    "confirm_left",
    "confirm_year_groups",
    "delegate_advice",
    "end_role",
    "give_role",
    "keep_in_trust",
    "publish",
    "read_schools",
    "unpublish",
]
