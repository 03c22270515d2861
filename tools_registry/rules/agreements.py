"""Who keeps the trust's agreements with suppliers, and who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schools.models import TRUST_ROLES, Role
from tools_registry.words import DataClass, Subject
from trustai.rules import Refused

from .catalogue import acting_as

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from schools.standing import Standing
    from tools_registry.models import Agreement

KEEPS_AGREEMENTS = (Role.DEPUTY_DPO, Role.DPO, Role.ADMIN)
READS = tuple(role for role in Role if role in TRUST_ROLES)


def check_may_keep(standing: Standing, trust_id: int) -> None:
    if acting_as(standing, trust_id, KEEPS_AGREEMENTS) is None:
        raise Refused("The Deputy DPO, the DPO or a trust administrator keeps the agreements.")


def check_may_see(standing: Standing, trust_id: int) -> None:
    """That there is one, and what it covers: people with a role in the whole trust, and heads."""
    heads = any(held.role == Role.HEAD and held.trust_id == trust_id for held in standing.held)
    if not heads and not standing.in_trust(trust_id):
        raise Refused(
            "Headteachers and people with a role in the whole trust see the agreements. Look up a tool to see what may go in."
        )


def check_may_read_document(standing: Standing, trust_id: int) -> None:
    if not standing.in_trust(trust_id):
        raise Refused("Only people with a role in the whole trust read the signed document.")


def check_terms(
    *,
    starts_on: date,
    ends_on: date | None,
    data_class: DataClass,
    subjects: Collection[Subject],
    covers_accounts: bool,
) -> None:
    """`ends_on` is the day after the last."""
    if not data_class.is_personal:
        raise Refused("An agreement is about personal data: choose which class it covers.")
    if not subjects:
        raise Refused("Choose whose data the agreement covers.")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("The last day cannot be before the first day.")
    if covers_accounts and not {Subject.PUPILS, Subject.STAFF} & set(subjects):
        raise Refused("Accounts are pupils’ or staff’s: choose at least one of them as people whose data is covered.")


def check_in_use(agreement: Agreement) -> None:
    if agreement.withdrawn_at is not None:
        raise Refused("This agreement has been withdrawn. It stays as it was.")


def check_reference_free(taken: bool) -> None:
    if taken:
        raise Refused("The trust has an agreement with this reference already.")
