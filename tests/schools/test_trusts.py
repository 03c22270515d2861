"""The trust's settings, and the DPO's delegation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schools import actions
from schools.actions import TrustSettings
from schools.models import PLACE_ROLES, EntryDecider, Role, Trust
from tests import make
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
SETTINGS = TrustSettings(15, 10, 6, EntryDecider.TRUST, "ai@oak.example", "AI policy", "https://oak.example/policy")


def change(trust, who, settings=SETTINGS, revision=1):
    return actions.change_trust(
        trust_id=trust.pk, settings=settings, revision=revision, by=who, standing=make.standing(who), at=make.NOW
    )


def delegate(trust, who, starts_on=make.TODAY, revision=1):
    return actions.delegate_advice(
        trust_id=trust.pk, starts_on=starts_on, revision=revision, by=who, standing=make.standing(who), at=make.NOW
    )


@pytest.mark.parametrize("role", list(Role))
def test_who_may_change_what_of_the_trust(role):
    place = make.place()
    who = make.member(place if role in PLACE_ROLES else place.trust, role)
    for act, roles in ((change, {Role.TRUST_LEAD, Role.ADMIN}), (delegate, {Role.DPO})):
        if role in roles:
            act(place.trust, who)
            assert Event.objects.get().role == role
        else:
            with pytest.raises(Refused, match="Only the"):
                act(place.trust, who, revision=Trust.objects.get(pk=place.trust_id).revision)


def test_settings_are_kept_and_what_changed_is_recorded_without_words():
    trust = make.trust()
    changed = change(trust, make.member(trust, Role.TRUST_LEAD))

    changed.refresh_from_db()
    assert (changed.review_working_days, changed.entry_decider, changed.revision) == (15, "trust", 2)
    event = Event.objects.get()
    assert event.detail["values"] == {
        "review_working_days": [10, 15], "grace_school_days": [20, 10], "review_months": [12, 6],
        "entry_decider": ["head", "trust"],
    }  # fmt: skip
    assert set(event.detail["changed"]) >= {"mailbox", "policy_url"}
    assert "oak.example" not in str(event.detail)


def test_the_same_settings_again_are_done_already_and_a_stale_page_is_a_conflict():
    trust = make.trust()
    lead = make.member(trust, Role.TRUST_LEAD)
    change(trust, lead)
    with pytest.raises(AlreadyDone):
        change(trust, lead)
    with pytest.raises(Conflict):
        change(trust, lead, replace(SETTINGS, review_months=9))


def test_the_delegation_counts_from_a_day_and_is_taken_back_at_once():
    trust = make.trust()
    dpo = make.member(trust, Role.DPO)
    assert delegate(trust, dpo).deputy_may_advise_from == make.TODAY
    with pytest.raises(AlreadyDone):
        delegate(trust, dpo)
    assert delegate(trust, dpo, starts_on=None, revision=2).deputy_may_advise_from is None
    with pytest.raises(Refused, match="cannot be before today"):
        delegate(trust, dpo, starts_on=make.TODAY - timedelta(days=1), revision=3)
    with pytest.raises(Conflict):
        delegate(trust, dpo, revision=2)
    assert [event.detail["starts_on"] for event in Event.objects.order_by("sequence")] == ["2026-11-24", None]


def test_the_deputy_and_the_other_dpos_are_told_of_the_delegation_and_of_its_end():
    trust = make.trust()
    dpo, second, deputy = (make.member(trust, role) for role in (Role.DPO, Role.DPO, Role.DEPUTY_DPO))
    make.member(trust, Role.NETWORK)
    make.member(make.trust(), Role.DEPUTY_DPO)
    make.membership(trust, Role.DEPUTY_DPO, ends_on=make.TODAY)
    delegate(trust, dpo)
    delegate(trust, dpo, starts_on=None, revision=2)
    for kind, due_on in (("trust.advice_delegated", make.TODAY), ("trust.advice_taken_back", None)):
        told = Notice.objects.filter(kind=kind)
        assert {(n.person, n.due_on, n.path) for n in told} == {
            (who, due_on, "/trust/settings/") for who in (second, deputy)
        }
