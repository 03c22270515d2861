"""Reading what the answer is worked out from: one query, and every fact in its place."""

from datetime import timedelta

import pytest

from schools.models import Role
from tests import make
from tools_registry.models import (
    Agreement,
    Clearance,
    ClearanceAllowance,
    ClearancePlace,
    Condition,
    ConditionProgress,
    EntryAllowance,
    RegisterEntry,
    Suspension,
    Tool,
    ToolChange,
    ToolChangeAnswer,
    TrustFact,
)
from tools_registry.queries.situations import answers, situation_of, with_situation
from tools_registry.words import Audience, ChangeKind, DataClass, SignIn, Subject

pytestmark = pytest.mark.django_db


def bare_tool(code="chat", **facts):
    return Tool.objects.create(
        **{
            "code": code,
            "name": code.title(),
            "sort_name": code,
            "minimum_age": 13,
            "confidence": "confirmed",
            "sign_in": SignIn.NONE,
            "created_at": make.NOW,
            **facts,
        }
    )


def cleared(tool, place, *, trust_wide=True, at=make.NOW, **facts):
    signer = make.member(place.trust, Role.TRUST_LEAD)
    clearance = Clearance.objects.create(
        **{
            "trust": place.trust,
            "tool": tool,
            "reference": f"REF-{Clearance.objects.count() + 1}",
            "is_trust_wide": trust_wide,
            "starts_on": make.TODAY - timedelta(days=30),
            "signed_by": signer,
            "signed_role": Role.TRUST_LEAD,
            "signed_at": at,
            **facts,
        }
    )
    for audience in (Audience.STAFF, Audience.PUPILS):
        ClearanceAllowance.objects.create(
            trust=place.trust,
            clearance=clearance,
            audience=audience,
            data_class=DataClass.PERSONAL,
            subjects=["pupils", "staff"],
            purposes=["planning", "practice"],
            year_groups=[7, 8, 9, 10],
        )
    return clearance


def decided(tool, place, clearance):
    head = make.member(place, Role.HEAD)
    entry = RegisterEntry.objects.create(
        trust=place.trust,
        place=place,
        tool=tool,
        status="approved",
        clearance=clearance,
        review_on=make.TODAY + timedelta(days=100),
        decided_by=head,
        decided_role=Role.HEAD,
        decided_at=make.NOW,
    )
    for audience in (Audience.STAFF, Audience.PUPILS):
        EntryAllowance.objects.create(
            trust=place.trust,
            entry=entry,
            audience=audience,
            data_class=DataClass.PERSONAL,
            subjects=["pupils", "staff"],
            purposes=["planning", "practice"],
            year_groups=[7, 8, 9],
        )
    return entry


def read(tool, place):
    return situation_of(with_situation(Tool.objects.filter(pk=tool.pk), place, make.TODAY).get(), place, make.TODAY)


def test_ten_tools_are_one_query(django_assert_num_queries):
    place = make.place()
    for number in range(10):
        tool = bare_tool(f"tool-{number}")
        decided(tool, place, cleared(tool, place))

    with django_assert_num_queries(1):
        found = answers(with_situation(Tool.objects.order_by("pk"), place, make.TODAY), place, make.TODAY)

    assert len(found) == 10
    assert all(given.of(Audience.PUPILS).year_groups == (9,) for _, given in found)


def test_an_entry_is_read_with_its_allowances_and_when_it_expires():
    place, tool = make.place(), bare_tool()
    decided(tool, place, cleared(tool, place))

    entry = read(tool, place).entry

    assert {a.audience for a in entry.allowances} == {Audience.STAFF, Audience.PUPILS}
    assert entry.expires_on > entry.review_on


def test_another_trusts_agreement_clearance_and_suspension_are_not_read():
    place, other, tool = make.place(), make.place(), bare_tool()
    deputy = make.member(other.trust, Role.DEPUTY_DPO)
    cleared(tool, other)
    Agreement.objects.create(
        trust=other.trust,
        tool=tool,
        reference="A",
        supplier_party="S",
        starts_on=make.TODAY,
        data_class="personal",
        subjects=["pupils"],
        by=deputy,
        at=make.NOW,
    )
    Suspension.objects.create(trust=other.trust, tool=tool, reason="Leak", by=deputy, role=Role.DEPUTY_DPO, at=make.NOW)

    found = read(tool, place)

    assert (found.clearances, found.agreements, found.suspensions, found.entry) == ((), (), (), None)


def test_a_clearance_for_named_places_covers_only_those():
    place, tool = make.place(), bare_tool()
    clearance = cleared(tool, place, trust_wide=False)
    decided(tool, place, clearance)
    before = answers(with_situation(Tool.objects.all(), place, make.TODAY), place, make.TODAY)
    ClearancePlace.objects.create(trust=place.trust, clearance=clearance, place=place)
    after = answers(with_situation(Tool.objects.all(), place, make.TODAY), place, make.TODAY)

    assert not before[0][1].allows_anybody
    assert after[0][1].allows_anybody


def test_personal_data_goes_the_day_after_the_agreements_last_day():
    place, tool = make.place(), bare_tool()
    decided(tool, place, cleared(tool, place))
    Agreement.objects.create(
        trust=place.trust,
        tool=tool,
        reference="A",
        supplier_party="S",
        starts_on=make.TODAY,
        data_class="personal",
        subjects=["staff"],
        ends_on=make.TODAY + timedelta(days=2),
        by=make.person(),
        at=make.NOW,
    )

    def staff_class(on):
        return answers(with_situation(Tool.objects.all(), place, on), place, on)[0][1].of(Audience.STAFF)

    assert staff_class(make.TODAY).whose == ((Subject.STAFF, DataClass.PERSONAL),)
    assert staff_class(make.TODAY + timedelta(days=1)).data_class == DataClass.PERSONAL
    assert staff_class(make.TODAY + timedelta(days=2)).data_class == DataClass.INTERNAL


def test_a_trusts_checked_fact_is_laid_over_the_shared_one_and_an_unchecked_looser_one_is_not():
    place, tool = make.place(), bare_tool(minimum_age=13)
    by, second = make.person(), make.person()
    TrustFact.objects.create(
        trust=place.trust, tool=tool, field="minimum_age", value=16, is_stricter=True, by=by, at=make.NOW
    )
    TrustFact.objects.create(
        trust=place.trust,
        tool=tool,
        field="sign_in",
        value="none",
        is_stricter=False,
        source="Terms",
        source_on=make.TODAY,
        by=by,
        at=make.NOW,
    )
    Tool.objects.update(sign_in=SignIn.PERSONAL)
    assert (read(tool, place).tool.minimum_age, read(tool, place).tool.sign_in) == (16, SignIn.PERSONAL)

    TrustFact.objects.filter(field="sign_in").update(checked_by=second, checked_at=make.NOW)
    assert read(tool, place).tool.sign_in == SignIn.NONE


def test_a_change_is_answered_by_carry_on_in_this_trust_or_by_a_newer_assessment():
    place, tool = make.place(), bare_tool()
    decided(tool, place, cleared(tool, place, at=make.NOW - timedelta(days=9)))
    change = ToolChange.objects.create(
        tool=tool, kind=ChangeKind.TERMS, summary="New terms", effective_on=make.TODAY, at=make.NOW - timedelta(days=1)
    )
    assert not read(tool, place).tool.changes[0].answered

    ToolChangeAnswer.objects.create(
        trust=make.trust(), change=change, reason="Fine for us", by=make.person(), at=make.NOW
    )
    assert not read(tool, place).tool.changes[0].answered

    Clearance.objects.update(assessed_at=make.NOW)
    assert read(tool, place).tool.changes[0].answered_by == {Clearance.objects.get().pk}


def test_a_condition_that_resets_each_september_is_met_for_one_school_year_only():
    place, tool = make.place(), bare_tool()
    clearance = cleared(tool, place)
    decided(tool, place, clearance)
    condition = Condition.objects.create(
        trust=place.trust,
        clearance=clearance,
        kind="before_use",
        words="Brief the staff",
        owner_role=Role.HEAD,
        set_by_role=Role.NETWORK,
        set_by=make.person(),
        at=make.NOW,
        resets_each_september=True,
    )
    who = make.person()
    progress = ConditionProgress.objects.create(
        trust=place.trust,
        condition=condition,
        place=place,
        school_year=2025,
        evidence="Slides",
        reported_by=who,
        reported_at=make.NOW,
        confirmed_by=make.person(),
        confirmed_at=make.NOW,
    )
    assert not read(tool, place).conditions[0].met

    ConditionProgress.objects.filter(pk=progress.pk).update(school_year=2026)
    assert read(tool, place).conditions[0].met
    assert not read(tool, make.place(place.trust)).conditions


def test_a_condition_reported_but_not_confirmed_is_not_met():
    place, tool = make.place(), bare_tool()
    clearance = cleared(tool, place)
    decided(tool, place, clearance)
    condition = Condition.objects.create(
        trust=place.trust,
        clearance=clearance,
        kind="before_use",
        words="Brief the staff",
        owner_role=Role.HEAD,
        set_by_role=Role.NETWORK,
        set_by=make.person(),
        at=make.NOW,
    )
    ConditionProgress.objects.create(
        trust=place.trust,
        condition=condition,
        place=place,
        school_year=2026,
        evidence="Slides",
        reported_by=make.person(),
        reported_at=make.NOW,
    )
    assert not read(tool, place).conditions[0].met


def test_a_later_signature_under_an_earlier_assessment_answers_no_change():
    place, tool = make.place(), bare_tool()
    decided(tool, place, cleared(tool, place, assessed_at=make.NOW - timedelta(days=9)))
    ToolChange.objects.create(
        tool=tool, kind=ChangeKind.TERMS, summary="New terms", effective_on=make.TODAY, at=make.NOW - timedelta(days=1)
    )

    assert not read(tool, place).tool.changes[0].answered


def test_a_clearance_for_another_school_does_not_take_the_place_of_this_ones():
    place, tool = make.place(), bare_tool()
    other = make.place(place.trust)
    wide = cleared(tool, place)
    decided(tool, place, wide)
    narrow = cleared(tool, place, trust_wide=False, replaces=wide)
    ClearancePlace.objects.create(trust=place.trust, clearance=narrow, place=other)

    found = answers(with_situation(Tool.objects.all(), place, make.TODAY), place, make.TODAY)

    assert found[0][1].allows_anybody
