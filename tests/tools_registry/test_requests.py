"""What staff ask for: alike requests as one, an answer at every step, one way to the head."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from schools.models import Membership, Role
from tests import make
from tools_registry.actions import clearances, entries, requests
from tools_registry.models import Request
from tools_registry.models.requests import RequestStatus, Stage
from tools_registry.queries.waiting import waiting
from tools_registry.rules import requests as rules
from tools_registry.words import Audience, DataClass, Subject
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
NO = requests.Answer(allowed=False, words="It keeps what is typed.")
YES = requests.Answer(allowed=True)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(make.NOW):
        yield


@pytest.fixture
def place():
    return make.place(make.trust())


@pytest.fixture
def lead(place):
    return make.member(place, Role.AI_LEAD)


@pytest.fixture
def head(place):
    return make.member(place, Role.HEAD)


def answer(asked, by, given=NO, **shown):
    asked = asked if isinstance(asked, list) else [asked]
    return requests.answer_(
        shown={one.public_id: shown.get("revision", one.revision) for one in asked},
        answer=given,
        by=by,
        standing=make.standing(by),
        at=shown.get("at", make.NOW),
    )


def look_again(request, by=None, reason="The paid edition keeps nothing."):
    by = by or request.by
    request.refresh_from_db()
    return requests.look_again(
        request_id=request.pk,
        reason=reason,
        revision=request.revision,
        by=by,
        standing=make.standing(by),
        at=make.NOW + timedelta(hours=1),
    )


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("person_id", flat=True))


class TestAsking:
    @pytest.mark.parametrize("role", [Role.STAFF, Role.AI_LEAD, Role.DSL, Role.HEAD])
    def test_who_works_at_a_school_asks_there(self, place, role):
        made = make.request(place, make.shared_tool("chat"), by=make.member(place, role))
        assert (made.place, made.trust, made.status) == (place, place.trust, RequestStatus.OPEN)
        assert Event.objects.get(kind="request.made").role == role

    def test_the_trusts_people_ask_anywhere_in_it(self, place):
        by = make.member(place.trust, Role.NETWORK)
        assert make.request(make.office(place.trust), by=by).place.is_office

    @pytest.mark.parametrize("role", [Role.TRUSTEE, Role.ADMIN])
    def test_who_only_reads_does_not_ask(self, place, role):
        with pytest.raises(Refused, match="Staff ask"):
            make.request(place, by=make.member(place.trust, role))

    def test_nobody_asks_at_a_place_out_of_sight(self, place):
        with pytest.raises(Request.DoesNotExist):
            make.request(place, by=make.member(make.place(place.trust), Role.STAFF))

    def test_the_ai_lead_and_the_head_are_told_not_the_one_who_asked(self, place, lead, head):
        make.request(place, make.shared_tool("chat"), by=lead)
        assert told("request.received") == {head.pk}

    def test_the_network_team_and_the_deputy_are_told_of_a_tool_in_no_catalogue(self, place, lead):
        deputy = make.member(place.trust, Role.DEPUTY_DPO)
        make.request(place, name="Brightwrite")
        assert told("request.received") == {lead.pk, deputy.pk}

    def test_of_a_link_only_the_site_is_kept(self, place):
        made = make.request(place, name="Brightwrite", link="https://www.bright.example/chat/secret?name=Sam#x")
        row = Request.objects.filter(pk=made.pk).values().get()
        assert row["link_host"] == "bright.example"
        assert not any("secret" in str(value) or "Sam" in str(value) for value in row.values())

    @pytest.mark.parametrize("name", ["https://chatgpt.com/c/secret", "this: https://www.chatgpt.com/c/secret?a=b"])
    def test_a_link_typed_as_the_name_is_kept_as_its_site(self, place, head, name):
        made = make.request(place, name=name)
        assert (made.asked_name, made.link_host) == ("chatgpt.com", "chatgpt.com")
        assert Notice.objects.get(kind="request.received").about == "a tool"

    def test_a_link_without_a_site_is_no_name(self, place):
        with pytest.raises(Refused, match="what it is called"):
            make.request(place, name="https:///secret")

    def test_what_does_not_belong_to_the_answers_is_not_kept(self, place):
        made = make.request(
            place,
            year_groups=(9,),
            subjects=frozenset({Subject.PUPILS}),
            buy_on=make.TODAY,
            in_use_since=make.TODAY,
        )
        assert (made.year_groups, made.subjects, made.buy_on, made.in_use_since) == ([], [], None, None)

    def test_already_in_use_says_since_when(self, place):
        with pytest.raises(Refused, match="since when"):
            make.request(place, stage=Stage.IN_USE)
        made = make.request(place, stage=Stage.IN_USE, in_use_since=make.LONG_AGO, contract_ends_on=make.TODAY)
        assert (made.in_use_since, made.contract_ends_on) == (make.LONG_AGO, make.TODAY)
        with pytest.raises(Refused, match="after today"):
            make.request(place, name="Other", stage=Stage.IN_USE, in_use_since=make.TODAY + timedelta(days=1))

    def test_a_typed_name_that_is_in_the_catalogue_is_that_tool(self, place):
        tool = make.shared_tool("chat", name="Brightwrite")
        assert make.request(place, name="bright WRITE").tool is None
        assert make.request(place, name="BRIGHTWRITE").tool == tool

    def test_a_name_of_two_editions_is_neither(self, place):
        make.shared_tool("a", name="Bright", edition="School account")
        make.shared_tool("b", name="Bright", edition="Personal account")
        assert make.request(place, name="Bright").tool is None

    def test_asked_twice_by_one_person_it_stands_once(self, place):
        tool, by = make.shared_tool("chat"), make.member(place, Role.STAFF)
        make.request(place, tool, by=by)
        with pytest.raises(AlreadyDone):
            make.request(place, tool, by=by)
        assert Request.objects.count() == 1

    @pytest.mark.parametrize(
        ("first", "second", "alike"),
        [
            ({"name": "Bright Write"}, {"name": "brightwrite"}, True),
            (
                {"name": "Bright", "link": "bright.example"},
                {"name": "Brightly", "link": "https://bright.example/x"},
                True,
            ),
            ({"name": "Bright", "link": "bright.example"}, {"name": "Bright"}, True),
            ({"name": "Bright"}, {"name": "Dark"}, False),
        ],
    )
    def test_alike_is_the_same_name_or_the_same_site(self, place, first, second, alike):
        one, two = make.request(place, **first), make.request(place, **second)
        assert (one.alike_key == two.alike_key) is alike


class TestAnswering:
    def test_one_answer_for_those_the_page_showed_and_each_is_told(self, place, head):
        tool = make.shared_tool("chat")
        shown = [make.request(place, tool) for _ in range(3)]
        late = make.request(place, tool)
        answer(shown, head)
        assert told("request.answered") == {one.by_id for one in shown}
        late.refresh_from_db()
        assert late.status == RequestStatus.OPEN

    def test_a_no_needs_its_reason(self, place, head):
        with pytest.raises(Refused, match="Say why not"):
            answer(make.request(place), head, requests.Answer(allowed=False))

    def test_allowed_only_what_is_approved_here(self, place, head):
        tool = make.shared_tool("chat")
        with pytest.raises(Refused, match="not approved here"):
            answer(make.request(place, make.shared_tool("other")), head, YES)
        make.approved(place, tool)
        made = make.request(place, tool, data_class=DataClass.INTERNAL, purposes=frozenset({"planning"}))
        answer(made, head, YES)
        made.refresh_from_db()
        assert (made.status, made.answered_by, made.answered_role) == (RequestStatus.ALLOWED, head, Role.HEAD)

    PUPILS_IN_9_TO_11 = make.allowance(Audience.PUPILS, purposes={"practice"}, year_groups=range(9, 12))

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"audiences": {Audience.GOVERNORS}}, "has not opened it to governors"),
            ({"audiences": {Audience.STAFF, Audience.GOVERNORS}}, "has not opened it to governors"),
            ({"data_class": DataClass.PERSONAL, "subjects": {Subject.STAFF}}, "but not with the data asked for"),
            ({"purposes": {"planning", "coding"}}, "but not for all that was asked for"),
            ({"purposes": {"practice"}}, "not for all that was asked for"),
            ({"audiences": {Audience.PUPILS}, "year_groups": (8, 9)}, "Pupils may use it here, but not in Year 8"),
            ({"audiences": {Audience.PUPILS, Audience.STAFF}, "purposes": {"planning", "practice"}}, None),
            ({"audiences": {Audience.PUPILS}, "year_groups": (9, 11)}, None),
        ],
    )
    def test_allowed_only_as_far_as_it_was_asked_for(self, place, head, asked, sentence):
        tool = make.shared_tool("chat", sign_in="none", minimum_age=13, confidence="confirmed")
        allowed = (make.allowance(), self.PUPILS_IN_9_TO_11)
        make.approved(place, tool, *allowed, within=make.clearance(place.trust, tool, *allowed, places=[place]))
        asked = {name: frozenset(value) if isinstance(value, set) else value for name, value in asked.items()}
        made = make.request(place, tool, **asked)
        if sentence is None:
            assert answer(made, head, YES)
            return
        with pytest.raises(Refused, match=sentence):
            answer(made, head, YES)

    def test_what_is_approved_and_allows_nothing_today_is_not_already_allowed(self, place, head, client):
        tool = make.shared_tool("chat")
        entry = make.approved(place, tool)
        made = make.request(place, tool)
        lead = make.member(place.trust, Role.TRUST_LEAD)
        clearances.withdraw(
            clearance_id=entry.clearance_id,
            reason="The supplier was sold",
            by=lead,
            standing=make.standing(lead),
            at=make.NOW,
            revision=1,
        )
        with pytest.raises(Refused, match="clearance for it has ended"):
            answer(made, head, YES)
        client.force_login(head)
        assert "clearance for it has ended or been withdrawn" in client.get(made.get_absolute_url()).text

    def test_one_answer_is_for_each_of_the_alike(self, place, head):
        tool = make.shared_tool("chat")
        make.approved(place, tool)
        made = [make.request(place, tool), make.request(place, tool, audiences=frozenset({Audience.GOVERNORS}))]
        with pytest.raises(Refused, match="governors"):
            answer(made, head, YES)

    def test_who_has_left_the_trust_is_told_nothing(self, place, head):
        made, other = make.request(place), make.request(place)
        Membership.objects.filter(person=made.by).update(ends_on=make.TODAY)
        answer([made, other], head)
        assert told("request.answered") == {other.by_id}

    @pytest.mark.parametrize("role", [Role.STAFF, Role.DSL, Role.GOVERNOR])
    def test_others_of_the_school_do_not_see_it(self, place, role):
        with pytest.raises(Request.DoesNotExist):
            answer(make.request(place), make.member(place, role))

    @pytest.mark.parametrize("role", [Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD, Role.DPO])
    def test_the_trusts_people_see_a_schools_request_and_do_not_answer_it(self, place, role):
        with pytest.raises(Refused, match="AI lead or the headteacher"):
            answer(make.request(place), make.member(place.trust, role))

    @pytest.mark.parametrize("role", [Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD])
    def test_at_the_office_they_answer(self, place, role):
        office = make.office(place.trust)
        made = make.request(office, by=make.member(office, Role.STAFF))
        answer(made, make.member(place.trust, role))
        made.refresh_from_db()
        assert made.answered_role == role

    def test_a_head_of_another_school_does_not_see_it(self, place):
        with pytest.raises(Request.DoesNotExist):
            answer(make.request(place), make.member(make.place(place.trust), Role.HEAD))

    def test_a_page_that_showed_another_state_is_stale(self, place, head, lead):
        made = make.request(place)
        answer(made, lead)
        with pytest.raises(Conflict):
            answer(made, head, revision=1)

    def test_an_answered_request_is_answered(self, place, head, lead):
        made = make.request(place)
        answer(made, head)
        made.refresh_from_db()
        for person in (head, lead):
            with pytest.raises(Refused, match="final"):
                answer(made, person)


class TestTheWayToTheHead:
    def refused_by(self, lead, place):
        made = make.request(place)
        answer(made, lead)
        made.refresh_from_db()
        return made

    def test_an_ai_leads_no_is_a_recommendation_the_head_is_told_of(self, place, lead, head):
        self.refused_by(lead, place)
        assert told("request.recommended_no") == {head.pk}

    def test_a_heads_no_is_not(self, place, head):
        answer(make.request(place), head)
        assert told("request.recommended_no") == set()

    def test_the_asker_takes_it_to_the_head_once(self, place, lead, head):
        made = self.refused_by(lead, place)
        again = look_again(made)
        assert again.is_to_be_looked_at_again
        assert told("request.look_again") == {head.pk}
        with pytest.raises(AlreadyDone):
            look_again(made)
        agrees = requests.Answer(allowed=False, words="The head agrees with the AI lead.")
        answer(again, head, agrees, at=make.NOW + timedelta(hours=2))
        made.refresh_from_db()
        assert not made.is_to_be_looked_at_again
        assert (made.answer, made.recommendation, made.recommended_by) == (
            "The head agrees with the AI lead.",
            NO.words,
            lead,
        )
        with pytest.raises(Refused, match="final"):
            look_again(made)

    def test_it_waits_for_the_head_until_the_head_has_answered(self, place, lead, head):
        def waits_for(person):
            return [wait.title for wait in waiting(make.standing(person))]

        made = make.request(place)
        assert waits_for(head) == waits_for(lead) == ["Answer: may we use Brightwrite?"]
        answer(made, lead)
        assert waits_for(head) == waits_for(lead) == []
        again = look_again(made)
        assert (waits_for(head), waits_for(lead)) == (["Look again: Brightwrite"], [])
        answer(again, head, at=make.NOW + timedelta(hours=2))
        assert waits_for(head) == []

    def test_the_head_answers_in_the_ai_leads_place_without_being_asked(self, place, lead, head):
        tool = make.shared_tool("chat")
        made = make.request(place, tool)
        answer(made, lead)
        make.approved(place, tool)
        made.refresh_from_db()
        answer(made, head, YES)
        made.refresh_from_db()
        assert (made.status, made.recommendation) == (RequestStatus.ALLOWED, NO.words)

    def test_the_ai_lead_does_not_answer_twice(self, place, lead):
        with pytest.raises(Refused, match="headteacher answers now"):
            answer(self.refused_by(lead, place), lead)

    def test_nobody_else_takes_it_to_the_head(self, place, lead, head):
        with pytest.raises(Refused, match="Only the person who asked"):
            look_again(self.refused_by(lead, place), by=head)

    def test_there_is_no_way_on_from_an_open_request(self, place):
        with pytest.raises(Refused, match="Nobody has said no"):
            look_again(make.request(place))


class TestTakingForward:
    def forward(self, made, by):
        return requests.take_forward(
            request_ids=[one.pk for one in made], by=by, standing=make.standing(by), at=make.NOW
        )

    @pytest.mark.parametrize("role", [Role.AI_LEAD, Role.HEAD])
    def test_those_who_answer_take_it_forward_and_the_askers_are_told(self, place, role):
        tool = make.shared_tool("chat")
        made = [make.request(place, tool), make.request(place, tool)]
        self.forward(made, make.member(place, role))
        assert set(Request.objects.values_list("status", flat=True)) == {RequestStatus.FORWARD}
        assert told("request.taken_forward") == {one.by_id for one in made}

    @pytest.mark.parametrize("role", [Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD])
    def test_the_trusts_teams_take_several_schools_together(self, place, role):
        tool, other = make.shared_tool("chat"), make.place(place.trust)
        self.forward([make.request(place, tool), make.request(other, tool)], make.member(place.trust, role))
        assert not Request.objects.exclude(status=RequestStatus.FORWARD).exists()

    def test_others_do_not(self, place):
        made = make.request(place, make.shared_tool("chat"))
        for who in (make.member(place, Role.DSL), make.member(place.trust, Role.TRUSTEE), made.by):
            with pytest.raises(Refused, match="take it forward"):
                self.forward([made], who)

    def test_a_tool_in_no_catalogue_has_to_be_added_first(self, place, lead):
        with pytest.raises(Refused, match="not in the catalogue"):
            self.forward([make.request(place)], lead)

    def test_a_recommended_no_can_still_go_forward_a_final_one_not(self, place, lead, head):
        tool = make.shared_tool("chat")
        made, other = make.request(place, tool), make.request(place, tool)
        answer(made, lead)
        answer(other, head)
        self.forward([made], head)
        with pytest.raises(Refused, match="answered"):
            self.forward([other], head)

    def test_a_decision_reaches_everybody_who_asked_here(self, place, lead, head):
        tool, other = make.shared_tool("chat"), make.place(place.trust)
        here = [make.request(place, tool), make.request(place, tool)]
        make.request(other, tool)
        self.forward(here[:1], lead)
        requests.mark_decided(trust_id=place.trust_id, tool_id=tool.pk, place_id=place.pk, by=head, at=make.NOW)
        assert told("request.decided") == {one.by_id for one in here}
        assert Request.objects.filter(status=RequestStatus.DECIDED).count() == 2

    def test_it_is_written_in_the_role_of_whoever_decided(self, place):
        office, tool = make.office(place.trust), make.shared_tool("chat")
        made = make.request(office, tool, by=make.member(office, Role.STAFF))
        lead = make.member(place.trust, Role.TRUST_LEAD)
        entries.decline(
            place_id=office.pk,
            tool_id=tool.pk,
            reason="It keeps what is typed.",
            by=lead,
            standing=make.standing(lead),
            at=make.NOW,
            revision=0,
        )
        made.refresh_from_db()
        assert made.answered_role == Event.objects.get(kind="request.decided").role == Role.TRUST_LEAD


class TestLinking:
    def test_adding_the_tool_links_everybody_who_asked_for_it(self, place, client):
        other = make.place(place.trust)
        first, second = make.request(place, name="Brightwrite"), make.request(other, name="bright write")
        network = make.member(place.trust, Role.NETWORK)
        client.force_login(network)
        url = f"{reverse('tools_registry:add_tool')}?request={first.public_id}"
        assert 'value="Brightwrite"' in client.get(url).text
        done = client.post(url, {"name": "Brightwrite", "sign_in": "unknown"})
        assert done.url == first.get_absolute_url()
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.tool == second.tool
        assert first.tool.trust == place.trust
        assert first.alike_key == second.alike_key

    def test_saying_which_tool_was_meant(self, place, lead, client):
        tool, made = make.shared_tool("chat"), make.request(place)
        client.force_login(lead)
        client.post(reverse("tools_registry:link_tool", args=[made.public_id]), {"tool": str(tool.public_id)})
        made.refresh_from_db()
        assert made.tool == tool

    def test_not_for_who_only_asked(self, place, client):
        tool, made = make.shared_tool("chat"), make.request(place)
        client.force_login(made.by)
        page = client.post(reverse("tools_registry:link_tool", args=[made.public_id]), {"tool": str(tool.public_id)})
        made.refresh_from_db()
        assert made.tool is None
        assert "take it forward" in page.text


def at_once(acts, monkeypatch, rule):
    """Do all acts in threads, each held in its transaction at `rule` until all are there: a lock makes that impossible."""
    together = Barrier(len(acts), timeout=0.3)
    check = getattr(rules, rule)

    def check_together(*args, **kwargs):
        with suppress(BrokenBarrierError):
            together.wait()
        return check(*args, **kwargs)

    def attempt(act):
        try:
            return act()
        except (AlreadyDone, Conflict, Refused) as no:
            return type(no)
        finally:
            connection.close()

    monkeypatch.setattr(rules, rule, check_together)
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(attempt, acts))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_two_who_answer_have_answered_once(self, place, lead, head, monkeypatch):
        made = make.request(place)
        found = at_once([lambda: answer(made, lead), lambda: answer(made, head)], monkeypatch, "check_may_answer")
        assert Conflict in found
        assert Event.objects.filter(kind="request.refused").count() == 1

    def test_a_form_sent_twice_asks_once(self, place, monkeypatch):
        tool, by = make.shared_tool("chat"), make.member(place, Role.STAFF)
        ask = lambda: make.request(place, tool, by=by)  # noqa: E731
        found = at_once([ask, ask], monkeypatch, "check_may_ask")
        assert AlreadyDone in found
        assert Request.objects.count() == 1


class TestThePages:
    def form(self, **more):
        return {"audiences": ["staff"], "purposes": ["planning"], "data_class": "none", "stage": "not_bought"} | more

    def ask_url(self, tool=None, q=""):
        return reverse("tools_registry:ask") + (f"?tool={tool.public_id}" if tool else f"?q={q}" if q else "")

    def test_a_teacher_asks_and_sees_where_it_stands(self, place, client):
        tool = make.shared_tool("chat", edition="School account")
        client.force_login(make.member(place, Role.STAFF))
        assert "Ask for Chat" in client.get(self.ask_url(tool)).text
        done = client.post(self.ask_url(tool), self.form())
        assert "Not yet: your request waits for an answer." in client.get(done.url).text
        again = client.post(self.ask_url(tool), self.form(), follow=True)
        assert "You have asked for it already." in again.text

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            ({"audiences": []}, "Choose who is to use it"),
            ({"audiences": ["pupils"]}, "Choose the year groups that are to use it"),
            ({"data_class": "special"}, "Choose whose data would go in"),
            ({"data_class": "safeguarding"}, "Choose one of the answers shown"),
            ({"purposes": []}, "Choose at least one thing it is for"),
            ({"purposes": ["minutes"]}, "Only Microsoft’s programs".replace("’", "'")),
            ({"stage": "buying"}, "Type the day it is to be bought"),
            ({"stage": "in_use"}, "Type the day since when it has been used"),
            ({"stage": "in_use", "in_use_since": "1 1 2027"}, "Type a day on or before 24 November 2026"),
        ],
    )
    def test_what_is_missing_stands_beside_the_field(self, place, client, more, sentence):
        client.force_login(make.member(place, Role.STAFF))
        page = client.post(self.ask_url(make.shared_tool("chat")), self.form(**more))
        assert sentence in page.text.replace("&#x27;", "'").replace("’", "'")
        assert not Request.objects.exists()

    @pytest.mark.parametrize(("name", "kept"), [("https://bright.example/c/secret", 1), ("https:///secret", 0)])
    def test_a_link_as_the_name_by_form(self, place, client, name, kept):
        client.force_login(make.member(place, Role.STAFF))
        page = client.post(self.ask_url(), self.form(name=name))
        assert list(Request.objects.values_list("asked_name", flat=True)) == ["bright.example"] * kept
        assert kept or "Type what it is called" in page.text

    def test_of_what_the_look_up_did_not_find_only_the_site_is_filled_in(self, place, client):
        client.force_login(make.member(place, Role.STAFF))
        page = client.get(self.ask_url(q="https%3A%2F%2Fbright.example%2Fchat%2Fsecret")).text
        assert 'value="bright.example"' in page
        assert "secret" not in page
        assert 'value="Brightwrite"' in client.get(self.ask_url(q="Brightwrite")).text

    def test_who_may_not_ask_reads_who_can(self, place, client):
        client.force_login(make.member(place, Role.GOVERNOR))
        page = client.get(self.ask_url())
        assert (page.status_code, "Staff ask for a tool" in page.text) == (403, True)

    def test_alike_requests_are_one_line_for_the_head_and_each_teacher_sees_their_own(self, place, head, client):
        tool = make.shared_tool("chat")
        made = [make.request(place, tool, what_for=f"Reason {n}") for n in range(3)]
        client.force_login(head)
        assert "3 people asked" in client.get("/requests/").text
        page = client.get(made[0].get_absolute_url()).text
        assert all(f"Reason {n}" in page for n in range(3))
        client.force_login(made[0].by)
        page = client.get(made[0].get_absolute_url()).text
        assert ("Reason 0" in page, "Reason 1" in page) == (True, False)
        assert client.get(made[1].get_absolute_url()).status_code == 404

    def test_answering_by_form_answers_what_was_shown(self, place, head, client):
        tool = make.shared_tool("chat")
        first, second = make.request(place, tool), make.request(place, tool)
        client.force_login(head)
        shown = f"{first.public_id}:1,{second.public_id}:1"
        assert f'value="{shown}"' in client.get(first.get_absolute_url()).text
        late = make.request(place, tool)
        url = reverse("tools_registry:answer_request", args=[first.public_id])
        assert "Say why not" in client.post(url, {"shown": shown, "verdict": "refused"}).text
        client.post(url, {"shown": shown, "verdict": "refused", "words": "It keeps what is typed."})
        states = dict(Request.objects.values_list("pk", "status"))
        assert states == {first.pk: "refused", second.pk: "refused", late.pk: "open"}

    def test_a_stale_answer_keeps_what_was_typed(self, place, head, lead, client):
        made = make.request(place)
        answer(made, lead)
        client.force_login(head)
        url = reverse("tools_registry:answer_request", args=[made.public_id])
        page = client.post(url, {"shown": f"{made.public_id}:1", "verdict": "refused", "words": "Typed before."})
        assert page.status_code == 409
        assert "Typed before." in page.text

    def test_a_list_of_ids_that_is_none_is_a_404(self, place, head, client):
        made = make.request(place)
        client.force_login(head)
        url = reverse("tools_registry:answer_request", args=[made.public_id])
        assert client.post(url, {"shown": "x:y", "verdict": "refused", "words": "No."}).status_code == 404

    def test_already_allowed_is_closed_with_the_reason(self, place, head, client):
        made = make.request(place, make.shared_tool("chat"))
        client.force_login(head)
        page = client.get(made.get_absolute_url()).text
        assert "It is not approved here, so it cannot be answered as already allowed." in page

    def test_the_way_forward_carries_the_alike_requests(self, place, head, client):
        tool = make.shared_tool("chat")
        made = [make.request(place, tool), make.request(place, tool)]
        client.force_login(head)
        page = client.get(made[0].get_absolute_url()).text
        assert f"{reverse('dpia:start')}?request={made[0].public_id}&amp;request={made[1].public_id}" in page

    def test_the_asker_takes_a_no_to_the_head_by_form(self, place, lead, head, client):
        made = make.request(place)
        answer(made, lead)
        client.force_login(made.by)
        page = client.get(made.get_absolute_url()).text
        assert "You can ask the headteacher to look again, once." in page
        url = reverse("tools_registry:look_again", args=[made.public_id])
        assert "Say what has not been seen yet" in client.post(url, {"reason": "", "revision": "2"}).text
        done = client.post(url, {"reason": "The paid edition.", "revision": "2"})
        assert "the headteacher is looking again" in client.get(done.url).text
        client.force_login(head)
        assert "The paid edition." in client.get(made.get_absolute_url()).text

    def test_a_stranger_gets_nothing(self, place, client):
        made = make.request(place)
        client.force_login(make.member(make.place(make.trust()), Role.HEAD))
        for name in ("request", "answer_request", "look_again", "link_tool"):
            url = reverse(f"tools_registry:{name}", args=[made.public_id])
            method = client.get if name == "request" else client.post
            assert method(url).status_code == 404, name
        assert "Brightwrite" not in client.get("/requests/").text

    def test_the_list_is_filtered_sorted_and_taken_away(self, place, head, client):
        make.request(place, make.shared_tool("chat"))
        make.request(
            place,
            name="Brightwrite",
            audiences=frozenset({Audience.PUPILS}),
            year_groups=(9, 10),
            data_class=DataClass.PERSONAL,
            subjects=frozenset({Subject.PUPILS}),
            stage=Stage.IN_USE,
            in_use_since=make.LONG_AGO,
        )
        client.force_login(head)
        page = client.get("/requests/?what=personal").text
        assert "Brightwrite" in page
        assert "Already in use since 1 September 2020" in page
        assert "Chat" not in client.get("/requests/?stage=in_use").text.replace("Chatbots", "")
        assert b"Pupils, Years 9 and 10" in client.get("/requests/requests.csv").content
        assert "No request fits" in client.get("/requests/?q=nothing").text
        assert client.get("/requests/?sort=-people").status_code == 200

    def test_empty_lists_say_what_comes_next(self, place, head, client):
        client.force_login(head)
        assert "Nobody waits for an answer" in client.get("/requests/").text
        client.force_login(make.member(place, Role.STAFF))
        assert "You have not asked for a tool yet" in client.get("/requests/").text

    def test_the_list_takes_as_many_queries_for_one_as_for_many(
        self, place, head, client, django_assert_max_num_queries
    ):
        client.force_login(head)
        for number in range(8):
            tool = make.shared_tool(f"chat-{number}")
            make.request(place, tool)
            make.request(place, tool)
        with django_assert_max_num_queries(10):
            client.get("/requests/")
