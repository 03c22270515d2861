"""Conditions: what opens or narrows with them, who reports, who confirms."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db.utils import IntegrityError

from schools.models import Role
from tests import make
from tools_registry.actions import conditions, entries
from tools_registry.actions.clearances import NewCondition
from tools_registry.actions.conditions import DSL_AGREES, OwnCondition
from tools_registry.answer import answer
from tools_registry.models import Condition, ConditionProgress, ListEdition, Tool
from tools_registry.queries import waiting
from tools_registry.queries.situations import situation_of, with_situation
from tools_registry.rules import conditions as rules
from tools_registry.words import Audience, ConditionKind, DataClass
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
STAFF, PUPILS = Audience.STAFF, Audience.PUPILS
NEXT_YEAR = datetime(2027, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def place():
    return make.place(published=True)


@pytest.fixture
def head(place):
    return make.member(place, Role.HEAD)


@pytest.fixture
def network(place):
    return make.member(place.trust, Role.NETWORK)


@pytest.fixture
def tool():
    return make.shared_tool()


def revision_of(condition):
    """Of what was last reported, as the page shows it."""
    latest = condition.progress.order_by("pk").last()
    return latest.revision if latest else 0


def act(name, condition, place, by, *, at=make.NOW, **more):
    more.setdefault("revision", revision_of(condition))
    return getattr(conditions, name)(
        condition_id=condition.pk,
        place_id=place.pk if place else None,
        by=by,
        standing=make.standing(by, on=at.date()),
        at=at,
        **more,
    )


def report(condition, place, by, evidence="Done on Monday", **more):
    return act("report", condition, place, by, evidence=evidence, **more)


def answer_at(place, tool, on=make.TODAY):
    annotated = with_situation(Tool.objects.filter(pk=tool.pk), place, on).get()
    return answer(situation_of(annotated, place, on), on)


def set_by(network, **facts):
    plain = {
        "kind": ConditionKind.BEFORE_USE,
        "words": "Sign-in goes through the school account",
        "public_words": "",
        "due_on": None,
        "audiences": frozenset(),
        "owner_role": Role.AI_LEAD,
        "set_by_role": Role.NETWORK,
        "set_by_id": network.pk,
    }
    return NewCondition(**{**plain, **facts})


def approved_on(place, tool, head, *asked, **more):
    within = make.clearance(place.trust, tool, conditions=asked)
    make.approved(place, tool, within=within, by=head, **more)
    return Condition.objects.order_by("pk").first()


class TestBeforeUse:
    def test_nothing_until_the_team_that_set_it_confirms(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        lead = make.member(place, Role.AI_LEAD)
        assert answer_at(place, tool).verdict == "not_yet"

        report(condition, place, lead)
        assert answer_at(place, tool).verdict == "not_yet"

        editions = ListEdition.objects.filter(place=place).count()
        act("confirm", condition, place, network)
        assert answer_at(place, tool).of(STAFF).may
        assert ListEdition.objects.filter(place=place).count() == editions + 1

    def test_the_team_is_told_and_then_the_one_who_reported(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        lead = make.member(place, Role.AI_LEAD)
        report(condition, place, lead)
        assert Notice.objects.filter(kind="condition.reported", person=network).count() == 1
        act("confirm", condition, place, network)
        assert Notice.objects.filter(kind="condition.confirmed", person=lead).count() == 1
        assert [e.kind for e in Event.objects.filter(subject_type="condition").order_by("sequence")] == [
            "condition.reported",
            "condition.confirmed",
        ]

    def test_one_school_has_met_it_and_the_next_has_not(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        other = make.place(place.trust)
        make.approved(other, tool, within=condition.clearance)
        report(condition, place, head)
        act("confirm", condition, place, network)
        assert answer_at(place, tool).of(STAFF).may
        assert not answer_at(other, tool).of(STAFF).may

    def test_met_once_for_all_counts_everywhere(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network, met_once_for_all=True))
        other = make.place(place.trust)
        make.approved(other, tool, within=condition.clearance)
        act("confirm", condition, None, network, evidence="Set in the tenant")
        assert answer_at(place, tool).of(STAFF).may
        assert answer_at(other, tool).of(STAFF).may
        assert ConditionProgress.objects.get().place is None

    def test_the_team_may_confirm_by_itself_with_evidence(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        with pytest.raises(Refused, match="Say what was done"):
            act("confirm", condition, place, network)
        act("confirm", condition, place, network, evidence="Seen in the tenant")
        assert answer_at(place, tool).of(STAFF).may

    def test_who_reported_it_and_has_left_the_trust_is_told_nothing(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        lead = make.member(place, Role.AI_LEAD)
        report(condition, place, lead)
        lead.memberships.update(ends_on=make.TODAY)
        act("confirm", condition, place, network)
        assert not Notice.objects.filter(kind="condition.confirmed", person=lead).exists()

    def test_refused_it_can_be_reported_again(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        report(condition, place, head)
        refused = act("refuse", condition, place, network, reason="The old account still works")
        assert refused.refused_reason == "The old account still works"
        assert Notice.objects.filter(kind="condition.refused", person=head).count() == 1
        with pytest.raises(Conflict):
            act("refuse", condition, place, network, reason="Again")
        report(condition, place, head, "Closed the old account")
        act("confirm", condition, place, network)
        assert answer_at(place, tool).of(STAFF).may


class TestWhoMay:
    def test_who_reports(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        may = {
            Role.STAFF: False,
            Role.AI_LEAD: True,
            Role.DSL: False,
            Role.HEAD: True,
            Role.GOVERNOR: False,
            Role.NETWORK: False,
            Role.TRUST_LEAD: False,
        }
        for role, allowed in may.items():
            where = place.trust if role in {Role.NETWORK, Role.TRUST_LEAD} else place
            assert bool(rules.reports_as(make.standing(make.member(where, role)), condition, place)) == allowed, role

    @pytest.mark.parametrize("role", [r for r in Role if r != Role.NETWORK])
    def test_only_the_team_confirms(self, place, tool, head, network, role):
        condition = approved_on(place, tool, head, set_by(network))
        report(condition, place, head)
        at_place = role in {Role.STAFF, Role.AI_LEAD, Role.DSL, Role.HEAD, Role.GOVERNOR}
        other = make.member(place if at_place else place.trust, role)
        with pytest.raises(Refused, match="Only the Network Team confirms this"):
            act("confirm", condition, place, other)

    def test_staff_cannot_report(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        with pytest.raises(Refused, match=r"Only its owner \(AI lead\), or whoever decides here"):
            report(condition, place, make.member(place, Role.STAFF))

    def test_the_dpo_stands_in_for_an_empty_deputys_post(self, place, tool, head, network):
        dpo = make.member(place.trust, Role.DPO)
        condition = approved_on(place, tool, head, set_by(network, set_by_role=Role.DEPUTY_DPO))
        act("confirm", condition, place, dpo, evidence="Read")
        deputy = make.member(place.trust, Role.DEPUTY_DPO)
        second = Condition.objects.create(
            trust=place.trust,
            clearance=condition.clearance,
            kind="before_use",
            words="Second",
            owner_role="head",
            set_by_role=Role.DEPUTY_DPO,
            set_by=deputy,
            at=make.NOW,
        )
        with pytest.raises(Refused, match="Only the Deputy Data Protection Officer"):
            act("confirm", second, place, dpo, evidence="Read")

    def test_a_rule_of_use_is_never_done_with(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network, kind=ConditionKind.ALWAYS))
        with pytest.raises(Refused, match="rule of use"):
            report(condition, place, head)

    def test_another_school_cannot_report_a_condition_of_this_ones(self, place, tool, head):
        wanted = OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff")
        make.approved(place, tool, by=head, conditions=(wanted,))
        elsewhere = make.place(place.trust)
        with pytest.raises(Refused, match="not one of this tool here"):
            report(Condition.objects.get(), elsewhere, make.member(elsewhere, Role.HEAD))


class TestPerPersonAndPerYear:
    def test_met_when_everybody_has_done_it(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network, is_per_person=True))
        with pytest.raises(Refused, match="how many people"):
            report(condition, place, head)
        with pytest.raises(Refused, match="No more people"):
            report(condition, place, head, done_count=85, of_count=84)
        report(condition, place, head, done_count=71, of_count=84)
        assert not Notice.objects.filter(kind="condition.reported").exists()
        with pytest.raises(Refused, match="71 of 84 people have done it"):
            act("confirm", condition, place, network)
        report(condition, place, head, done_count=84, of_count=84)
        assert Notice.objects.filter(kind="condition.reported", person=network).count() == 1
        act("confirm", condition, place, network)
        assert answer_at(place, tool).of(STAFF).may

    def test_each_september_starts_again(self, place, tool, head, network):
        wanted = set_by(network, resets_each_september=True)
        within = make.clearance(place.trust, tool, conditions=(wanted,), ends_on=date(2029, 1, 1))
        make.approved(place, tool, within=within, by=head, review_on=date(2028, 8, 31))
        condition = Condition.objects.get()
        act("confirm", condition, place, network, evidence="Briefed")
        assert answer_at(place, tool, date(2027, 8, 31)).of(STAFF).may
        assert not answer_at(place, tool, date(2027, 9, 1)).of(STAFF).may
        act("confirm", condition, place, network, evidence="Briefed again", at=NEXT_YEAR, revision=0)
        assert answer_at(place, tool, date(2027, 9, 1)).of(STAFF).may

    def test_by_a_date_it_narrows_the_day_after(self, place, tool, head, network):
        due = date(2026, 12, 12)
        condition = approved_on(place, tool, head, set_by(network, kind=ConditionKind.BY_DATE, due_on=due))
        assert answer_at(place, tool, due).of(STAFF).may
        assert not answer_at(place, tool, date(2026, 12, 13)).of(STAFF).may
        act("confirm", condition, place, network, evidence="Late, but done")
        assert answer_at(place, tool, date(2026, 12, 13)).of(STAFF).may


class TestOwnConditions:
    def test_one_that_stays_keeps_its_progress_and_one_that_goes_is_kept_as_history(self, place, tool, head):
        brief = OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff")
        logs = OwnCondition(ConditionKind.ALWAYS, "Keep the logs")
        entry = make.approved(place, tool, by=head, conditions=(brief, logs))
        first = Condition.objects.get(words="Brief the staff")
        act("confirm", first, place, head, evidence="Staff meeting")

        entries.approve(
            place_id=place.pk,
            tool_id=tool.pk,
            decision=make.decision(entry.clearance, conditions=(brief,), revision=1),
            by=head,
            standing=make.standing(head),
            at=make.NOW,
        )

        assert set(conditions.own(entry)) == {brief}
        assert Condition.objects.get(words="Keep the logs").withdrawn_at == make.NOW
        assert answer_at(place, tool).of(STAFF).may

    def test_the_role_that_decided_confirms(self, place, tool, head):
        make.approved(place, tool, by=head, conditions=(OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff"),))
        condition = Condition.objects.get()
        assert (condition.set_by_role, condition.set_by) == (Role.HEAD, head)


class TestWhatWasRead:
    """Confirming, refusing and changing are bound to the report that was read."""

    @pytest.mark.parametrize("name", ["confirm", "refuse"])
    def test_evidence_changed_meanwhile_is_not_confirmed_or_refused_unread(self, place, tool, head, network, name):
        condition = approved_on(place, tool, head, set_by(network))
        read = report(condition, place, head).revision
        report(condition, place, head, "Only half of it, on Tuesday")
        more = {"reason": "Not all of it"} if name == "refuse" else {}
        with pytest.raises(Conflict, match="What is reported here changed while you were reading it"):
            act(name, condition, place, network, revision=read, **more)
        progress = ConditionProgress.objects.get()
        assert (progress.confirmed_at, progress.refused_at) == (None, None)
        assert not answer_at(place, tool).of(STAFF).may

    def test_a_new_report_after_a_refusal_is_another_one(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        read = report(condition, place, head).revision
        act("refuse", condition, place, network, reason="The old account still works")
        report(condition, place, head, "Closed the old account")
        with pytest.raises(Conflict):
            act("confirm", condition, place, network, revision=read)

    def test_the_teams_own_evidence_does_not_cover_a_report_it_has_not_read(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        report(condition, place, head)
        with pytest.raises(Conflict):
            act("confirm", condition, place, network, revision=0, evidence="Seen in the tenant")

    def test_a_report_does_not_write_over_one_that_was_not_read(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        report(condition, place, make.member(place, Role.AI_LEAD))
        with pytest.raises(Conflict):
            report(condition, place, head, "Something else", revision=0)
        assert ConditionProgress.objects.get().evidence == "Done on Monday"


class TestTheSchoolsSafeguardingLead:
    """Under a clearance for more than one place the DSL is asked before their own school's entry opens to pupils."""

    @pytest.fixture
    def wide(self, place, tool):
        return make.clearance(place.trust, tool, make.allowance(), make.allowance(PUPILS))

    def decide(self, place, tool, head, within, *allowed, revision=0):
        return entries.approve(
            place_id=place.pk,
            tool_id=tool.pk,
            decision=make.decision(within, *allowed, revision=revision),
            by=head,
            standing=make.standing(head),
            at=make.NOW,
        )

    def asked(self):
        return Condition.objects.filter(withdrawn_at=None, words=DSL_AGREES)

    def test_pupils_wait_for_the_dsl_and_staff_do_not(self, place, tool, head, wide):
        dsl = make.member(place, Role.DSL)
        self.decide(place, tool, head, wide, make.allowance(), make.allowance(PUPILS))
        assert answer_at(place, tool).of(STAFF).may
        assert not answer_at(place, tool).of(PUPILS).may
        assert Notice.objects.filter(kind="condition.asked", person=dsl).count() == 1

        act("confirm", self.asked().get(), place, dsl, evidence="Filtering looked at")
        assert answer_at(place, tool).of(PUPILS).may

    def test_the_head_cannot_agree_for_the_dsl(self, place, tool, head, wide):
        make.member(place, Role.DSL)
        self.decide(place, tool, head, wide, make.allowance(PUPILS))
        with pytest.raises(Refused, match=f"Only the {Role.DSL.label} confirms this"):
            act("confirm", self.asked().get(), place, head, evidence="Fine")

    def test_without_a_dsl_the_trusts_safeguarding_lead_agrees(self, place, tool, head, wide):
        lead = make.member(place.trust, Role.SAFEGUARDING)
        self.decide(place, tool, head, wide, make.allowance(PUPILS))
        assert Notice.objects.filter(kind="condition.asked", person=lead).count() == 1
        act("confirm", self.asked().get(), place, lead, evidence="Looked at it")
        assert answer_at(place, tool).of(PUPILS).may

    def test_not_asked_for_one_school_or_for_staff_alone(self, place, tool, head, wide):
        self.decide(place, tool, head, wide, make.allowance())
        assert not self.asked().exists()
        other = make.shared_tool("other")
        own = make.clearance(place.trust, other, make.allowance(PUPILS), places=[place])
        self.decide(place, other, head, own, make.allowance(PUPILS))
        assert not self.asked().exists()

    def test_asked_again_when_more_is_opened_and_not_when_less(self, place, tool, head, wide):
        dsl = make.member(place, Role.DSL)
        some = make.allowance(PUPILS, DataClass.NONE, year_groups={10, 11})
        self.decide(place, tool, head, wide, some)
        act("confirm", self.asked().get(), place, dsl, evidence="Fine for KS4")

        self.decide(place, tool, head, wide, replace(some, year_groups=frozenset({11})), revision=1)
        assert answer_at(place, tool).of(PUPILS).may

        self.decide(place, tool, head, wide, make.allowance(PUPILS), revision=2)
        assert not answer_at(place, tool).of(PUPILS).may
        assert self.asked().count() == 1

    def test_taken_off_when_pupils_are(self, place, tool, head, wide):
        self.decide(place, tool, head, wide, make.allowance(PUPILS))
        self.decide(place, tool, head, wide, make.allowance(), revision=1)
        assert not self.asked().exists()


class TestRepeatedAndKept:
    def test_the_same_report_twice_is_one(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        report(condition, place, head)
        with pytest.raises(AlreadyDone):
            report(condition, place, head)
        act("confirm", condition, place, network)
        with pytest.raises(AlreadyDone):
            act("confirm", condition, place, network)
        with pytest.raises(AlreadyDone):
            report(condition, place, head, "Once more")
        with pytest.raises(Conflict, match="It was confirmed while you were reading"):
            act("refuse", condition, place, network, reason="No")

    def test_one_progress_a_year(self, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        progress = report(condition, place, head)
        progress.pk, progress.public_id = None, head.public_id
        progress._state.adding = True
        with pytest.raises(IntegrityError, match="tools_registry_conditionprogress_once_a_year"):
            progress.save()

    def test_by_a_date_needs_its_date(self, place, tool, head):
        with pytest.raises(IntegrityError, match="tools_registry_condition_has_date"):
            make.approved(place, tool, by=head, conditions=(OwnCondition(ConditionKind.BY_DATE, "Brief the staff"),))


class TestThePage:
    @pytest.fixture(autouse=True)
    def today(self, time_machine):
        time_machine.move_to(make.NOW)

    def address(self, place, condition, act=""):
        tool = (condition.clearance or condition.entry).tool
        return f"/schools/{place.urn}/tools/{tool.public_id}/conditions/{condition.public_id}/{act}"

    def test_the_head_reports_and_the_team_confirms(self, client, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        client.force_login(head)
        page = client.get(self.address(place, condition)).text
        assert "Report it as done" in page
        assert "Is it met?" not in page
        client.post(self.address(place, condition, "report/"), {"evidence": "Done on Monday", "revision": 0})
        client.force_login(network)
        page = client.get(self.address(place, condition)).text
        assert "Done on Monday" in page
        assert "Is it met?" in page
        client.post(self.address(place, condition, "confirm/"), {"revision": revision_of(condition)})
        assert answer_at(place, tool).of(STAFF).may
        assert "Is it met?" not in client.get(self.address(place, condition)).text

    def test_a_report_changed_meanwhile_is_shown_before_it_is_confirmed(self, client, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        read = report(condition, place, head).revision
        report(condition, place, head, "Only half of it, on Tuesday")
        client.force_login(network)
        page = client.post(self.address(place, condition, "confirm/"), {"revision": read})
        assert page.status_code == 409
        assert "What is reported here changed while you were reading it" in page.text
        assert "Only half of it, on Tuesday" in page.text
        page = client.post(self.address(place, condition, "refuse/"), {"revision": read, "reason": "Half is missing"})
        assert page.status_code == 409
        assert "Half is missing" in page.text

    def test_a_mistake_keeps_what_was_typed(self, client, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network, is_per_person=True))
        client.force_login(head)
        page = client.post(self.address(place, condition, "report/"), {"evidence": "Monday", "done_count": "many"})
        assert "Monday" in page.text
        assert "Type a number for" in page.text
        page = client.post(
            self.address(place, condition, "report/"), {"evidence": "Monday", "done_count": "9", "of_count": "8"}
        )
        assert "No more people can have done it than are to do it." in page.text

    def test_more_people_than_there_are_is_marked_at_the_field(self, client, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network, is_per_person=True))
        client.force_login(head)
        typed = {"evidence": "Monday", "done_count": "99", "of_count": "84", "revision": 0}
        page = client.post(self.address(place, condition, "report/"), typed).text
        assert page.count("No more people can have done it than are to do it.") == 2
        assert 'href="#id_done_count"' in page
        assert not ConditionProgress.objects.exists()

    def test_a_part_of_the_people_is_so_far_and_waits_for_nobody(self, client, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network, is_per_person=True))
        client.force_login(head)
        typed = {"evidence": "Two sessions", "done_count": "71", "of_count": "84", "revision": 0}
        done = client.post(self.address(place, condition, "report/"), typed, follow=True).text
        assert "Recorded: 71 of 84 so far." in done
        assert f"71 of 84 so far, says {head.name} on 24 November 2026." in done
        assert "said that 71 of 84 have done this so far" in done
        assert "reported this as done" not in done
        assert "Reported as done" not in client.get(self.address(place, condition)).text
        titles = [wait.title for wait in waiting.waiting(make.standing(network))]
        assert not any(title.startswith("Confirm a condition") for title in titles)
        client.force_login(network)
        page = client.get(self.address(place, condition)).text
        assert "<b>71 of 84 so far.</b>" in page
        assert "No, something is missing" not in page
        short = {"evidence": "Counted", "done_count": "80", "of_count": "84", "revision": 1}
        assert "80 of 84 so far: it is met when everybody has done it" in (
            client.post(self.address(place, condition, "confirm/"), short).text
        )
        client.post(self.address(place, condition, "confirm/"), {**short, "done_count": "84"})
        progress = condition.progress.get()
        assert (progress.confirmed_by, progress.done_count, progress.reported_by) == (network, 84, network)

    def test_who_reports_and_confirms_has_one_form(self, client, place, tool, head):
        own = OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff")
        make.approved(place, tool, by=head, conditions=(own,))
        condition = Condition.objects.get()
        client.force_login(head)
        page = client.get(self.address(place, condition)).text
        assert page.count("Confirm that it is met") == 1
        assert "Report it" not in page
        assert page.count("<textarea") == 1
        client.post(self.address(place, condition, "confirm/"), {"evidence": "All were there", "revision": 0})
        assert answer_at(place, tool).of(STAFF).may

    def test_who_keeps_count_and_confirms_does_both_in_one_form(self, client, place, tool, head):
        own = OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff", is_per_person=True)
        make.approved(place, tool, by=head, conditions=(own,))
        condition = Condition.objects.get()
        client.force_login(head)
        page = client.get(self.address(place, condition)).text
        assert (page.count("Record how many have done it"), page.count("<textarea")) == (1, 1)
        typed = {"evidence": "Two sessions", "done_count": "71", "of_count": "84", "revision": 0}
        client.post(self.address(place, condition, "confirm/"), typed)
        assert not answer_at(place, tool).of(STAFF).may
        page = client.get(self.address(place, condition)).text
        assert 'value="71"' in page
        client.post(self.address(place, condition, "confirm/"), {**typed, "done_count": "84", "revision": 1})
        assert answer_at(place, tool).of(STAFF).may

    def test_staff_read_it_and_report_nothing(self, client, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        client.force_login(make.member(place, Role.STAFF))
        page = client.get(self.address(place, condition))
        assert page.status_code == 200
        assert "or whoever decides here, reports that this is done" in page.text
        refused = client.post(self.address(place, condition, "report/"), {"evidence": "x"})
        assert "or whoever decides here" in refused.text
        assert not ConditionProgress.objects.exists()

    def test_not_of_this_tool_or_not_in_sight_is_a_404(self, client, place, tool, head, network):
        condition = approved_on(place, tool, head, set_by(network))
        other = make.shared_tool("other")
        client.force_login(head)
        wrong = f"/schools/{place.urn}/tools/{other.public_id}/conditions/{condition.public_id}/"
        assert client.get(wrong).status_code == 404
        client.force_login(make.member(make.place(), Role.HEAD))
        assert client.get(self.address(place, condition)).status_code == 404
        assert client.post(self.address(place, condition, "confirm/")).status_code == 404

    def test_one_of_a_clearance_for_another_school_is_a_404(self, client, place, tool, head, network):
        other = make.place(place.trust)
        make.clearance(place.trust, tool, places=[other], conditions=(set_by(network),))
        client.force_login(head)
        assert client.get(self.address(place, Condition.objects.get())).status_code == 404
