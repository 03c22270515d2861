"""Who holds which role where. Nothing is deleted: a role ends, and stays in the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from schools import rules
from schools.models import Membership, Place, Role, Trust
from trustai.accounts.models import User
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, Refused, check_fresh

if TYPE_CHECKING:
    from datetime import date, datetime

    from schools.standing import Standing


@dataclass(frozen=True, slots=True)
class NewRole:
    """A role to give: `place_id` is None for one in the whole trust, `ends_on` the day after the last."""

    email: str
    name: str
    role: Role
    place_id: int | None
    starts_on: date
    ends_on: date | None = None


@transaction.atomic
def give_role(*, trust_id: int, new: NewRole, by: User, standing: Standing, at: datetime) -> Membership:
    """Give a person a role. An address that is not known yet becomes a person, who then sets a password by e-mail."""
    trust = Trust.objects.select_for_update().get(pk=trust_id)
    place = Place.objects.get(pk=new.place_id, trust=trust) if new.place_id else None
    rules.check_may_manage(standing, trust_id=trust.pk, place_id=new.place_id)
    rules.check_role_fits(new.role, place)
    rules.check_period(starts_on=new.starts_on, ends_on=new.ends_on, on=day_of(at))
    if place is not None:
        rules.check_still_here(place, on=new.starts_on)
    person = _person(new)
    rules.check_not_own(standing, person.pk)
    held = _held(trust, place, person, new.role, new.starts_on, new.ends_on)
    if held and (held.starts_on, held.ends_on) == (new.starts_on, new.ends_on):
        raise AlreadyDone("This role is given already.")
    if held:
        raise Refused("This person holds the role on these days already. Change that one instead.")
    return _give(trust, place, person, new, by=by, standing=standing, at=at)


@transaction.atomic
def change_role(
    *,
    membership_id: int,
    role: Role,
    starts_on: date,
    ends_on: date | None,
    revision: int,
    by: User,
    standing: Standing,
    at: datetime,
) -> Membership:
    """Change the days of a role. Another role is a new one: the old ends now and stays in the list."""
    membership = _lock(membership_id)
    check_fresh(revision, membership.revision, what="This role")
    _check_may_touch(standing, membership, on=day_of(at))
    rules.check_new_period(membership, starts_on=starts_on, ends_on=ends_on, on=day_of(at))
    if role != membership.role:
        return _replace(membership, role, starts_on, ends_on, by=by, standing=standing, at=at)
    if (membership.starts_on, membership.ends_on) == (starts_on, ends_on):
        raise AlreadyDone("Nothing was changed: these are the days already.")
    if ends_on is not None:
        _check_administrators(membership, on=ends_on)
    membership.starts_on, membership.ends_on = starts_on, ends_on
    membership.revision += 1
    membership.save(update_fields=["starts_on", "ends_on", "revision"])
    _record("membership.changed", membership, by=by, standing=standing, at=at)
    return membership


@transaction.atomic
def end_role(*, membership_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Membership:
    """End a role at once."""
    membership = _lock(membership_id)
    if membership.withdrawn_at is not None:
        raise AlreadyDone("This role has been ended already.")
    check_fresh(revision, membership.revision, what="This role")
    _check_may_touch(standing, membership, on=day_of(at))
    _end(membership, by=by, standing=standing, at=at)
    return membership


@transaction.atomic
def appoint_first_administrator(*, trust_id: int, email: str, name: str, at: datetime) -> Membership:
    """The one role nobody can give: a trust's first administrator, appointed by whoever runs the installation."""
    trust = Trust.objects.select_for_update().get(pk=trust_id)
    on = day_of(at)
    if Membership.objects.in_force(on).filter(trust=trust, role=Role.ADMIN, person__is_active=True).exists():
        raise Refused(f"{trust.name} has an administrator already, who gives all other roles on the page People.")
    new = NewRole(email, name, Role.ADMIN, None, on)
    return _give(trust, None, _person(new), new, by=None, standing=None, at=at)


def _lock(membership_id: int) -> Membership:
    """Trust first, then the row: two administrators who end each other's role are taken one after the other."""
    trust_id = Membership.objects.values_list("trust_id", flat=True).get(pk=membership_id)
    Trust.objects.select_for_update().get(pk=trust_id)
    locked = Membership.objects.select_for_update(of=("self",)).select_related("trust", "place", "person")
    return locked.get(pk=membership_id)


def _check_may_touch(standing: Standing, membership: Membership, *, on: date) -> None:
    rules.check_may_manage(standing, trust_id=membership.trust_id, place_id=membership.place_id)
    rules.check_not_own(standing, membership.person_id)
    rules.check_in_force(membership, on)


def _check_administrators(membership: Membership, *, on: date) -> None:
    """Somebody else administers the trust on `on`, and without a last day."""
    others = (
        Membership.objects.in_force(on)
        .filter(trust_id=membership.trust_id, role=Role.ADMIN, ends_on__isnull=True, person__is_active=True)
        .exclude(pk=membership.pk)
    )
    rules.check_leaves_an_administrator(membership, others=others.count())


def _person(new: NewRole) -> User:
    """Whoever has this address; its owner's own name is kept."""
    email = new.email.strip().lower()
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(email=email, name=new.name.strip())
        except IntegrityError:
            # Another trust added the same address between the look and the write.
            found = User.objects.get(email__iexact=email)
    if not found.is_active:
        raise Refused("This address belongs to an account that is closed.")
    return found


def _held(
    trust: Trust, place: Place | None, person: User, role: Role, starts_on: date, ends_on: date | None
) -> Membership | None:
    """A membership of the same kind on any of these days."""
    same = Membership.objects.filter(trust=trust, place=place, person=person, role=role, withdrawn_at__isnull=True)
    if ends_on is not None:
        same = same.filter(starts_on__lt=ends_on)
    return same.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)).first()


def _give(
    trust: Trust,
    place: Place | None,
    person: User,
    new: NewRole,
    *,
    by: User | None,
    standing: Standing | None,
    at: datetime,
) -> Membership:
    membership = Membership.objects.create(
        trust=trust, place=place, person=person, role=new.role, starts_on=new.starts_on, ends_on=new.ends_on
    )
    _record("membership.given", membership, by=by, standing=standing, at=at)
    tell([person.pk], "person.added", trust_id=trust.pk, path="/", at=at)
    return membership


def _replace(
    membership: Membership,
    role: Role,
    starts_on: date,
    ends_on: date | None,
    *,
    by: User,
    standing: Standing,
    at: datetime,
) -> Membership:
    place = membership.place
    rules.check_role_fits(role, place)
    _end(membership, by=by, standing=standing, at=at)
    new = NewRole("", "", role, membership.place_id, max(starts_on, day_of(at)), ends_on)
    if _held(membership.trust, place, membership.person, role, new.starts_on, new.ends_on):
        raise Refused("This person holds that role on these days already. Change that one instead.")
    return _give(membership.trust, place, membership.person, new, by=by, standing=standing, at=at)


def _end(membership: Membership, *, by: User, standing: Standing, at: datetime) -> None:
    _check_administrators(membership, on=day_of(at))
    membership.withdrawn_at, membership.withdrawn_by = at, by
    membership.revision += 1
    membership.save(update_fields=["withdrawn_at", "withdrawn_by", "revision"])
    _record("membership.ended", membership, by=by, standing=standing, at=at)


def _record(kind: str, membership: Membership, *, by: User | None, standing: Standing | None, at: datetime) -> None:
    place = membership.place
    acting = ""
    if standing is not None:
        acting = Role.ADMIN if membership.trust_id in standing.trust_ids_as(Role.ADMIN) else Role.HEAD
    record(
        kind,
        trust_id=membership.trust_id,
        subject_type="membership",
        subject_id=membership.public_id,
        urn=place.urn if place else "",
        role=acting,
        by=by,
        at=at,
        person=str(membership.person.public_id),
        given=membership.role,
        place=str(place.public_id) if place else None,
        starts_on=membership.starts_on.isoformat(),
        ends_on=membership.ends_on.isoformat() if membership.ends_on else None,
    )
