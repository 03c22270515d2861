"""Changes in tools: recorded with who and when, narrowing answers, telling the people concerned once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from schools.models import Role
from tests import make
from tools_registry import tasks
from tools_registry.actions import catalogue, changes, facts
from tools_registry.models import Clearance, RegisterEntry, ToolChange, ToolChangeAnswer
from tools_registry.words import ChangeKind, EntryStatus
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(make.NOW):
        yield


def approved(tool, place, status=EntryStatus.APPROVED):
    """An entry as a head leaves it; how it comes about is tested with the entries."""
    by = make.person()
    clearance = Clearance.objects.create(
        trust=place.trust,
        tool=tool,
        reference=f"REF-{Clearance.objects.count() + 1}",
        is_trust_wide=True,
        starts_on=make.LONG_AGO,
        signed_by=by,
        signed_role=Role.TRUST_LEAD,
        signed_at=make.NOW - timedelta(days=30),
    )
    return RegisterEntry.objects.create(
        trust=place.trust,
        place=place,
        tool=tool,
        status=status,
        clearance=clearance,
        review_on=make.TODAY + timedelta(days=200),
        decided_by=by,
        decided_role=Role.HEAD,
        decided_at=make.NOW,
    )


def record(tool, trust, by, kind=ChangeKind.TERMS, **more):
    new = changes.NewChange(
        trust.pk, tool.pk, kind, more.pop("summary", "It may share data."), more.pop("on", make.TODAY), **more
    )
    return changes.record(new=new, by=by, standing=make.standing(by), at=make.NOW)


@pytest.fixture
def trust():
    return make.trust()


@pytest.fixture
def deputy(trust):
    return make.member(trust, Role.DEPUTY_DPO)


@pytest.fixture
def network(trust):
    return make.member(trust, Role.NETWORK)


class TestRecording:
    @pytest.mark.parametrize("role", [Role.NETWORK, Role.DEPUTY_DPO])
    def test_the_network_team_and_the_deputy_record_it(self, trust, role):
        by = make.member(trust, role)
        change = record(make.shared_tool("chat"), trust, by)
        assert (change.trust, change.by, change.at, change.effective_on) == (trust, by, make.NOW, make.TODAY)
        assert Event.objects.get(kind="tool.changed").role == role

    @pytest.mark.parametrize("role", [Role.DPO, Role.TRUST_LEAD, Role.ADMIN, Role.SAFEGUARDING, Role.TRUSTEE])
    def test_nobody_else_of_the_trust(self, trust, role):
        with pytest.raises(Refused, match="records that a tool has changed"):
            record(make.shared_tool("chat"), trust, make.member(trust, role))

    def test_a_head_does_not(self, trust):
        with pytest.raises(Refused):
            record(make.shared_tool("chat"), trust, make.member(make.place(trust), Role.HEAD))

    def test_a_risen_age_limit_counts_at_once(self, trust, network):
        tool = make.shared_tool("chat")
        record(tool, trust, network, ChangeKind.AGE, new_age=16, on=make.TODAY + timedelta(days=30))
        assert facts.facts_today(tool, trust.pk).minimum_age == 16
        assert ToolChange.objects.count() == 1

    @pytest.mark.parametrize(("now", "new"), [(13, 13), (13, 11), (None, 16), (13, None)])
    def test_an_age_limit_only_rises_here(self, trust, network, now, new):
        with pytest.raises(Refused):
            record(make.shared_tool("chat", minimum_age=now), trust, network, ChangeKind.AGE, new_age=new)

    def test_the_same_form_sent_twice_writes_once(self, trust, network):
        tool = make.shared_tool("chat")
        record(tool, trust, network)
        with pytest.raises(AlreadyDone):
            record(tool, trust, network)
        assert ToolChange.objects.count() == 1

    def test_another_trusts_tool_is_not_in_sight(self, trust, network):
        theirs = make.own_tool(make.trust())
        with pytest.raises(type(theirs).DoesNotExist):
            record(theirs, trust, network)


class TestCarryOn:
    def carry_on(self, change, trust, by, reason="Read it; nothing changes for us."):
        return changes.carry_on(
            change_id=change.pk, trust_id=trust.pk, reason=reason, by=by, standing=make.standing(by), at=make.NOW
        )

    @pytest.mark.parametrize("role", [Role.DEPUTY_DPO, Role.DPO])
    def test_the_deputy_or_the_dpo_says_it_with_a_reason(self, trust, network, role):
        tool, by = make.shared_tool("chat"), make.member(trust, role)
        place = make.place(trust)
        head = make.member(place, Role.HEAD)
        approved(tool, place)
        answer = self.carry_on(record(tool, trust, network), trust, by)
        assert (answer.trust, answer.by, answer.reason) == (trust, by, "Read it; nothing changes for us.")
        assert head.pk in Notice.objects.filter(kind="tool.carry_on").values_list("person_id", flat=True)

    @pytest.mark.parametrize("role", [Role.NETWORK, Role.TRUST_LEAD, Role.ADMIN])
    def test_nobody_else(self, trust, network, role):
        with pytest.raises(Refused, match="carry on"):
            self.carry_on(record(make.shared_tool("chat"), trust, network), trust, make.member(trust, role))

    def test_a_new_feature_has_to_be_assessed(self, trust, network, deputy):
        change = record(make.shared_tool("chat"), trust, network, ChangeKind.FEATURE, feature="Voice")
        with pytest.raises(Refused, match="assessed"):
            self.carry_on(change, trust, deputy)

    def test_it_holds_in_one_trust_only(self, trust, deputy):
        make.shared_tool("chat")
        catalogue.load(rows=[make.tool_row("chat", supplier="Another")], at=make.NOW)
        self.carry_on(ToolChange.objects.get(), trust, deputy)
        assert list(ToolChangeAnswer.objects.values_list("trust_id", flat=True)) == [trust.pk]

    def test_said_twice_it_is_written_once(self, trust, network, deputy):
        change = record(make.shared_tool("chat"), trust, network)
        self.carry_on(change, trust, deputy)
        with pytest.raises(AlreadyDone):
            self.carry_on(change, trust, deputy)

    def test_another_trusts_change_is_not_in_sight(self, trust, deputy):
        other = make.trust()
        change = record(make.shared_tool("chat"), other, make.member(other, Role.NETWORK))
        with pytest.raises(ToolChange.DoesNotExist):
            self.carry_on(change, trust, deputy)


class TestTelling:
    def told(self):
        return {(notice.trust_id, notice.person_id) for notice in Notice.objects.filter(kind="tool.changed")}

    def test_those_where_it_is_approved_the_deputy_and_the_network_team_once(self, trust, network, deputy):
        tool, here, there = make.shared_tool("chat"), make.place(trust), make.place(trust)
        head, lead = make.member(here, Role.HEAD), make.member(here, Role.AI_LEAD)
        make.member(here, Role.STAFF)
        make.member(there, Role.HEAD)
        approved(tool, here)
        approved(tool, there, EntryStatus.WITHDRAWN)
        record(tool, trust, network)

        tasks.tell_changes()
        tasks.tell_changes()

        assert self.told() == {(trust.pk, person.pk) for person in (head, lead, deputy)}
        assert Notice.objects.filter(kind="tool.changed").count() == 3
        assert ToolChange.objects.get().told_at is not None

    def test_a_shared_change_reaches_every_trust_that_approved_it_and_is_on_each_ones_record(self, trust, deputy):
        tool, other = make.shared_tool("chat"), make.trust()
        theirs = make.member(other, Role.NETWORK)
        make.member(make.trust(), Role.NETWORK)
        approved(tool, make.place(trust))
        approved(tool, make.place(other))
        catalogue.load(rows=[make.tool_row("chat", minimum_age=18)], at=make.NOW)
        tasks.tell_changes()
        assert self.told() == {(trust.pk, deputy.pk), (other.pk, theirs.pk)}
        assert set(Event.objects.filter(kind="tool.changed").values_list("trust_id", flat=True)) == {trust.pk, other.pk}

    def test_at_the_office_the_trust_lead_decides_and_is_told(self, trust, network):
        tool, lead = make.shared_tool("chat"), make.member(trust, Role.TRUST_LEAD)
        approved(tool, make.office(trust))
        record(tool, trust, network)
        tasks.tell_changes()
        assert (trust.pk, lead.pk) in self.told()

    def test_it_takes_as_many_queries_for_one_school_as_for_many(self, trust, network, django_assert_num_queries):
        tool = make.shared_tool("chat")
        for _ in range(6):
            place = make.place(trust)
            make.member(place, Role.HEAD)
            approved(tool, place)
        record(tool, trust, network)
        with django_assert_num_queries(6):
            changes.tell_next(at=make.NOW)


class TestThePages:
    def test_recording_by_form(self, trust, network, client):
        tool = make.shared_tool("chat")
        client.force_login(network)
        url = reverse("tools_registry:record_change", args=[tool.public_id])
        page = client.post(url, {"kind": "feature", "summary": "It talks.", "effective_on": "24 11 2026"})
        assert "Say what the feature is called" in page.text
        done = client.post(
            url, {"kind": "feature", "feature": "Voice", "summary": "It talks.", "effective_on": "24 11 2026"}
        )
        assert done.url == tool.get_absolute_url()
        assert "Voice is off until it has been assessed" in client.get(done.url).text

    def test_carrying_on_by_form(self, trust, network, deputy, client):
        tool = make.shared_tool("chat")
        change = record(tool, trust, network)
        client.force_login(deputy)
        url = reverse("tools_registry:carry_on", args=[tool.public_id, change.public_id])
        assert url in client.get(tool.get_absolute_url()).text
        assert "Say why use may carry on" in client.post(url, {"reason": ""}).text
        client.post(url, {"reason": "Nothing changes for us."})
        assert f"{deputy.name} said carry on" in client.get(tool.get_absolute_url()).text

    def test_who_may_not_reads_who_can_and_a_stranger_nothing(self, trust, network, client):
        tool = make.own_tool(trust)
        change = record(tool, trust, network)
        add = reverse("tools_registry:record_change", args=[tool.public_id])
        answer = reverse("tools_registry:carry_on", args=[tool.public_id, change.public_id])
        client.force_login(make.member(make.place(trust), Role.HEAD))
        assert [client.get(url).status_code for url in (add, answer)] == [403, 403]
        client.force_login(make.member(make.trust(), Role.DEPUTY_DPO))
        assert [client.get(url).status_code for url in (add, answer)] == [404, 404]
