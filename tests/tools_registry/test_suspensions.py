"""Stopping a tool at once, and the two words it takes to lift that."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from schools.models import EntryDecider, Role
from tests import make
from tools_registry.actions import entries, suspensions
from tools_registry.answer import answer
from tools_registry.models import ListEdition, Suspension, Tool
from tools_registry.queries import people
from tools_registry.queries.situations import situation_of, with_situation
from tools_registry.rules import suspensions as rules
from tools_registry.words import Audience
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
AT_PLACE = {Role.STAFF, Role.AI_LEAD, Role.DSL, Role.HEAD, Role.GOVERNOR}


@pytest.fixture
def place():
    return make.place(published=True)


@pytest.fixture
def head(place):
    return make.member(place, Role.HEAD)


@pytest.fixture
def tool(place, head):
    tool = make.shared_tool()
    make.approved(place, tool, by=head)
    return tool


def suspend(tool, place, by, *, everywhere=False, reason="A breach at the supplier"):
    return suspensions.suspend(
        tool_id=tool.pk,
        trust_id=place.trust_id,
        place_id=None if everywhere else place.pk,
        reason=reason,
        by=by,
        standing=make.standing(by),
        at=make.NOW,
    )


def say(act, suspension, by):
    return act(suspension_id=suspension.pk, by=by, standing=make.standing(by), at=make.NOW)


def answer_at(place, tool):
    annotated = with_situation(Tool.objects.filter(pk=tool.pk), place, make.TODAY).get()
    return answer(situation_of(annotated, place, make.TODAY), make.TODAY)


# Who suspends, here and everywhere ------------------------------------------------------------------------------------

WHO = {
    Role.STAFF: (False, False),
    Role.AI_LEAD: (False, False),
    Role.DSL: (True, False),
    Role.HEAD: (True, False),
    Role.GOVERNOR: (False, False),
    Role.NETWORK: (True, True),
    Role.DEPUTY_DPO: (True, True),
    Role.DPO: (True, True),
    Role.SAFEGUARDING: (True, True),
    Role.TRUST_LEAD: (True, True),
    Role.TRUSTEE: (False, False),
    Role.ADMIN: (False, False),
}


@pytest.mark.parametrize("role", list(Role))
def test_who_suspends_and_how_far(place, tool, role):
    who = make.member(place if role in AT_PLACE else place.trust, role)
    for everywhere, may in zip((False, True), WHO[role], strict=True):
        if may:
            assert suspend(tool, place, who, everywhere=everywhere).role == role
        else:
            with pytest.raises(Refused):
                suspend(tool, place, who, everywhere=everywhere)


def test_the_head_and_the_dsl_of_another_school_do_not(place, tool):
    other = make.place(place.trust)
    for role in (Role.HEAD, Role.DSL):
        with pytest.raises(Refused, match="Tell one of them"):
            suspend(tool, place, make.member(other, role))


class TestSuspend:
    def test_stops_it_at_once_publishes_and_tells_everybody_who_uses_it(self, place, tool, head):
        dsl, teacher = make.member(place, Role.DSL), make.member(place, Role.STAFF)
        lead = make.member(place, Role.AI_LEAD)
        editions = ListEdition.objects.filter(place=place).count()

        suspension = suspend(tool, place, dsl)

        assert answer_at(place, tool).status == "suspended"
        assert ListEdition.objects.filter(place=place).count() == editions + 1
        told = set(Notice.objects.filter(kind="entry.suspended").values_list("person", flat=True))
        assert told == {head.pk, teacher.pk, lead.pk}
        event = Event.objects.get(kind="entry.suspended")
        assert (event.subject_id, event.role, event.urn) == (suspension.public_id, "dsl", place.urn)
        assert "breach" not in str(event.detail)

    def test_everywhere_stops_it_at_every_school_and_tells_each_person_once(self, place, tool):
        other = make.place(place.trust, published=True)
        make.approved(other, tool)
        elsewhere = make.place(make.trust(), published=True)
        make.approved(elsewhere, tool)
        teacher = make.member(place, Role.STAFF)
        make.member(other, Role.STAFF, who=teacher)
        network = make.member(place.trust, Role.NETWORK)

        suspend(tool, place, network, everywhere=True)

        assert [answer_at(each, tool).status for each in (place, other)] == ["suspended", "suspended"]
        assert answer_at(elsewhere, tool).of(Audience.STAFF).may
        assert Notice.objects.filter(kind="entry.suspended", person=teacher).count() == 1

    def test_a_reason_is_wanted(self, place, tool, head):
        with pytest.raises(Refused, match="Say why"):
            suspend(tool, place, head, reason=" ")

    def test_what_is_not_approved_is_not_suspended(self, place, head):
        with pytest.raises(Refused, match="nothing to suspend"):
            suspend(make.shared_tool("other"), place, head)

    def test_twice_is_once_but_another_team_may_suspend_it_too(self, place, tool, head):
        suspend(tool, place, head)
        with pytest.raises(AlreadyDone):
            suspend(tool, place, head)
        with pytest.raises(Conflict, match="It is suspended already, since 24 November 2026, for another reason"):
            suspend(tool, place, make.member(place, Role.HEAD), reason="Another reason")
        suspend(tool, place, make.member(place, Role.DSL))
        assert Suspension.objects.filter(lifted_at=None).count() == 2


# Lifting --------------------------------------------------------------------------------------------------------------


class TestLift:
    @pytest.fixture
    def dsl(self, place):
        return make.member(place, Role.DSL)

    def test_the_head_asks_then_the_team_agrees(self, place, tool, head, dsl):
        suspension = suspend(tool, place, dsl)
        say(entries.ask_to_lift, suspension, head)
        assert answer_at(place, tool).status == "suspended"
        assert Notice.objects.filter(kind="entry.lift_asked", person=dsl).count() == 1

        lifted = say(entries.agree_to_lift, suspension, dsl)

        assert (lifted.lifted_by, lifted.lift_asked_by, lifted.team_agreed_by) == (dsl, head, dsl)
        assert answer_at(place, tool).of(Audience.STAFF).may
        assert Notice.objects.filter(kind="entry.lifted", person=head).count() == 1

    def test_the_team_agrees_then_the_head_asks(self, place, tool, head, dsl):
        suspension = suspend(tool, place, dsl)
        say(entries.agree_to_lift, suspension, dsl)
        assert answer_at(place, tool).status == "suspended"
        assert Notice.objects.filter(kind="entry.lift_asked", person=head).count() == 1
        say(entries.ask_to_lift, suspension, head)
        assert answer_at(place, tool).of(Audience.STAFF).may

    def test_a_head_who_suspended_lifts_alone(self, place, tool, head):
        say(entries.lift, suspend(tool, place, head), head)
        assert answer_at(place, tool).of(Audience.STAFF).may

    def test_neither_side_speaks_for_the_other(self, place, tool, head, dsl):
        suspension = suspend(tool, place, dsl)
        with pytest.raises(Refused, match=f"Only the {Role.DSL.label} agrees"):
            say(entries.agree_to_lift, suspension, head)
        with pytest.raises(Refused, match=f"Only the headteacher of {place.name} lifts it"):
            say(entries.ask_to_lift, suspension, dsl)
        with pytest.raises(Refused, match=f"Only the {Role.DSL.label}"):
            say(entries.lift, suspension, head)

    def test_any_member_of_the_team_agrees(self, place, tool, head):
        suspension = suspend(tool, place, make.member(place.trust, Role.NETWORK))
        say(entries.ask_to_lift, suspension, head)
        say(entries.agree_to_lift, suspension, make.member(place.trust, Role.NETWORK))
        assert answer_at(place, tool).of(Audience.STAFF).may

    def test_everywhere_the_trust_lead_decides(self, place, tool, head):
        network, lead = make.member(place.trust, Role.NETWORK), make.member(place.trust, Role.TRUST_LEAD)
        suspension = suspend(tool, place, network, everywhere=True)
        with pytest.raises(Refused, match="Only the trust lead lifts it"):
            say(entries.ask_to_lift, suspension, head)
        say(entries.agree_to_lift, suspension, network)
        say(entries.ask_to_lift, suspension, lead)
        assert answer_at(place, tool).of(Audience.STAFF).may

    def test_where_the_trust_decides_the_trust_lead_asks(self, dsl, place, tool, head):
        place.trust.entry_decider = EntryDecider.TRUST
        place.trust.save()
        suspension = suspend(tool, place, dsl)
        with pytest.raises(Refused, match="Only the trust lead lifts it"):
            say(entries.ask_to_lift, suspension, head)
        say(entries.ask_to_lift, suspension, make.member(place.trust, Role.TRUST_LEAD))
        say(entries.agree_to_lift, suspension, dsl)

    def test_the_stand_in_agrees_while_the_post_is_empty(self, place, tool, head):
        gone = make.membership(place, Role.DSL)
        suspension = suspend(tool, place, gone.person)
        gone.withdrawn_at = make.NOW
        gone.save()
        say(entries.ask_to_lift, suspension, head)
        say(entries.agree_to_lift, suspension, make.member(place.trust, Role.SAFEGUARDING))
        assert answer_at(place, tool).of(Audience.STAFF).may

    def test_lifting_one_of_two_leaves_the_other(self, place, tool, head, dsl):
        suspend(tool, place, dsl)
        say(entries.lift, suspend(tool, place, head), head)
        assert answer_at(place, tool).status == "suspended"

    def test_said_twice_is_once(self, place, tool, head, dsl):
        suspension = suspend(tool, place, dsl)
        say(entries.ask_to_lift, suspension, head)
        with pytest.raises(AlreadyDone, match="The other side still has to agree"):
            say(entries.ask_to_lift, suspension, head)
        say(entries.agree_to_lift, suspension, dsl)
        with pytest.raises(AlreadyDone, match="lifted already"):
            say(entries.ask_to_lift, suspension, head)


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_the_same_moment_lift_it_once(monkeypatch):
    place, tool = make.place(), make.shared_tool()
    head, dsl = make.member(place, Role.HEAD), make.member(place, Role.DSL)
    make.approved(place, tool, by=head)
    suspension = suspend(tool, place, dsl)
    together = Barrier(2, timeout=0.5)
    stand_in = people.standing_in_for

    def look_together(*args, **kwargs):
        """Hold each inside the transaction until both are in it. The lock makes that impossible."""
        with suppress(BrokenBarrierError):
            together.wait()
        return stand_in(*args, **kwargs)

    def answer_now(side):
        act, who = side
        try:
            say(act, suspension, who)
        finally:
            connection.close()

    monkeypatch.setattr(people, "standing_in_for", look_together)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(answer_now, [(entries.ask_to_lift, head), (entries.agree_to_lift, dsl)]))

    suspension.refresh_from_db()
    assert suspension.lifted_at == make.NOW
    assert Event.objects.filter(kind="entry.lifted").count() == 1


def test_the_database_keeps_one_open_suspension_for_a_role(place, tool, head):
    suspension = suspend(tool, place, make.member(place.trust, Role.NETWORK), everywhere=True)
    suspension.pk, suspension.public_id = None, head.public_id
    suspension._state.adding = True
    with pytest.raises(IntegrityError, match="tools_registry_suspension_one_open_per_role"):
        suspension.save()


def test_the_role_held_at_the_place_comes_first(place, tool):
    both = make.member(place, Role.DSL)
    make.member(place.trust, Role.TRUST_LEAD, who=both)
    assert rules.suspends_as(make.standing(both), place) == Role.DSL
    assert rules.suspends_everywhere_as(make.standing(both), place.trust_id) == Role.TRUST_LEAD


class TestThePage:
    @pytest.fixture(autouse=True)
    def today(self, time_machine):
        time_machine.move_to(make.NOW)

    def address(self, place, tool, act="suspend/"):
        return f"/schools/{place.urn}/tools/{tool.public_id}/{act}"

    def test_at_a_school_there_is_nothing_to_choose_but_the_reason(self, client, place, tool):
        client.force_login(make.member(place, Role.DSL))
        assert 'name="reach"' not in client.get(self.address(place, tool)).text
        done = client.post(self.address(place, tool), {"reason": "A breach", "reach": "everywhere"})
        assert done.status_code == 302
        assert Suspension.objects.get().place == place

    def test_the_trust_chooses_here_or_everywhere(self, client, place, tool):
        client.force_login(make.member(place.trust, Role.NETWORK))
        assert "At every place of the trust" in client.get(self.address(place, tool)).text
        client.post(self.address(place, tool), {"reason": "A breach", "reach": "everywhere"})
        assert Suspension.objects.get().place is None

    def test_without_a_reason_it_asks_for_one(self, client, place, tool, head):
        client.force_login(head)
        assert "Say why, in a sentence" in client.post(self.address(place, tool), {"reason": ""}).text
        assert not Suspension.objects.exists()

    @pytest.mark.parametrize("role", [Role.STAFF, Role.AI_LEAD, Role.GOVERNOR])
    def test_others_read_whom_to_tell(self, client, place, tool, role):
        client.force_login(make.member(place, role))
        for said in (client.get(self.address(place, tool)), client.post(self.address(place, tool), {"reason": "x"})):
            assert said.status_code == 403
            assert "Tell one of them" in said.text

    def test_a_second_tab_is_told_and_keeps_what_was_typed(self, client, place, tool, head):
        client.force_login(head)
        client.post(self.address(place, tool), {"reason": "A breach"})
        page = client.post(self.address(place, tool), {"reason": "Another breach, on the board in 7B"})
        assert page.status_code == 409
        assert "It is suspended already" in page.text
        assert "Another breach, on the board in 7B" in page.text
        same = client.post(self.address(place, tool), {"reason": "A breach"})
        assert same.status_code == 302
        assert Suspension.objects.count() == 1

    def test_a_head_who_decides_and_suspended_confirms_once_and_reads_plain_words(self, client, place, tool, head):
        suspension = suspend(tool, place, head)
        address = self.address(place, tool, f"lift/{suspension.public_id}/")
        client.force_login(head)
        page = client.get(self.address(place, tool, "")).text
        assert "You can lift it when it is safe to use again." in page
        assert f'<a class="btn" href="{address}">Lift the suspension</a>' in page
        assert 'name="lift"' not in page
        asked = client.get(address).text
        assert "A breach at the supplier" in asked
        assert "nobody else has to agree" in asked
        assert 'name="lift" value="1"' in asked
        suspension.refresh_from_db()
        assert suspension.lifted_at is None
        client.post(address, {"lift": "1"})
        suspension.refresh_from_db()
        assert suspension.lifted_by == head
        again = client.get(address, follow=True)
        assert "It has been lifted already." in again.text

    def test_others_read_who_decides_without_two_names_for_one_person(self, client, place, tool, head):
        suspend(tool, place, head)
        client.force_login(make.member(place, Role.STAFF))
        page = client.get(self.address(place, tool, "")).text
        assert "The Headteacher decides when it is safe to use again." in page
        assert "both say so" not in page

    def test_each_side_finds_its_own_button(self, client, place, tool, head):
        dsl = make.member(place, Role.DSL)
        suspension = suspend(tool, place, dsl)
        client.force_login(head)
        assert "Ask to lift it" in client.get(self.address(place, tool, "")).text
        client.post(self.address(place, tool, f"lift/{suspension.public_id}/"), {"ask": "1"})
        client.force_login(dsl)
        page = client.get(self.address(place, tool, "")).text
        assert "Agree, and lift it" in page
        assert f"{head.name} has asked to lift it." in page
        client.post(self.address(place, tool, f"lift/{suspension.public_id}/"), {"agree": "1"})
        suspension.refresh_from_db()
        assert suspension.lifted_at is not None

    def test_lifting_is_refused_to_others_and_to_an_empty_post(self, client, place, tool, head):
        suspension = suspend(tool, place, make.member(place, Role.DSL))
        address = self.address(place, tool, f"lift/{suspension.public_id}/")
        client.force_login(make.member(place, Role.STAFF))
        assert client.post(address, {"ask": "1"}).status_code == 403
        client.force_login(head)
        assert client.post(address, {}).status_code == 403
        refused = client.get(address)
        assert (refused.status_code, "that team suspended it" in refused.text) == (403, True)
        elsewhere = make.place()
        client.force_login(make.member(elsewhere, Role.HEAD))
        assert client.post(address, {"ask": "1"}).status_code == 404


class TestWhoReadsTheReason:
    """Whoever works there and is signed in; nobody else, and no e-mail."""

    REASON = "A name came up on the board in 7B"

    @pytest.fixture(autouse=True)
    def today(self, time_machine):
        time_machine.move_to(make.NOW)

    @pytest.fixture(autouse=True)
    def suspended(self, place, tool, head, today):
        make.member(place, Role.STAFF)
        return suspend(tool, place, head, reason=self.REASON)

    def test_the_form_says_so(self, client, place, head):
        other = make.shared_tool("other")
        make.approved(place, other, by=head)
        client.force_login(head)
        page = client.get(f"/schools/{place.urn}/tools/{other.public_id}/suspend/").text
        assert "It is not published and not e-mailed." in page

    @pytest.mark.parametrize("role", [Role.STAFF, Role.GOVERNOR, Role.HEAD])
    def test_people_of_the_place_on_the_card_and_the_page(self, client, place, tool, role):
        client.force_login(make.member(place, role))
        card = client.get("/look-up/", {"q": "chat"}).text
        assert self.REASON in card
        assert "The headteacher, 24 November 2026." in card
        assert self.REASON in client.get(f"/schools/{place.urn}/tools/{tool.public_id}/").text

    def test_nobody_at_another_school_of_the_trust(self, client, place):
        client.force_login(make.member(make.place(place.trust), Role.STAFF))
        assert self.REASON not in client.get("/look-up/", {"q": "chat"}).text

    @pytest.mark.parametrize("address", ["", "approved-ai-tools.json", "approved-ai-tools.csv"])
    def test_not_the_public(self, client, place, address):
        answer = client.get(f"/s/{place.urn}/{address}")
        assert answer.status_code == 200
        assert self.REASON not in answer.text

    def test_not_the_list_its_paper_is_made_of_and_no_e_mail(self, place, tool):
        assert all(self.REASON not in edition.document for edition in ListEdition.objects.all())
        told = Notice.objects.filter(kind="entry.suspended")
        assert told.exists()
        assert not any(self.REASON in f"{notice.about} {notice.path}" for notice in told)
        assert not any(self.REASON in reason.text for reason in answer_at(place, tool).all_reasons)

    def test_what_to_use_instead_is_offered_as_at_other_noes(self, client, place, head):
        paused, open_ = (make.shared_tool(code, category="Slides") for code in ("paused", "openone"))
        for each in (paused, open_):
            make.approved(place, each, by=head)
        suspend(paused, place, head)
        client.force_login(make.member(place, Role.STAFF))
        page = client.get("/look-up/", {"q": "paused"}).text
        assert "Use instead" in page
        assert "Openone" in page

    def test_it_costs_the_look_up_nothing(self, client, place, django_assert_max_num_queries):
        client.force_login(make.member(place, Role.STAFF))
        with django_assert_max_num_queries(6):
            assert self.REASON in client.get("/look-up/", {"q": "chat"}).text
