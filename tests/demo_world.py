"""The demo as `load_demo` makes it, and beside it one of each thing that an address can name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files import File
from django.core.management import call_command

from dpia.actions import comments, drafts, reviews, submitting
from dpia.models import Assessment, Review
from schools.models import Place, Role
from schools.standing import standing_of
from tests import make
from tests.services import samples
from tools_registry.actions import agreements, catalogue, conditions, day_one, editions, entries, facts, requests
from tools_registry.models import Clearance, Condition, RegisterEntry, Suspension, Tool
from tools_registry.models import Request as Asked
from tools_registry.models.catalogue import FactField, ToolChange
from tools_registry.models.lists import Layout
from tools_registry.models.requests import Stage
from tools_registry.words import Audience, ConditionKind, DataClass, SignIn, Subject
from trustai.accounts.models import User
from trustai.days import day_of
from trustai.home.demo import people, story
from trustai.home.demo.cases import Plan

if TYPE_CHECKING:
    from datetime import datetime

    from trustai.home.demo.people import DemoTrust

CATALOGUE = "tools_registry/catalogue/ai_tools.csv"
STRANGER = "stranger"
PARK, BROOK, HILL, LANE = "900011", "900012", "900014", "900016"


@dataclass
class DemoWorld:
    """`names` are what an address may name, under the word the table of addresses has for it."""

    demo: DemoTrust
    people: dict[str, User]
    names: dict[str, Any] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)

    def keep(self, word: str, named: Any, *, by: str = "public_id", revision: int | None = None) -> Any:
        self.names[word] = getattr(named, by)
        if revision is None:
            revision = getattr(named, "revision", None)
        if revision is not None:
            self.revisions[word] = revision
        return named

    def acts(self, who: str, at: datetime = make.NOW) -> dict[str, Any]:
        """`by`, `standing` and `at` of an action this person does."""
        person = self.people[who]
        return {"by": person, "standing": standing_of(person, on=day_of(at)), "at": at}


def build() -> DemoWorld:
    call_command("load_catalogue", CATALOGUE, verbosity=0)
    demo = people.make(password=make.PASSWORD, at=make.NOW)
    story.Story(demo, make.NOW).tell()
    stranger = User.objects.get(email="head@elmbank.example")
    world = DemoWorld(demo, {**demo.people, STRANGER: stranger})
    _schools(world)
    _catalogue(world)
    _requests(world)
    _register(world)
    _office(world)
    _clearances(world)
    _cases(world)
    _list(world)
    return world


def tool(code: str) -> Tool:
    return Tool.objects.get(code=code)


# Schools and people ---------------------------------------------------------------------------------------------------


def _schools(world: DemoWorld) -> None:
    world.names |= {"park": PARK, "brook": BROOK, "hill": HILL, "lane": LANE, "csv": "csv"}
    Place.objects.filter(urn=HILL).update(leaving_reported_at=make.NOW, is_published=False)
    for key in ("park", "hill", "office"):
        place = Place.objects.get(pk=world.demo.places[key].pk)
        world.revisions[key] = place.revision
        world.names[f"place:{key}"] = place.public_id
    world.revisions["trust"] = world.demo.trust.revision
    world.keep("role", world.people["staff"].memberships.get())


# Catalogue and agreements ---------------------------------------------------------------------------------------------


def paper() -> File[bytes]:
    return File(BytesIO(samples.PDF), name="signed.pdf")


def _catalogue(world: DemoWorld) -> None:
    trust = world.demo.trust
    described = catalogue.Description("Lantern", supplier="Lantern Learning")
    world.keep("own tool", catalogue.add(trust_id=trust.pk, description=described, **world.acts("network")))
    for code in ("aila", "copilot-chat-school", "padlet", "quillbot", "teachermatic", "gemini-education", "grok"):
        world.keep(code, tool(code))
    unknown = Tool.objects.filter(sign_in=SignIn.PERSONAL, trust=None).order_by("code").first()
    assert unknown is not None
    put_forward = facts.NewFact(
        trust.pk,
        world.keep("looser tool", unknown).pk,
        FactField.SIGN_IN,
        SignIn.SCHOOL,
        wording="Sign in with your school’s account.",
        source="The terms, section 2",
        source_on=make.TODAY,
    )
    world.keep("fact", facts.lay(fact=put_forward, shown=SignIn.PERSONAL, **world.acts("network")))
    world.keep("change", ToolChange.objects.get(tool=tool("padlet"), trust=trust))
    terms = agreements.Terms(
        "OST-DSA-2026-2",
        "Lantern Learning",
        make.LONG_AGO,
        date(2027, 9, 1),
        DataClass.PERSONAL,
        frozenset({Subject.STAFF}),
    )
    signed = agreements.add(
        trust_id=trust.pk, tool_id=tool("aila").pk, terms=terms, upload=paper(), **world.acts("deputydpo")
    )
    world.keep("agreement", signed)


# Requests -------------------------------------------------------------------------------------------------------------


def _requests(world: DemoWorld) -> None:
    of_staff = Asked.objects.filter(by=world.people["staff"])
    world.keep("request", of_staff.get(tool__code="diffit"))
    world.keep("unnamed request", of_staff.get(tool=None))
    asked = requests.Asked(
        world.demo.places["park"].pk,
        frozenset({Audience.STAFF}),
        DataClass.NONE,
        Stage.NOT_BOUGHT,
        tool_id=tool("grok").pk,
    )
    made = requests.make(asked=asked, **world.acts("staff"))
    no = requests.Answer(allowed=False, words="It is for adults at home.")
    requests.answer_(shown={made.public_id: made.revision}, answer=no, **world.acts("ailead"))
    made.refresh_from_db()
    world.keep("refused request", made)


# The register ---------------------------------------------------------------------------------------------------------


def _register(world: DemoWorld) -> None:
    park = world.demo.places["park"]
    for entry in RegisterEntry.objects.filter(place=park).select_related("tool"):
        world.revisions[f"entry:{entry.tool.code}"] = entry.revision
    world.keep("suspension", Suspension.objects.get(place=park, tool__code="teachermatic"))
    of_copilot = Condition.objects.filter(entry__place=park, entry__tool__code="copilot-chat-school")
    briefing = world.keep("briefing", of_copilot.get(set_by_role=Role.HEAD))
    reported = conditions.report(
        condition_id=briefing.pk,
        place_id=park.pk,
        revision=0,
        evidence="Held twice, on Monday and on Thursday.",
        done_count=4,
        of_count=4,
        **world.acts("ailead"),
    )
    world.revisions["briefing"] = reported.revision


def _office(world: DemoWorld) -> None:
    """At the trust office: one approved with a condition that is reported, one withdrawn, one suspended."""
    office = world.demo.places["office"]
    lead = world.acts("trustlead")
    briefing = conditions.OwnCondition(
        ConditionKind.BY_DATE,
        "Everybody has been briefed",
        due_on=make.TODAY + timedelta(days=9),
        owner_role=Role.STAFF,
    )
    for code, own in (("aila", (briefing,)), ("padlet", ()), ("teachermatic", ())):
        cleared = Clearance.objects.get(tool__code=code, is_trust_wide=True)
        staff = story.staff(DataClass.INTERNAL, frozenset({"ideas"}))
        decided = RegisterEntry.objects.filter(place=office, tool=cleared.tool_id).first()
        revision = decided.revision if decided else 0
        decision = entries.Decision(cleared.pk, (staff,), date(2027, 7, 20), revision, conditions=own)
        entries.approve(place_id=office.pk, tool_id=cleared.tool_id, decision=decision, **lead)
    entry = RegisterEntry.objects.get(place=office, tool__code="padlet")
    entries.withdraw(
        place_id=office.pk, tool_id=entry.tool_id, reason="Nobody uses it.", revision=entry.revision, **lead
    )
    suspended = entries.suspend(
        tool_id=tool("teachermatic").pk,
        trust_id=office.trust_id,
        place_id=office.pk,
        reason="The sign-in is broken.",
        **world.acts("network"),
    )
    world.keep("office suspension", suspended)
    of_office = world.keep("office briefing", Condition.objects.get(entry__place=office))
    reported = conditions.report(
        condition_id=of_office.pk, place_id=office.pk, revision=0, evidence="On Monday, in one go.", **lead
    )
    world.revisions["office briefing"] = reported.revision


# Clearances -----------------------------------------------------------------------------------------------------------


def _clearances(world: DemoWorld) -> None:
    of_park = Clearance.objects.filter(is_trust_wide=False, places__place=world.demo.places["park"])
    world.keep("park clearance", of_park.get(tool__code="quillbot"))
    world.keep("trust clearance", Clearance.objects.get(tool__code="aila"))
    world.keep("day one", _entered(world, "Consultation of May 2025"))
    confirmed = _entered(world, "Consultation of June 2025")
    for role, who in ((Role.DEPUTY_DPO, "deputydpo"), (Role.NETWORK, "network2")):
        day_one.confirm(entered_id=confirmed.pk, role=role, **world.acts(who))
    confirmed.refresh_from_db()
    world.keep("confirmed day one", confirmed)


def _entered(world: DemoWorld, reference: str) -> Any:
    earlier = day_one.Earlier(
        tool("grok").pk,
        reference,
        date(2025, 5, 12),
        date(2027, 5, 1),
        None,
        (story.staff(DataClass.NONE, frozenset({"ideas"})),),
        staff_sign_up=True,
    )
    return day_one.enter(trust_id=world.demo.trust.pk, earlier=earlier, upload=paper(), **world.acts("admin"))


# Cases ----------------------------------------------------------------------------------------------------------------


def _cases(world: DemoWorld) -> None:
    """A draft that can be sent; one every team reads; one with a high risk that is left; the demo's that waits to be signed."""
    draft = _case(world, "curipod")
    said = comments.post(assessment_id=draft.pk, section="what", text="Who looks at it?", **world.acts("network"))
    world.keep("comment", said)
    risk = world.keep("risk", draft.risks.order_by("number").first())
    world.keep("measure", risk.measures.get())
    world.revisions["asked"] = draft.asked.get(audience=Audience.STAFF).revision
    draft.refresh_from_db()
    world.keep("draft", draft, by="reference")
    read = _send(world, _case(world, "gamma"))
    for team, who in (("network", "network"), ("deputydpo", "deputydpo"), ("safeguarding", "dsl")):
        world.keep(f"{team} review", _take(world, read, team, who))
    world.keep("read", read, by="reference")
    world.keep("high", _send(world, _case(world, "diffit", high=True)), by="reference")
    world.keep("ready", Assessment.objects.get(tool__code="magicschool"), by="reference")
    world.keep("signed", Assessment.objects.get(tool__code="aila"), by="reference")
    world.names |= {"what": "what", "key": "what.aim", "staff": "staff"}


def _case(world: DemoWorld, code: str, *, high: bool = False) -> Assessment:
    """Written by the AI lead of Park: staff plan with it, and pupils practise."""
    asked = (
        story.staff(DataClass.INTERNAL, frozenset({"ideas", "planning"})),
        story.pupils(frozenset(range(9, 14)), frozenset({"practice"})),
    )
    teller = story.Teller(world.demo)
    plan = Plan(code, "ailead", asked, make.NOW - timedelta(days=6), places=("park",))
    case = teller._start(plan, world.people["ailead"])
    teller._write(plan, case, world.people["ailead"])
    if high:
        make_high(world, case)
    case.refresh_from_db()
    return case


def make_high(world: DemoWorld, case: Assessment) -> None:
    left = drafts.RiskFacts("It is hacked.", "possible", "severe", "high", "", "possible", "severe", "high")
    risk = drafts.add_risk(assessment_id=case.pk, facts=left, **world.acts("ailead"))
    measure = drafts.MeasureFacts("A second factor.", "reduced", Role.NETWORK)
    drafts.add_measure(assessment_id=case.pk, risk_id=risk.public_id, facts=measure, **world.acts("ailead"))


def _send(world: DemoWorld, case: Assessment) -> Assessment:
    sent = submitting.submit(assessment_id=case.pk, revision=case.revision, **world.acts("ailead"))
    sent.refresh_from_db()
    return sent


def _take(world: DemoWorld, case: Assessment, team: str, who: str) -> Review:
    review = case.reviews.get(team=team)
    return reviews.take(assessment_id=case.pk, review_id=review.public_id, revision=review.revision, **world.acts(who))


# The list -------------------------------------------------------------------------------------------------------------


def _list(world: DemoWorld) -> None:
    """The edition in force at the end of the story, with both its papers."""
    edition = editions.current(place=Place.objects.select_related("trust").get(urn=PARK), at=make.NOW)
    assert edition is not None
    for layout in Layout:
        editions.paper(edition=edition, layout=layout, at=make.NOW)
    world.keep("code", edition, by="check_code")
