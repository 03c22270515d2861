"""The look-up page: what a teacher reads, in how many queries, and what is never shown."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from schools.models import Role
from tests import make
from tools_registry.actions import suspensions
from tools_registry.actions.entries import NewException
from tools_registry.models import Clearance, ClearanceAllowance, EntryAllowance, RegisterEntry, Tool
from tools_registry.queries.look_up import look_up_page
from tools_registry.words import Audience, DataClass, EntryStatus, Subject
from trustai import web

pytestmark = pytest.mark.django_db
LOOK_UP = "/look-up/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(make.NOW)


def looked_up(who, text="", *, at=None, tool=None):
    return look_up_page(standing=make.standing(who), place_id=at, text=text, tool_id=tool)


# The answer ----------------------------------------------------------------------------------------------------------


def test_a_teacher_is_told_what_may_go_in_and_what_for(world):
    card = looked_up(world.teacher, "Microsoft 365 Copilot Chat").card
    assert card.says.sentences == (
        "Yes, for ideas, lesson planning and 8 more things.",
        "Personal data may go in about pupils and staff, and nothing sensitive.",
    )
    assert [(line.mark, line.lead, line.text) for line in card.who][:3] == [
        ("yes", "Staff", "yes"),
        ("yes", "Pupils", "Years 9 to 11"),
        ("yes", "Governors and trustees", "yes"),
    ]
    assert [box.mark for box in card.years] == ["young", "mix", "ok", "ok", "ok", "shut", "shut"]
    assert [step.state for step in card.data.steps] == ["in", "in", "stop", "out"]
    assert "Minutes of a meeting" in card.uses.allowed
    assert "Safeguarding logs, or decisions about thresholds" in card.uses.never
    assert [row.name for row in card.others] == ["Pupils, Years 9 to 11", "Governors and trustees"]
    assert card.to_do_count == "1 of 2 not met yet"
    assert (card.decided.role, card.decided.on, card.decided.url) == ("headteacher", make.TODAY, "")


def test_a_governor_reads_the_governors_answer(world):
    governor = make.member(world.place, Role.GOVERNOR)
    card = looked_up(governor, "Microsoft 365 Copilot Chat").card
    assert card.says.sentences[0] == "Yes, for summing up."
    assert card.reader == "Governors and trustees"
    assert looked_up(governor, "curipod").card.ask_url == ""


def test_several_that_fit_stand_at_equal_size_and_none_is_the_answer(world):
    page = looked_up(world.teacher, "copilott chat")
    assert page.card is None
    assert page.nearest
    assert len(page.choices) == 4
    assert page.choices[-1].says.tone == "yes"
    assert all(choice.how_to_tell for choice in page.choices)


def test_the_account_is_chosen(world):
    tool = world.tool("copilot-chat-school")
    page = looked_up(world.teacher, "copilot", tool=tool.public_id)
    assert page.card.name == "Microsoft 365 Copilot Chat"
    assert not page.nearest
    assert len(page.near) == 3
    assert looked_up(world.teacher, tool=tool.public_id).near


def test_what_is_not_in_the_register_can_be_asked_for(world):
    card = looked_up(world.teacher, "curipod").card
    assert card.says.sentences == ("Not approved here: do not use it.",)
    assert card.elsewhere.startswith("1 other school of the trust has approved it.")
    assert card.ask_url == f"{reverse('tools_registry:ask')}?tool={world.tool('curipod').public_id}"
    assert [choice.name for choice in card.instead] == ["Kahoot!"]


def test_what_nobody_has_heard_of_can_be_asked_for(world):
    unknown = looked_up(world.teacher, "brightwrite").unknown
    assert unknown.says.sentences == ("We do not know this tool, so do not use it.",)
    assert unknown.ask_url == f"{reverse('tools_registry:ask')}?q=brightwrite"


def test_a_false_address_is_unknown(world):
    page = looked_up(world.teacher, "https://chatgtp.com/login")
    assert page.unknown.words == "chatgtp.com"
    assert {choice.name for choice in page.near} >= {"ChatGPT"}


def test_a_suspended_tool_says_since_when(world):
    card = looked_up(world.teacher, "diffit").card
    assert card.says.sentences == ("Suspended on 24 November 2026: stop using it.",)
    assert card.ask_url == ""
    assert {choice.name for choice in card.instead} == {"Aila", "TeacherMatic"}


def test_what_somebody_asked_for_is_not_yet(world):
    assert looked_up(world.teacher, "gamma").card.says.sentences[0] == "Not yet: somebody has asked for it."


def test_before_anything_is_typed_stands_what_may_be_used(world):
    assert {choice.name for choice in looked_up(world.teacher).approved} == {
        "Aila",
        "Canva for Education",
        "CENTURY",
        "DeepL",
        "Kahoot!",
        "Microsoft 365 Copilot Chat",
        "Microsoft Immersive Reader, Reading Coach and Reading Progress",
        "TeacherMatic",
    }


def test_a_tool_taken_out_of_the_catalogue_is_found_while_it_is_decided_on(world):
    Tool.objects.filter(code__in=["aila", "grok"]).update(withdrawn_at=make.NOW)
    assert looked_up(world.teacher, "aila").card.says.is_yes
    assert looked_up(world.teacher, "grok").unknown


def test_only_head_and_mailbox_not_a_name(world, client):
    client.force_login(world.teacher)
    body = client.get(LOOK_UP, {"q": "Microsoft 365 Copilot Chat"}).content.decode()
    assert "Ruth Adeyemi" not in body
    assert "ai@oakfieldpark.example" in body


# Places --------------------------------------------------------------------------------------------------------------


def test_a_person_with_several_places_sees_the_place_and_can_switch(world):
    both = make.member(world.place, Role.STAFF)
    make.membership(world.other, Role.STAFF, who=both)
    here = looked_up(both, "Microsoft 365 Copilot Chat", at=world.place.public_id)
    there = looked_up(both, "Microsoft 365 Copilot Chat", at=world.other.public_id)
    assert here.card.says.sentences[0].startswith("Yes at Oakfield Park School, for ")
    assert there.card.says.sentences == ("Not approved at Oakfield Brook Primary: do not use it.",)
    assert [link.text for link in here.places] == ["Oakfield Brook Primary"]
    assert str(world.other.public_id) in here.places[0].url


def test_another_places_answer_is_a_404(world, client):
    client.force_login(world.teacher)
    assert client.get(LOOK_UP, {"q": "aila", "place": world.other.public_id}).status_code == 404
    assert client.get(LOOK_UP, {"place": "nonsense"}).status_code == 404
    assert client.get(LOOK_UP, {"tool": make.own_tool(make.trust()).public_id}).status_code == 404


def test_a_trusts_own_tool_is_found_in_it_alone(world):
    make.own_tool(world.place.trust, "Brightwrite")
    assert looked_up(world.teacher, "brightwrite").card
    stranger = make.member(make.place(), Role.STAFF)
    assert looked_up(stranger, "brightwrite").unknown


def test_the_trust_looks_from_any_of_its_places(world):
    lead = make.member(world.place.trust, Role.NETWORK)
    page = looked_up(lead, "curipod", at=world.other.public_id)
    assert page.card.says.sentences[0] == "Yes at Oakfield Brook Primary, for lesson planning."
    assert page.card.decided.url
    office = looked_up(lead, "curipod", at=make.office(world.place.trust).public_id)
    assert office.card.says.sentences == ("Not approved at the trust office: do not use it.",)


def test_somebody_without_a_place_is_told_so(client):
    client.force_login(make.person())
    assert "You have no place in TrustAI today" in unescape(client.get(LOOK_UP).content.decode())


def test_a_school_without_year_groups_shows_ages(world):
    world.place.shows_ages = True
    world.place.save()
    card = looked_up(world.teacher, "Microsoft 365 Copilot Chat").card
    assert card.who[1].text == "Ages 13 to 15"
    assert [box.label for box in card.years][:2] == ["11", "12"]


# Links ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pasted",
    ["https://chatgpt.com/c/a-secret", "chatgpt.com/c/a-secret", "see https://chatgpt.com/c/a-secret?x=secret#s"],
)
def test_of_a_pasted_link_only_the_host_stays(world, client, pasted):
    client.force_login(world.teacher)
    answered = client.get(LOOK_UP, {"q": pasted})
    assert answered.url == f"{LOOK_UP}?q=chatgpt.com"
    body = client.get(answered.url).content.decode()
    assert "chatgpt.com" in body
    assert "secret" not in body


def test_a_link_without_a_host_leads_back_to_the_empty_box(world, client):
    client.force_login(world.teacher)
    assert client.get(LOOK_UP, {"q": "https:///c/a-secret"}).url == f"{LOOK_UP}?"


def test_the_log_of_requests_keeps_no_query():
    """The request line (r), the query (q) and the page before (f) would each hold what was looked up."""
    assert not {"%(r)s", "%(q)s", "%(f)s"} & set(re.findall(r"%\(\w\)s", web.access_log_format))


def test_what_is_typed_is_never_markup(world, client):
    client.force_login(world.teacher)
    body = client.get(LOOK_UP, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in body


# Cost ----------------------------------------------------------------------------------------------------------------


def many_tools(count, first=0):
    Tool.objects.bulk_create(
        Tool(
            code=f"more-{n}",
            name=f"Copilot {n}",
            sort_name=f"copilot {n}",
            supplier="Supplier",
            category="Chatbots",
            domains=[f"more{n}.example"],
            created_at=make.NOW,
        )
        for n in range(first, first + count)
    )


@pytest.mark.parametrize("count", [0, 1000])
@pytest.mark.parametrize(
    "asked",
    [{"q": "copilott chat"}, {"q": "Microsoft 365 Copilot Chat"}, {"q": "brightwrite"}, {"q": "chatgtp.com"}, {}],
)
def test_at_most_six_queries(world, client, django_assert_max_num_queries, count, asked):
    many_tools(count)
    client.force_login(world.teacher)
    with django_assert_max_num_queries(6):
        answered = client.get(LOOK_UP, asked)
    assert answered.status_code == 200


def many_approved(place, by, count, first):
    """So many more tools in the register of a place, each approved for staff within a clearance of its own."""
    many_tools(count, first)
    trust = place.trust
    signed = {"signed_by": by, "signed_role": Role.TRUST_LEAD, "signed_at": make.NOW, "starts_on": make.TODAY}
    cleared = Clearance.objects.bulk_create(
        Clearance(trust=trust, tool=tool, reference=tool.code, is_trust_wide=True, staff_sign_up=True, **signed)
        for tool in Tool.objects.filter(code__startswith="more-", clearances=None)
    )
    staff = {"trust": trust, "audience": Audience.STAFF, "data_class": DataClass.INTERNAL, "purposes": ["planning"]}
    ClearanceAllowance.objects.bulk_create(ClearanceAllowance(clearance=each, **staff) for each in cleared)
    decided = {"decided_by": by, "decided_role": Role.HEAD, "decided_at": make.NOW, "review_on": date(2027, 7, 20)}
    entries = RegisterEntry.objects.bulk_create(
        RegisterEntry(
            trust=trust, place=place, tool_id=each.tool_id, clearance=each, status=EntryStatus.APPROVED, **decided
        )
        for each in cleared
    )
    EntryAllowance.objects.bulk_create(EntryAllowance(entry=each, **staff) for each in entries)


def queries_of(client, asked):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LOOK_UP, asked).status_code == 200
    return len(queries)


def test_as_many_queries_for_a_thousand_tools_in_the_register_as_for_ten(world, client):
    client.force_login(world.teacher)
    pages = ({"q": "copilot"}, {"q": "Copilot 7"}, {"q": "brightwrite"}, {})
    many_approved(world.place, world.head, 10, first=0)
    for_ten = [queries_of(client, asked) for asked in pages]
    many_approved(world.place, world.head, 990, first=10)
    assert [queries_of(client, asked) for asked in pages] == for_ten
    assert max(for_ten) <= 6
    assert looked_up(world.teacher, "Copilot 999").card.says.is_yes


def test_many_that_fit_are_cut_and_counted(world):
    many_tools(40)
    page = looked_up(world.teacher, "copilot")
    assert len(page.choices) == 12
    assert page.more == 32


def test_another_schools_suspension_is_not_counted_as_having_it(world):
    trust = world.place.trust
    third = make.place(trust, "Oakfield Hill School")
    head = make.member(third, Role.HEAD)
    make.approved(third, world.tool("curipod"), make.allowance(data=DataClass.NONE), by=head)
    assert looked_up(world.teacher, "curipod").card.elsewhere.startswith("2 other schools")
    suspensions.suspend(
        tool_id=world.tool("curipod").pk,
        trust_id=trust.pk,
        place_id=third.pk,
        reason="Odd",
        by=head,
        standing=make.standing(head),
        at=make.NOW,
    )
    assert looked_up(world.teacher, "curipod").card.elsewhere.startswith("1 other school")


def test_an_exception_stands_in_its_own_box_with_its_last_day(world):
    tool = world.tool("perplexity")
    make.agreement(world.place.trust, tool)
    given = make.allowance(
        Audience.STAFF,
        DataClass.PERSONAL,
        subjects={Subject.STAFF, Subject.PUPILS},
        purposes={"planning", "formal_letters"},
    )
    exception = NewException("formal_letters", "A complaint about one lesson", date(2026, 12, 25))
    make.approved(world.place, tool, given, by=world.head, exceptions=(exception,))
    card = looked_up(world.teacher, "perplexity").card
    assert [(line.lead, line.text) for line in card.uses.exceptions] == [
        ("Formal letters about the law, discipline or a complaint", "until 24 December 2026")
    ]
    assert "Formal letters about the law, discipline or a complaint" not in card.uses.never
