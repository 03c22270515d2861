"""Deciding what a place allows: who may, what a decision may say, and what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from schools.models import EntryDecider, Role
from tests import make
from tools_registry.actions import clearances, conditions, entries
from tools_registry.actions.entries import Decision, NewException
from tools_registry.answer import answer
from tools_registry.models import EntryAllowance, ListEdition, RegisterEntry, Tool
from tools_registry.queries.situations import situation_of, with_situation
from tools_registry.rules import entries as rules
from tools_registry.words import Audience, DataClass, EntryStatus, Subject
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
STAFF, PUPILS = Audience.STAFF, Audience.PUPILS
# Session, person, memberships, places; the situation, the entry, posts, conditions, suspensions, the story and its names.
QUERIES = 12


@pytest.fixture
def place():
    return make.place(ages=(11, 18), published=True)


@pytest.fixture
def head(place):
    return make.member(place, Role.HEAD)


def decide(act, place, tool, by, *, at=make.NOW, **more):
    return act(place_id=place.pk, tool_id=tool.pk, by=by, standing=make.standing(by), at=at, **more)


def answer_at(place, tool, on=make.TODAY):
    annotated = with_situation(Tool.objects.filter(pk=tool.pk), place, on).get()
    return answer(situation_of(annotated, place, on), on)


class TestApprove:
    def test_writes_the_entry_publishes_records_and_tells(self, place, head):
        tool = make.shared_tool()
        lead, asker = make.member(place, Role.AI_LEAD), make.member(place, Role.STAFF)
        request = make.request(place, tool, by=asker)
        within = make.clearance(place.trust, tool)
        Notice.objects.all().delete()

        entry = decide(entries.approve, place, tool, head, decision=make.decision(within, equity_note=" Read aloud "))

        assert (entry.status, entry.decided_by, entry.decided_role) == (EntryStatus.APPROVED, head, Role.HEAD)
        assert (entry.clearance, entry.equity_note, entry.revision) == (within, "Read aloud", 1)
        assert answer_at(place, tool).of(STAFF).purposes == ("planning", "quizzes")
        assert ListEdition.objects.get(place=place).document.count(str(tool.public_id)) == 1
        event = Event.objects.get(kind="entry.approved")
        assert (event.subject_id, event.urn, event.role, event.by) == (
            entry.public_id,
            place.urn,
            "head",
            head.public_id,
        )
        assert event.detail == {
            "tool": str(tool.public_id),
            "clearance": str(within.public_id),
            "allowed": {"staff": "internal"},
        }
        told = set(Notice.objects.values_list("person", "kind"))
        assert told == {(lead.pk, "entry.decided"), (asker.pk, "request.decided")}
        request.refresh_from_db()
        assert request.status == "decided"

    def test_each_audience_has_its_own_data_whose_data_and_purposes(self, place, head):
        tool = make.shared_tool()
        make.agreement(place.trust, tool)
        staff = make.allowance(STAFF, DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"planning", "quizzes"})
        pupils = make.allowance(PUPILS, DataClass.NONE, year_groups={10, 11})
        within = make.clearance(
            place.trust, tool, replace(staff, subjects=frozenset(Subject)), make.allowance(PUPILS, DataClass.INTERNAL)
        )
        decide(entries.approve, place, tool, head, decision=make.decision(within, staff, pupils))
        dsl = make.member(place, Role.DSL)
        agree(place, tool, dsl)

        given = answer_at(place, tool)
        assert (given.of(STAFF).data_class, given.of(STAFF).subjects) == (DataClass.PERSONAL, (Subject.STAFF,))
        assert (given.of(PUPILS).data_class, given.of(PUPILS).year_groups) == (DataClass.NONE, (10, 11))

    def test_deciding_again_ends_the_old_allowances_and_keeps_them(self, place, head):
        tool = make.shared_tool()
        entry = make.approved(place, tool, by=head)
        narrower = make.allowance(STAFF, DataClass.NONE, purposes={"quizzes"})

        decide(entries.approve, place, tool, head, decision=make.decision(entry.clearance, narrower, revision=1))

        rows = EntryAllowance.objects.filter(entry=entry).order_by("pk")
        assert [(row.data_class, row.withdrawn_at is None) for row in rows] == [("internal", False), ("none", True)]
        assert Event.objects.filter(kind="entry.decided_again").count() == 1

    def test_collected_agreements_count_for_this_school_year(self, place, head):
        tool = make.shared_tool()
        entry = make.approved(place, tool, by=head, parents_agreed=True, work_consent=True)
        assert (entry.parents_agreed, entry.work_consent) == ([2026], [2026])

        decide(entries.approve, place, tool, head, decision=make.decision(entry.clearance, revision=1))
        entry.refresh_from_db()
        assert (entry.parents_agreed, entry.work_consent) == ([], [])

    def test_an_exception_needs_room_in_the_clearance_and_has_an_end(self, place, head):
        tool = make.shared_tool()
        make.agreement(place.trust, tool)
        letters = make.allowance(
            STAFF, DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"planning", "formal_letters"}
        )
        within = make.clearance(place.trust, tool, letters)
        exception = NewException("formal_letters", "One appeal", date(2027, 2, 1))

        decide(entries.approve, place, tool, head, decision=make.decision(within, letters, exceptions=(exception,)))

        assert "formal_letters" in answer_at(place, tool).of(STAFF).purposes
        assert "formal_letters" not in answer_at(place, tool, date(2027, 2, 1)).of(STAFF).purposes
        entry = RegisterEntry.objects.get()
        planning = make.allowance(STAFF, purposes={"planning"})
        decide(entries.approve, place, tool, head, decision=make.decision(within, planning, revision=1))
        assert entry.exceptions.get().withdrawn_at == make.NOW


def agree(place, tool, dsl):
    condition = RegisterEntry.objects.get(place=place, tool=tool).conditions.get(withdrawn_at=None)
    conditions.confirm(
        condition_id=condition.pk,
        place_id=place.pk,
        revision=0,
        evidence="Talked it through",
        by=dsl,
        standing=make.standing(dsl),
        at=make.NOW,
    )


# Who may --------------------------------------------------------------------------------------------------------------

CANNOT = "Only the headteacher decides this"
OFFICE = "Only the trust lead decides what the trust office may use."
TRUST = "The trust lead decides this for every school."
PEOPLE = [
    # role, a school that decides itself, a school for which the trust decides, the office
    (Role.STAFF, CANNOT, TRUST, OFFICE),
    (Role.AI_LEAD, CANNOT, TRUST, None),
    (Role.DSL, CANNOT, TRUST, None),
    (Role.HEAD, "", TRUST, None),
    (Role.GOVERNOR, CANNOT, TRUST, None),
    (Role.NETWORK, CANNOT, TRUST, OFFICE),
    (Role.DEPUTY_DPO, CANNOT, TRUST, OFFICE),
    (Role.DPO, CANNOT, TRUST, OFFICE),
    (Role.SAFEGUARDING, CANNOT, TRUST, OFFICE),
    (Role.TRUST_LEAD, CANNOT, "", ""),
    (Role.TRUSTEE, CANNOT, TRUST, OFFICE),
    (Role.ADMIN, CANNOT, TRUST, OFFICE),
]


@pytest.mark.parametrize(("role", "own", "for_trust", "office"), PEOPLE)
def test_who_decides(role, own, for_trust, office):
    trust = make.trust()
    places = [make.place(trust), make.place(make.trust(entry_decider=EntryDecider.TRUST)), make.office(trust)]
    for place, sentence in zip(places, (own, for_trust, office), strict=True):
        if sentence is None:
            continue
        at_place = role in {Role.STAFF, Role.AI_LEAD, Role.DSL, Role.HEAD, Role.GOVERNOR}
        who = make.member(place if at_place else place.trust, role)
        if sentence:
            with pytest.raises(Refused, match=sentence):
                rules.check_may_decide(make.standing(who), place)
        else:
            rules.check_may_decide(make.standing(who), place)


def test_the_head_of_another_school_decides_nothing_here(place):
    other = make.member(make.place(place.trust), Role.HEAD)
    with pytest.raises(Refused, match=f"Only the headteacher decides this for {place.name}."):
        rules.check_may_decide(make.standing(other), place)


class TestWhereTheTrustDecides:
    @pytest.fixture
    def place(self):
        return make.place(make.trust(entry_decider=EntryDecider.TRUST))

    @pytest.fixture
    def lead(self, place):
        return make.member(place.trust, Role.TRUST_LEAD)

    def test_the_head_narrows(self, place, head, lead):
        tool = make.shared_tool()
        entry = make.approved(place, tool, by=lead)
        narrower = make.allowance(STAFF, DataClass.NONE, purposes={"quizzes"})

        entry = decide(
            entries.approve, place, tool, head, decision=make.decision(entry.clearance, narrower, revision=1)
        )
        assert entry.decided_role == Role.HEAD

    @pytest.mark.parametrize(
        "wider",
        [
            {"allowed": [make.allowance(STAFF, purposes={"planning", "quizzes", "ideas"})]},
            {"allowed": [make.allowance(STAFF, DataClass.PERSONAL)]},
            {"allowed": [make.allowance(STAFF), make.allowance(Audience.VISITORS, purposes={"ideas"})]},
            {"review_on": date(2027, 9, 30)},
        ],
    )
    def test_the_head_does_not_widen(self, place, head, lead, wider):
        tool = make.shared_tool()
        within = make.clearance(
            place.trust,
            tool,
            make.allowance(STAFF, DataClass.PERSONAL, purposes={"planning", "quizzes", "ideas"}),
            make.allowance(Audience.VISITORS, purposes={"ideas"}),
        )
        make.approved(place, tool, make.allowance(), within=within, by=lead)
        changes = {**wider}
        allowed = changes.pop("allowed", [])
        with pytest.raises(Refused, match="The headteacher may narrow it"):
            decide(
                entries.approve,
                place,
                tool,
                head,
                decision=make.decision(within, *allowed, revision=1, **changes),
            )

    def test_the_head_withdraws(self, place, head, lead):
        tool = make.shared_tool()
        make.approved(place, tool, by=lead)
        entry = decide(entries.withdraw, place, tool, head, reason="Not for us", revision=1)
        assert (entry.status, entry.decided_role) == (EntryStatus.WITHDRAWN, Role.HEAD)


# What a decision may say ----------------------------------------------------------------------------------------------


class TestTheRules:
    def test_a_primary_head_cannot_give_pupils_a_tool_for_13_and_over(self):
        primary = make.place(ages=(4, 11))
        head, tool = make.member(primary, Role.HEAD), make.shared_tool(minimum_age=13)
        pupils = make.allowance(PUPILS, DataClass.NONE, year_groups={6})
        within = make.clearance(primary.trust, tool, make.allowance(PUPILS, year_groups=range(7)))

        with pytest.raises(Refused, match="The supplier's terms say users must be 13, and ours are younger"):
            decide(entries.approve, primary, tool, head, decision=make.decision(within, pupils))
        assert not RegisterEntry.objects.exists()

    def test_personal_data_needs_an_agreement_in_force_and_goes_the_day_after_its_last(self, place, head):
        tool = make.shared_tool()
        staff = make.allowance(STAFF, DataClass.PERSONAL, subjects={Subject.STAFF})
        within = make.clearance(place.trust, tool, staff)
        with pytest.raises(Refused, match="no data-sharing agreement in force"):
            decide(entries.approve, place, tool, head, decision=make.decision(within, staff))

        make.agreement(place.trust, tool, ends_on=date(2027, 3, 1))
        decide(entries.approve, place, tool, head, decision=make.decision(within, staff))

        assert answer_at(place, tool, date(2027, 2, 28)).of(STAFF).data_class == DataClass.PERSONAL
        assert answer_at(place, tool, date(2027, 3, 1)).of(STAFF).data_class == DataClass.INTERNAL

    def test_pupils_need_the_year_groups_confirmed(self):
        place = make.place(confirmed=False)
        head, tool = make.member(place, Role.HEAD), make.shared_tool()
        within = make.clearance(place.trust, tool, make.allowance(PUPILS))
        with pytest.raises(Refused, match="not yet confirmed which year groups"):
            decide(entries.approve, place, tool, head, decision=make.decision(within, make.allowance(PUPILS)))

    @pytest.mark.parametrize(
        ("review_on", "sentence"),
        [
            (make.TODAY, "must be after today"),
            (date(2027, 11, 24), "must be on or before 23 November 2027, when the clearance ends"),
        ],
    )
    def test_the_review_lies_ahead_and_within_the_clearance(self, place, head, review_on, sentence):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        with pytest.raises(Refused, match=sentence):
            decide(entries.approve, place, tool, head, decision=make.decision(within, review_on=review_on))

    def test_the_last_day_of_the_clearance_is_a_review_date(self, place, head):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        decide(entries.approve, place, tool, head, decision=make.decision(within, review_on=date(2027, 11, 23)))

    def test_another_trusts_clearance_counts_nothing(self, place, head):
        tool = make.shared_tool()
        strange = make.clearance(make.trust(), tool)
        with pytest.raises(Refused, match="no longer counts here"):
            decide(entries.approve, place, tool, head, decision=make.decision(strange))

    def test_a_clearance_for_another_school_counts_nothing(self, place, head):
        tool = make.shared_tool()
        theirs = make.clearance(place.trust, tool, places=[make.place(place.trust)])
        with pytest.raises(Refused, match="no longer counts here"):
            decide(entries.approve, place, tool, head, decision=make.decision(theirs))

    def test_nobody_allowed_is_no_approval(self, place, head):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        with pytest.raises(Refused, match="If nobody may, decline it instead"):
            decide(
                entries.approve,
                place,
                tool,
                head,
                decision=Decision(within.pk, (), date(2027, 8, 31)),
            )

    def test_a_school_that_left_decides_nothing(self, place, head):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        place.left_on = make.TODAY
        place.save()
        with pytest.raises(Refused, match="has left the trust"):
            decide(entries.approve, place, tool, head, decision=make.decision(within))

    @pytest.mark.parametrize(
        ("ends_on", "sentence"),
        [(make.TODAY, "cannot be before today"), (date(2028, 1, 1), "ends with the clearance at the latest")],
    )
    def test_an_exception_ends_in_time(self, place, head, ends_on, sentence):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        exception = NewException("formal_letters", "One appeal", ends_on)
        with pytest.raises(Refused, match=sentence):
            decide(entries.approve, place, tool, head, decision=make.decision(within, exceptions=(exception,)))


# Other moves ----------------------------------------------------------------------------------------------------------


class TestDeclineAndWithdraw:
    def test_declined_with_a_reason_and_the_asker_is_told(self, place, head):
        tool = make.shared_tool()
        asker = make.request(place, tool).by
        entry = decide(entries.decline, place, tool, head, reason=" Trains on what people type ", revision=0)
        assert (entry.status, entry.reason) == (EntryStatus.DECLINED, "Trains on what people type")
        assert Notice.objects.filter(person=asker, kind="request.decided").count() == 1
        assert answer_at(place, tool).status == "declined"

    def test_a_reason_is_wanted(self, place, head):
        with pytest.raises(Refused, match="Say why"):
            decide(entries.decline, place, make.shared_tool(), head, reason="  ", revision=0)

    def test_what_is_approved_is_withdrawn_not_declined(self, place, head):
        tool = make.shared_tool()
        make.approved(place, tool, by=head)
        with pytest.raises(Refused, match="Withdraw it, or decide again"):
            decide(entries.decline, place, tool, head, reason="No", revision=1)

    def test_nothing_is_withdrawn_that_was_never_decided(self, place, head):
        with pytest.raises(Refused, match="Nothing has been decided yet"):
            decide(entries.withdraw, place, make.shared_tool(), head, reason="No", revision=0)

    def test_withdrawn_tells_everybody_and_then_the_data_is_to_be_deleted(self, place, head):
        tool, lead = make.shared_tool(), make.member(place, Role.AI_LEAD)
        teacher, governor = make.member(place, Role.STAFF), make.member(place, Role.GOVERNOR)
        make.approved(place, tool, by=head)
        before = ListEdition.objects.filter(place=place).count()
        decide(entries.withdraw, place, tool, head, reason="Costs too much", revision=1)

        told = set(Notice.objects.filter(kind="entry.withdrawn").values_list("person", flat=True))
        assert told == {lead.pk, teacher.pk}
        assert governor.pk not in told
        assert ListEdition.objects.filter(place=place).count() == before + 1
        entry = decide(entries.confirm_deletion, place, tool, lead)
        assert (entry.deletion_confirmed_by, entry.deletion_confirmed_at) == (lead, make.NOW)
        with pytest.raises(AlreadyDone):
            decide(entries.confirm_deletion, place, tool, head)

    def test_staff_do_not_confirm_the_deletion_and_approved_has_none(self, place, head):
        tool, teacher = make.shared_tool(), make.member(place, Role.STAFF)
        make.approved(place, tool, by=head)
        with pytest.raises(Refused, match="Only the headteacher or an AI lead"):
            decide(entries.confirm_deletion, place, tool, teacher)
        with pytest.raises(Refused, match="Only what has been withdrawn"):
            decide(entries.confirm_deletion, place, tool, head)

    def test_decided_again_after_it_was_withdrawn(self, place, head):
        tool = make.shared_tool()
        entry = make.approved(place, tool, by=head)
        decide(entries.withdraw, place, tool, head, reason="For now", revision=1)
        decide(entries.confirm_deletion, place, tool, head)

        entry = decide(entries.approve, place, tool, head, decision=make.decision(entry.clearance, revision=3))

        assert (entry.status, entry.reason, entry.deletion_confirmed_at) == (EntryStatus.APPROVED, "", None)


# Stale, repeated and simultaneous -------------------------------------------------------------------------------------


class TestStalePages:
    def test_a_stale_decision_is_a_conflict_and_changes_nothing(self, place, head):
        tool = make.shared_tool()
        entry = make.approved(place, tool, by=head)
        with pytest.raises(Conflict, match="changed while you were reading"):
            decide(
                entries.approve,
                place,
                tool,
                head,
                decision=make.decision(entry.clearance, make.allowance(data=DataClass.NONE), revision=0),
            )
        entry.refresh_from_db()
        assert entry.revision == 1

    def test_the_same_page_posted_twice_is_decided_once(self, place, head):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        decision = make.decision(within, equity_note="Read aloud")
        decide(entries.approve, place, tool, head, decision=decision)
        with pytest.raises(AlreadyDone):
            decide(entries.approve, place, tool, head, decision=decision)
        assert Event.objects.filter(kind__startswith="entry.").count() == 1

    def test_somebody_elses_same_decision_is_a_conflict(self, place, head):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        decision = make.decision(within)
        decide(entries.approve, place, tool, head, decision=decision)
        with pytest.raises(Conflict):
            decide(entries.approve, place, tool, make.member(place, Role.HEAD), decision=decision)

    @pytest.mark.parametrize("act", [entries.decline, entries.withdraw])
    def test_declining_and_withdrawing_too(self, place, head, act):
        tool = make.shared_tool()
        if act is entries.withdraw:
            make.approved(place, tool, by=head)
        revision = RegisterEntry.objects.count()
        decide(act, place, tool, head, reason="No", revision=revision)
        with pytest.raises(AlreadyDone):
            decide(act, place, tool, head, reason="No", revision=revision)
        with pytest.raises(Conflict):
            decide(act, place, tool, head, reason="Other", revision=revision)


@pytest.mark.django_db(transaction=True)
def test_two_heads_deciding_at_the_same_moment_decide_once(monkeypatch):
    place, tool = make.place(), make.shared_tool()
    within = make.clearance(place.trust, tool)
    heads = [make.member(place, Role.HEAD) for _ in range(2)]
    together = Barrier(2, timeout=0.5)
    check = rules.check_may_decide

    def check_together(*args, **kwargs):
        """Hold each head inside the transaction until both are in it. The lock makes that impossible."""
        with suppress(BrokenBarrierError):
            together.wait()
        check(*args, **kwargs)

    def decide_now(head):
        try:
            return decide(entries.approve, place, tool, head, decision=make.decision(within)).status
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    monkeypatch.setattr(rules, "check_may_decide", check_together)
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(decide_now, heads))

    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "EntryStatus"]
    assert Event.objects.filter(kind="entry.approved").count() == 1
    assert EntryAllowance.objects.filter(withdrawn_at=None).count() == 1


# What the database keeps ----------------------------------------------------------------------------------------------


class TestTheDatabase:
    def test_one_entry_for_a_place_and_a_tool(self, place, head):
        entry = make.approved(place, make.shared_tool(), by=head)
        entry.pk, entry.public_id = None, make.member(place, Role.STAFF).public_id
        entry._state.adding = True
        with pytest.raises(IntegrityError, match="tools_registry_entry_one_per_place_and_tool"):
            entry.save()

    def test_approved_stands_within_a_clearance_and_has_a_review_date(self, place, head):
        entry = make.approved(place, make.shared_tool(), by=head)
        with pytest.raises(IntegrityError, match="tools_registry_entry_approved_within_a_clearance"):
            RegisterEntry.objects.filter(pk=entry.pk).update(review_on=None)

    def test_one_standing_allowance_for_an_audience(self, place, head):
        entry = make.approved(place, make.shared_tool(), by=head)
        with pytest.raises(IntegrityError, match="tools_registry_entryallowance_once"):
            EntryAllowance.objects.create(trust=entry.trust, entry=entry, audience=STAFF)

    def test_the_clearance_is_of_the_same_trust(self, place, head):
        tool = make.shared_tool()
        entry = make.approved(place, tool, by=head)
        strange = make.clearance(make.trust(), tool)
        with pytest.raises(IntegrityError, match="tools_registry_registerentry_clearance_same_trust"):
            RegisterEntry.objects.filter(pk=entry.pk).update(clearance=strange)

    def test_an_exception_has_an_end_after_its_start(self, place, head):
        entry = make.approved(place, make.shared_tool(), by=head)
        with pytest.raises(IntegrityError, match="tools_registry_exception_has_an_end"):
            entry.exceptions.create(
                trust=entry.trust,
                purpose="formal_letters",
                reason="One",
                starts_on=make.TODAY,
                ends_on=make.TODAY,
                by=head,
                at=make.NOW,
            )


def test_every_act_locks_its_place_first(place, head, django_assert_max_num_queries):
    tool = make.shared_tool()
    within = make.clearance(place.trust, tool)
    with django_assert_max_num_queries(60) as sql:
        decide(entries.approve, place, tool, head, decision=make.decision(within))
    reads = [q["sql"] for q in sql.captured_queries if "SAVEPOINT" not in q["sql"] and "membership" not in q["sql"]]
    locking = next(q for q in reads if q.lstrip().startswith("SELECT") and '"schools_place"' in q and "FOR" in q)
    assert "FOR NO KEY UPDATE" in locking


def test_tomorrow_is_not_today(place, head):
    """A decision counts from the moment it is made, in London's day."""
    tool = make.shared_tool()
    entry = make.approved(place, tool, by=head)
    assert answer_at(place, tool, entry.review_on + timedelta(days=1)).status == "needs_attention"


# The page of a tool ---------------------------------------------------------------------------------------------------


class TestThePage:
    @pytest.fixture(autouse=True)
    def today(self, time_machine):
        time_machine.move_to(make.NOW)

    def get(self, client, who, place, tool, act=""):
        client.force_login(who)
        return client.get(f"/schools/{place.urn}/tools/{tool.public_id}/{act}")

    def test_staff_read_the_answer_who_decided_and_who_can_change_it(self, client, place, head):
        tool, teacher = make.shared_tool(edition="School account"), make.member(place, Role.STAFF)
        make.approved(place, tool, by=head, equity_note="Read aloud")
        page = self.get(client, teacher, place, tool).text
        assert "Yes, for lesson planning and quizzes." in page
        assert f"{head.name}, Headteacher" in page
        assert "Only the headteacher decides this" in page
        assert "Tell one of them" in page

    def test_the_head_may_decide_again_suspend_and_withdraw(self, client, place, head):
        tool = make.shared_tool()
        make.approved(place, tool, by=head)
        page = self.get(client, head, place, tool).text
        for act in ("decide", "suspend", "withdraw"):
            assert f"/tools/{tool.public_id}/{act}/" in page
        assert "aria-disabled" not in page

    def test_a_tool_nobody_decided_on_has_a_page_too(self, client, place, head):
        page = self.get(client, head, place, make.shared_tool())
        assert page.status_code == 200
        assert "Nobody has decided on it here yet." in page.text
        assert "The trust has not cleared it" in page.text

    def test_cleared_and_undecided_it_says_who_decides_and_staff_still_read_the_answer(self, client, place, head):
        tool = make.shared_tool("cleared")
        make.clearance(place.trust, tool)
        address = f"/schools/{place.urn}/tools/{tool.public_id}/"
        client.force_login(head)
        page = client.get(address).text
        assert f"To be decided: the trust has cleared it, and you decide for {place.name}." in page
        assert f'<a class="btn" href="{address}decide/">Decide for {place.name}</a>' in page
        assert "Ask for it if you need it" not in page
        make.request(place, tool)
        page = client.get(address).text
        assert "you decide for" in page
        assert "It has to be looked at before anybody uses it." not in page
        client.force_login(make.member(place, Role.AI_LEAD))
        page = client.get(address).text
        assert "the trust has cleared it, and the headteacher decides for" in page
        assert "Decide for" not in page
        client.force_login(make.member(place, Role.STAFF))
        page = client.get(address).text
        assert "the trust has cleared it" not in page
        assert "It has to be looked at before anybody uses it." in page

    def test_those_who_draft_cases_can_start_one_from_here_unless_one_is_open(self, client, place, head):
        tool, teacher = make.shared_tool(), make.member(place, Role.STAFF)
        link = f"/dpia/start/?tool={tool.public_id}"
        assert link in self.get(client, head, place, tool).text
        assert link not in self.get(client, teacher, place, tool).text
        clearances.open_consultation(
            trust_id=place.trust_id, tool_id=tool.pk, place_ids=None, reference="R-1", at=make.NOW
        )
        assert link not in self.get(client, head, place, tool).text

    def test_strangers_and_other_trusts_tools_are_404(self, client, place, head):
        tool = make.shared_tool()
        assert self.get(client, make.member(make.trust(), Role.TRUST_LEAD), place, tool).status_code == 404
        assert self.get(client, head, place, make.own_tool(make.trust())).status_code == 404

    def test_the_story_tells_what_happened_here_and_nothing_of_other_schools(self, client, place, head):
        tool = make.shared_tool()
        within = make.clearance(place.trust, tool)
        make.approved(place, tool, within=within, by=head)
        other = make.place(place.trust)
        boss = make.member(other, Role.HEAD, who=make.person("Another Head"))
        make.approved(other, tool, within=within, by=boss)
        page = self.get(client, head, place, tool).text
        assert f"{head.name} (Headteacher) approved it." in page
        assert f"signed the clearance: {within.reference}." in page
        assert "Another Head" not in page

    def test_after_withdrawing_it_asks_for_the_deletion_and_records_it(self, client, place, head):
        tool = make.shared_tool()
        make.approved(place, tool, by=head)
        client.force_login(head)
        address = f"/schools/{place.urn}/tools/{tool.public_id}/"
        client.post(f"{address}withdraw/", {"reason": "Costs too much", "revision": "1"})
        page = client.get(address).text
        assert "Delete what was put in" in page
        assert "Costs too much" in page
        done = client.post(f"{address}deletion/")
        assert (done.status_code, done.url) == (302, address)
        assert (
            "confirmed on 24 November 2026 that everything that was put in has been deleted" in client.get(address).text
        )

    @pytest.mark.parametrize("act", ["decline", "withdraw"])
    def test_a_reason_is_wanted_and_a_stale_page_is_a_conflict(self, client, place, head, act):
        tool = make.shared_tool()
        if act == "withdraw":
            make.approved(place, tool, by=head)
        client.force_login(head)
        address = f"/schools/{place.urn}/tools/{tool.public_id}/{act}/"
        assert "Say why, in a sentence" in client.post(address, {"reason": "", "revision": "9"}).text
        stale = client.post(address, {"reason": "Kept as typed", "revision": "9"})
        assert stale.status_code == 409
        assert "Kept as typed" in stale.text

    @pytest.mark.parametrize("act", ["decline", "withdraw"])
    def test_who_may_not_reads_who_can(self, client, place, act):
        tool, lead = make.shared_tool(), make.member(place, Role.AI_LEAD)
        answer = self.get(client, lead, place, tool, f"{act}/")
        assert answer.status_code == 403
        assert "Only the headteacher decides this" in answer.text

    def test_the_page_costs_the_same_however_much_has_happened(self, client, place, head, django_assert_num_queries):
        tool = make.shared_tool()
        entry = make.approved(place, tool, by=head)
        client.force_login(head)
        address = f"/schools/{place.urn}/tools/{tool.public_id}/"
        client.get(address)
        with django_assert_num_queries(QUERIES):
            client.get(address)
        for revision in range(1, 6):
            decide(entries.approve, place, tool, head, decision=make.decision(entry.clearance, revision=revision))
        with django_assert_num_queries(QUERIES):
            client.get(address)
