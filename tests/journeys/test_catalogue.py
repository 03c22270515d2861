"""The pages of the catalogue, agreements and requests in a real browser: axe, the phone, and a request all the way."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse

from schools.models import Role
from tests import make
from tools_registry import catalogue_file
from tools_registry.actions import catalogue, changes, facts, requests
from tools_registry.models import Request, Tool
from tools_registry.models.catalogue import FactField
from tools_registry.models.requests import Stage
from tools_registry.words import Audience, ChangeKind, DataClass, Subject

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
OURS = Path(catalogue_file.__file__).parent / "catalogue" / "ai_tools.csv"


@pytest.fixture
def world(settings, tmp_path):
    """A trust with the shared catalogue, an agreement, a change, a fact to check, and requests in every state."""
    settings.MEDIA_ROOT = tmp_path
    catalogue.load(rows=catalogue_file.read(OURS), at=make.NOW)
    trust = make.trust("Oakfield Schools Trust")
    place = make.place(trust, "Oakfield Park School")
    people = {
        role: make.member(trust, role, who=make.person(name, f"{role}@oakfield.example"))
        for role, name in (
            (Role.NETWORK, "Yusuf Demir"),
            (Role.DEPUTY_DPO, "Dina Osei"),
            (Role.DPO, "Ellen Moss"),
        )
    }
    for role, name in ((Role.HEAD, "Ruth Adeyemi"), (Role.AI_LEAD, "Marcus Bell"), (Role.STAFF, "Tom Hargreaves")):
        people[role] = make.member(place, role, who=make.person(name, f"{role}@oakfield.example"))
    made = SimpleNamespace(trust=trust, place=place, people=people)
    made.tool = Tool.objects.get(code="chatgpt-personal")
    made.agreement = make.agreement(trust, Tool.objects.get(code="copilot-chat-school"), reference="OST-DSA-2026-1")
    make.agreement(trust, made.tool, reference="OST-DSA-2024-7", ends_on=make.TODAY)
    make.agreement(
        trust, Tool.objects.get(code="padlet"), reference="OST-DSA-9", ends_on=make.TODAY + timedelta(days=20)
    )
    _change(made)
    _facts(made)
    _requests(made)
    return made


def _change(made):
    network = made.people[Role.NETWORK]
    new = changes.NewChange(
        made.trust.pk,
        made.tool.pk,
        ChangeKind.TERMS,
        "Its new terms name a further company that sees what is typed.",
        make.TODAY,
    )
    made.change = changes.record(new=new, by=network, standing=make.standing(network), at=make.NOW)


def _facts(made):
    deputy = made.people[Role.DEPUTY_DPO]
    new = facts.NewFact(
        made.trust.pk,
        made.tool.pk,
        FactField.MINIMUM_AGE,
        16,
        "“You must be at least 16 years old, or have the permission of your school.”",
        "https://chatgpt.com/terms, clause 2",
        make.TODAY,
    )
    facts.lay(fact=new, shown=18, by=deputy, standing=make.standing(deputy), at=make.NOW)


def _requests(made):
    diffit = Tool.objects.get(code="diffit")
    for number in range(2):
        make.request(
            made.place, diffit, purposes=frozenset({"simplify", "quizzes"}), what_for=f"Sources for Year {7 + number}."
        )
    made.request = make.request(
        made.place,
        diffit,
        by=made.people[Role.STAFF],
        audiences=frozenset({Audience.STAFF, Audience.PUPILS}),
        year_groups=(9, 10, 11),
        data_class=DataClass.PERSONAL,
        subjects=frozenset({Subject.PUPILS}),
        purposes=frozenset({"pupil_work"}),
        what_for="History sources for weaker readers.",
        stage=Stage.IN_USE,
        in_use_since=make.LONG_AGO,
        contract_ends_on=make.TODAY + timedelta(days=200),
    )
    made.unknown = make.request(made.place, name="Brightwrite", link="brightwrite.example")
    made.refused = make.request(made.place, made.tool, by=made.people[Role.STAFF], what_for="Ideas for lessons.")
    lead = made.people[Role.AI_LEAD]
    answer = requests.Answer(
        allowed=False, words="Microsoft 365 Copilot Chat does the same, and the trust has an agreement for it."
    )
    requests.answer_(
        shown={made.refused.public_id: 1}, answer=answer, by=lead, standing=make.standing(lead), at=make.NOW
    )


def pages(made):
    """Everything there is to see, by who sees most of it."""
    tool, agreement = made.tool.public_id, made.agreement.public_id
    own = Tool.objects.get(code="copilot-chat-school")

    def at(name, *args):
        return reverse(f"tools_registry:{name}", args=args)

    return {
        Role.DEPUTY_DPO: [
            at("catalogue"),
            f"{at('catalogue')}?q=nothing-of-this-name",
            made.tool.get_absolute_url(),
            own.get_absolute_url(),
            at("add_tool"),
            at("facts", tool),
            at("fact", tool, "minimum_age"),
            at("fact", tool, "trains_on_inputs"),
            at("record_change", tool),
            at("carry_on", tool, made.change.public_id),
            at("agreements"),
            at("agreement", agreement),
            f"{at('add_agreement')}?tool={tool}",
            at("add_agreement"),
            at("edit_agreement", agreement),
            at("withdraw_agreement", agreement),
        ],
        Role.NETWORK: [made.tool.get_absolute_url(), at("requests"), made.unknown.get_absolute_url()],
        Role.HEAD: [
            at("requests"),
            f"{at('requests')}?show=answered",
            made.request.get_absolute_url(),
            made.unknown.get_absolute_url(),
            made.refused.get_absolute_url(),
            at("agreement", agreement),
        ],
        Role.STAFF: [
            at("catalogue"),
            made.tool.get_absolute_url(),
            at("ask"),
            f"{at('ask')}?tool={tool}",
            at("requests"),
            made.request.get_absolute_url(),
            made.refused.get_absolute_url(),
        ],
    }


def test_axe_finds_nothing_and_nothing_is_too_wide(visitor, world):
    for role, paths in pages(world).items():
        person = visitor().sign_in(world.people[role].email)
        for path in paths:
            assert person.go(path) == 200, path
            person.check_everywhere()


def test_a_teacher_asks_on_a_phone_the_ai_lead_says_no_and_the_head_looks_again(visitor, world):
    teacher = visitor(viewport=PHONE).sign_in(world.people[Role.STAFF].email)
    teacher.go(f"{reverse('tools_registry:ask')}?q=Quillwise")
    page = teacher.page
    assert page.get_by_label("What is it called?").input_value() == "Quillwise"
    assert not page.get_by_text("Which year groups?").is_visible()
    page.get_by_label("Pupils", exact=True).first.check()
    page.get_by_label("Year 9", exact=True).check()
    page.get_by_label("Practice and revision").check()
    page.get_by_label("Not bought yet").check()
    page.get_by_role("button", name="Ask for it").click()
    page.locator(".wrong:focus").wait_for()
    teacher.check()
    page.locator("#id_data_class_0").check()
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("Not yet: your request waits for an answer.").wait_for()
    teacher.check()

    made = Request.objects.get(asked_name="Quillwise")
    lead = visitor().sign_in(world.people[Role.AI_LEAD].email)
    lead.go(made.get_absolute_url())
    lead.page.get_by_label("It is not allowed").check()
    lead.page.get_by_label("In a sentence or two").fill("Nobody knows who makes it.")
    lead.page.get_by_role("button", name="Answer this request").click()

    lead.page.get_by_text("The person who asked is told.").wait_for()
    lead.check()

    page.reload()
    page.get_by_text("No: it is not allowed.").wait_for()
    page.get_by_label("Why another look?").fill("The maker is a charity here in Surrey.")
    page.get_by_role("button", name="Ask the headteacher to look again").click()
    page.get_by_text("Not yet: the headteacher is looking again.").wait_for()
    teacher.check()

    head = visitor(viewport=PHONE).sign_in(world.people[Role.HEAD].email)
    head.go(reverse("tools_registry:requests"))
    head.page.get_by_role("link", name="Quillwise").click()
    head.page.get_by_text("The maker is a charity here in Surrey.").wait_for()
    head.page.get_by_label("It is not allowed").check()
    head.page.get_by_label("In a sentence or two").fill("Wait for the trust to look at it in spring.")
    head.page.get_by_role("button", name="Answer this request").click()
    page.reload()
    page.get_by_text("Wait for the trust to look at it in spring.").wait_for()
    assert not page.get_by_role("button", name="Ask the headteacher to look again").is_visible()


def test_a_looser_age_needs_two_people(visitor, world):
    tool = Tool.objects.get(code="padlet")
    deputy = visitor().sign_in(world.people[Role.DEPUTY_DPO].email)
    deputy.go(reverse("tools_registry:fact", args=[tool.public_id, "minimum_age"]))
    page = deputy.page
    page.get_by_label("Minimum age").fill("16")
    page.get_by_role("button", name="Set it for our trust").click()
    page.locator(".wrong:focus").wait_for()
    deputy.check()
    page.get_by_label("The words of the terms that say so").fill("“Users are 16 or older.”")
    page.get_by_label("Where do they stand?").fill("https://padlet.com/about/terms, clause 1")
    page.get_by_label("When did you read them?").fill("23 11 2026")
    page.get_by_role("button", name="Set it for our trust").click()
    page.get_by_text("You put this fact forward. A second person checks it.").wait_for()
    deputy.check()

    network = visitor(viewport=PHONE).sign_in(world.people[Role.NETWORK].email)
    network.go(tool.get_absolute_url())
    network.page.get_by_role("button", name="I have read it: it counts").click()
    network.page.get_by_text("16 and over").wait_for()
    network.check()
