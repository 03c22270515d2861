"""After a tool has been asked for: what its pages say, to whom, and what waits for whom."""

from datetime import date
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from schools.models import Role
from tests import make
from tools_registry.actions import requests
from tools_registry.actions.clearances import NewCondition
from tools_registry.forms.requests import AskForm
from tools_registry.models import Request
from tools_registry.models.requests import Stage
from tools_registry.queries.look_up import look_up_page
from tools_registry.queries.requests import request_page
from tools_registry.queries.waiting import waiting
from tools_registry.words import Audience, ConditionKind
from trustai.home.templatetags import looks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(make.NOW):
        yield


@pytest.fixture
def place():
    return make.place(make.trust(), "Oakfield Park School")


@pytest.fixture
def teacher(place):
    return make.member(place, Role.STAFF)


@pytest.fixture
def tool():
    return make.shared_tool("chat", name="Chat")


def approved_with_a_condition_first(place, tool):
    first = NewCondition(
        kind=ConditionKind.BEFORE_USE,
        words="Staff are briefed",
        public_words="",
        due_on=None,
        audiences=frozenset({Audience.STAFF}),
        owner_role=Role.AI_LEAD,
        set_by_role=Role.NETWORK,
        set_by_id=make.member(place.trust, Role.NETWORK).pk,
    )
    return make.approved(place, tool, within=make.clearance(place.trust, tool, conditions=(first,)))


def seen(who, request):
    return request_page(make.standing(who), request.public_id)


def looked_up(who, text="", tool=None):
    return look_up_page(standing=make.standing(who), place_id=None, text=text, tool_id=tool.public_id if tool else None)


class TestTheForm:
    RIGHT = {"name": "Brightwrite", "audiences": ["staff"], "purposes": ["planning"], "data_class": "none"}
    WRONG = {
        "year_groups": ["99"],
        "subjects": ["martians"],
        "buy_on": "next week",
        "in_use_since": "1 1 2099",
        "contract_ends_on": "never",
    }

    def form(self, place, **typed):
        return AskForm({**self.RIGHT, **typed}, place=place, tool=None, on=make.TODAY)

    @pytest.mark.parametrize(
        ("stage", "more"),
        [("not_bought", {}), ("buying", {"buy_on": "1 12 2026"}), ("in_use", {"in_use_since": "1 9 2026"})],
    )
    def test_what_stands_in_a_part_that_is_not_chosen_is_not_looked_at(self, place, stage, more):
        wrong = {**self.WRONG, "contract_ends_on": "" if stage == "in_use" else "never"}
        form = self.form(place, **{**wrong, "stage": stage, **more})
        assert form.is_valid(), form.errors
        asked = form.asked()
        assert (asked.year_groups, asked.subjects) == ((), frozenset())
        assert asked.buy_on == (date(2026, 12, 1) if stage == "buying" else None)
        assert asked.in_use_since == (date(2026, 9, 1) if stage == "in_use" else None)

    def test_of_the_part_that_is_chosen_every_mistake_is_said(self, place):
        form = self.form(place, **{**self.WRONG, "stage": "in_use"})
        assert set(form.errors) == {"in_use_since", "contract_ends_on"}

    @pytest.mark.parametrize("stage", [*Stage.values, "", "else"])
    def test_the_summary_leads_only_to_what_is_in_sight(self, place, stage):
        lines = looks.error_lines(self.form(place, **{**self.WRONG, "stage": stage, "audiences": []}))
        shown = {"buying": {"id_buy_on"}, "in_use": {"id_in_use_since", "id_contract_ends_on"}}.get(stage, set())
        always = {"id_audiences_0"} | ({"id_stage_0"} if stage in {"", "else"} else set())
        assert {line.target for line in lines} == shown | always

    def test_sent_again_with_another_stage_it_is_made(self, place, teacher, client):
        client.force_login(teacher)
        typed = {**self.RIGHT, "stage": "buying", "buy_on": "soon"}
        assert "Type a day like 31 8 2027" in client.post(reverse("tools_registry:ask"), typed).text
        client.post(reverse("tools_registry:ask"), {**typed, "stage": "not_bought"})
        assert Request.objects.get().buy_on is None

    def test_only_what_may_always_be_left_empty_is_called_optional(self, place, teacher, client):
        optional = {field.name for field in self.form(place) if looks.is_optional(field)}
        assert optional == {"link", "contract_ends_on"}
        made = make.request(place)
        client.force_login(make.member(place, Role.HEAD))
        page = client.get(made.get_absolute_url()).text
        assert "A no needs its reason" in page
        assert "(optional)" not in page


class TestWhatWaits:
    def titles(self, who):
        return [wait.title for wait in waiting(make.standing(who))]

    @pytest.mark.parametrize(
        ("role", "waits"), [(Role.NETWORK, 1), (Role.DEPUTY_DPO, 1), (Role.DPO, 0), (Role.TRUST_LEAD, 0)]
    )
    def test_who_can_add_a_tool_is_asked_to(self, place, role, waits):
        make.request(place)
        assert self.titles(make.member(place.trust, role)) == ["Add to the catalogue: Brightwrite"] * waits

    def test_alike_requests_are_one_row_with_every_place_and_five_working_days(self, place, client):
        first = make.request(place)
        make.request(make.place(place.trust, "Oakfield Brook Primary"), name="bright write")
        network = make.member(place.trust, Role.NETWORK)
        (row,) = waiting(make.standing(network))
        assert (row.url, row.action, row.on) == (first.get_absolute_url(), "Add it", date(2026, 12, 1))
        assert row.text.startswith("Asked for at Oakfield Brook Primary, Oakfield Park School.")
        client.force_login(network)
        assert row.title in client.get("/").text
        assert "Add it to the catalogue" in client.get(row.url).text

    def test_it_is_gone_once_the_tool_is_known_or_the_answer_given(self, place, tool):
        network, head = make.member(place.trust, Role.NETWORK), make.member(place, Role.HEAD)
        known, refused = make.request(place), make.request(place, name="Dark")
        assert len(self.titles(network)) == 2
        acts = {"by": network, "standing": make.standing(network), "at": make.NOW}
        requests.link(request_public_id=known.public_id, tool=tool, **acts)
        acts = {"by": head, "standing": make.standing(head), "at": make.NOW}
        no = requests.Answer(allowed=False, words="It keeps what is typed.")
        requests.answer_(shown={refused.public_id: 1}, answer=no, **acts)
        assert self.titles(network) == []

    def test_another_trusts_are_not_theirs(self, place):
        make.request(place)
        assert self.titles(make.member(make.trust(), Role.NETWORK)) == []


class TestOnesOwnRequest:
    def test_once_decided_it_says_what_the_look_up_says(self, place, teacher, tool, client):
        made = make.request(place, tool, by=teacher)
        approved_with_a_condition_first(place, tool)
        page, card = seen(teacher, made), looked_up(teacher, tool=tool).card
        assert page.verdict.sentences == card.says.sentences
        assert page.verdict.sentences == (
            "Not yet: something has to be done first.",
            "Do not use it until it is.",
        )
        client.force_login(teacher)
        shown = client.get(made.get_absolute_url()).text
        assert "Approved with conditions" not in shown
        assert f'href="{reverse("tools_registry:look_up")}?{urlencode({"tool": tool.public_id})}"' in shown
        assert client.get(page.look_up_url).status_code == 200

    def test_a_yes_is_said_as_the_look_up_says_it(self, place, teacher, tool):
        made = make.request(place, tool, by=teacher)
        make.approved(place, tool)
        assert seen(teacher, made).verdict == looked_up(teacher, tool=tool).card.says
        assert seen(teacher, made).verdict.sentences[0] == "Yes, for lesson planning and quizzes."

    def test_asking_for_more_than_is_allowed_is_no_reason_to_stop(self, place, teacher, tool, client):
        make.approved(place, tool)
        made = make.request(place, tool, by=teacher)
        page = seen(teacher, made)
        assert page.verdict.sentences[1] == "Until then only what is allowed today counts."
        client.force_login(teacher)
        assert "Yes, for lesson planning and quizzes." in client.get(made.get_absolute_url()).text

    @pytest.mark.parametrize("role", [Role.HEAD, Role.AI_LEAD])
    def test_who_answers_reads_the_same_beside_it(self, place, tool, client, role):
        approved_with_a_condition_first(place, tool)
        made = make.request(place, tool)
        client.force_login(make.member(place, role))
        assert "Not yet: something has to be done first." in client.get(made.get_absolute_url()).text

    def test_the_place_is_the_one_asked_for(self, place, teacher, tool):
        """Of another place the same person reads another answer, and the link leads to the first."""
        made = make.request(place, tool, by=teacher)
        other = make.place(place.trust)
        make.membership(other, Role.STAFF, who=teacher)
        make.approved(place, tool)
        page = request_page(make.standing(teacher, at=other), made.public_id)
        assert page.verdict.sentences[0].startswith("Yes at Oakfield Park School")
        assert str(place.public_id) in page.look_up_url

    def test_a_refused_one_says_no_and_that_what_is_allowed_stays_so(self, place, teacher, tool):
        head = make.member(place, Role.HEAD)
        make.approved(place, tool, by=head)
        made = make.request(place, tool, by=teacher)
        no = requests.Answer(allowed=False, words="Not for that.")
        acts = {"by": head, "standing": make.standing(head), "at": make.NOW}
        requests.answer_(shown={made.public_id: 1}, answer=no, **acts)
        assert seen(teacher, made).verdict.sentences == (
            "No: what you asked for is not allowed.",
            "Only what is allowed today counts.",
        )


class TestTheLookUp:
    @pytest.mark.parametrize("typed", ["brightwrite", "Bright Write", "https://bright.example/x"])
    def test_a_tool_of_no_catalogue_says_that_one_has_asked(self, place, teacher, typed, client):
        made = make.request(place, by=teacher, link="https://bright.example/")
        page = looked_up(teacher, typed)
        assert page.unknown.says.sentences[0] == "Not yet: you have asked for it."
        assert page.unknown.ask_url == ""
        client.force_login(teacher)
        shown = client.get("/look-up/", {"q": page.shown}).text
        assert "You asked for it on 24 November 2026" in shown
        assert made.get_absolute_url() in shown
        assert "Ask for it" not in shown

    def test_a_colleague_reads_that_somebody_asked_and_not_who(self, place, teacher, client):
        made = make.request(place, by=teacher)
        client.force_login(make.member(place, Role.STAFF))
        shown = client.get("/look-up/", {"q": "brightwrite"}).text
        assert "Somebody at Oakfield Park School asked for it on 24 November 2026." in shown
        assert made.get_absolute_url() not in shown
        assert teacher.name not in shown

    def test_who_answers_has_the_way_to_the_request(self, place, client):
        made = make.request(place)
        assert looked_up(make.member(place, Role.HEAD), "brightwrite").unknown.asked.url == made.get_absolute_url()

    def test_another_schools_request_is_not_told(self, place):
        make.request(make.place(place.trust))
        page = looked_up(make.member(place, Role.STAFF), "brightwrite")
        assert page.unknown.asked is None
        assert page.unknown.ask_url

    def test_a_refused_one_is_not_open(self, place, teacher):
        made, head = make.request(place, by=teacher), make.member(place, Role.HEAD)
        no = requests.Answer(allowed=False, words="No.")
        acts = {"by": head, "standing": make.standing(head), "at": make.NOW}
        requests.answer_(shown={made.public_id: 1}, answer=no, **acts)
        assert looked_up(teacher, "brightwrite").unknown.ask_url

    def test_ones_own_comes_before_a_colleagues(self, place, teacher, tool):
        make.request(place, tool)
        make.request(place, tool)
        mine = make.request(place, tool, by=teacher)
        asked = looked_up(teacher, tool=tool).card.asked
        assert (asked.by_me, asked.url) == (True, mine.get_absolute_url())

    def test_asked_for_under_review_or_waiting_for_a_condition_is_not_asked_for_again(self, place, teacher, tool):
        head = make.member(place, Role.HEAD)
        assert looked_up(teacher, tool=tool).card.ask_url
        made = make.request(place, tool)
        assert looked_up(teacher, tool=tool).card.ask_url == ""
        acts = {"by": head, "standing": make.standing(head), "at": make.NOW}
        requests.take_forward(request_ids=[made.pk], **acts)
        assert looked_up(teacher, tool=tool).card.ask_url == ""
        approved_with_a_condition_first(place, tool)
        card = looked_up(teacher, tool=tool).card
        assert card.says.sentences[0] == "Not yet: something has to be done first."
        assert (card.ask_url, card.asked) == ("", None)

    @pytest.mark.parametrize("asked", [{"q": "brightwrite"}, {"q": "chat"}, {"q": "chaat"}])
    def test_saying_so_costs_no_query_too_many(
        self, place, teacher, tool, client, asked, django_assert_max_num_queries
    ):
        make.request(place, tool, by=teacher)
        make.request(place, by=teacher)
        client.force_login(teacher)
        with django_assert_max_num_queries(6):
            assert "You asked for it" in client.get("/look-up/", asked).text


class TestTheToolsPage:
    def page(self, client, who, tool):
        client.force_login(who)
        return client.get(tool.get_absolute_url()).text

    def test_what_nobody_has_decided_on_is_asked_for_first(self, place, teacher, tool, client):
        shown = self.page(client, teacher, tool)
        assert 'class="btn btn-primary" href="/ask/?tool=' in shown.replace(reverse("tools_registry:ask"), "/ask/")

    def test_what_is_approved_is_looked_up_first(self, place, teacher, tool, client):
        make.approved(place, tool)
        shown = self.page(client, teacher, tool)
        assert "Yes, for lesson planning and quizzes." in shown
        assert f'href="{reverse("tools_registry:look_up")}?tool={tool.public_id}">See what is allowed' in shown
        assert "btn-primary" not in shown
        assert "Ask for more" in shown
        assert "Ask for it" not in shown

    def test_what_is_not_yet_says_so_and_is_not_asked_for(self, place, teacher, tool, client):
        approved_with_a_condition_first(place, tool)
        shown = self.page(client, teacher, tool)
        assert "Not yet: something has to be done first." in shown
        assert "Approved with conditions" not in shown
        assert reverse("tools_registry:ask") not in shown

    def test_who_sees_to_the_register_reads_its_state(self, place, tool, client):
        approved_with_a_condition_first(place, tool)
        assert "Approved with conditions" in self.page(client, make.member(place, Role.AI_LEAD), tool)
