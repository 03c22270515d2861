"""Build the world a test needs. Where an action exists that brings it about, the action is what is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.files import File

from dpia.actions import advice as advising
from dpia.actions import cases as case_actions
from dpia.actions import drafts, signing, submitting
from dpia.actions import reviews as reviewing
from dpia.case import read_draft
from dpia.questions import QUESTIONS, Kind
from dpia.rules.signing import Signature
from dpia.screening import prefilled
from dpia.workflow import Verdict
from schools import year_groups
from schools.actions.places import office_for
from schools.models import PLACE_ROLES, Membership, Place, PlaceKind, Role, School, Trust
from schools.standing import Standing, standing_of
from tools_registry.actions import agreements, catalogue, clearances, entries, requests
from tools_registry.actions.entries import Decision
from tools_registry.answer import Allowance
from tools_registry.catalogue_file import ToolRow
from tools_registry.models import Agreement, Clearance, RegisterEntry, Request, Tool
from tools_registry.models.requests import Stage
from tools_registry.words import Audience, DataClass, SignIn, Subject
from trustai.accounts.models import User
from trustai.exports.actions import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dpia.models import Assessment, Review, Risk
    from trustai.exports.models import StoredFile

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LONG_AGO = date(2020, 9, 1)
PASSWORD = "correct-horse-battery"
_number = count(1)


# Schools and people --------------------------------------------------------------------------------------------------


def trust(name: str = "", **facts: object) -> Trust:
    """An academy trust with its office."""
    n = next(_number)
    name = name or f"Trust {n}"
    made = Trust.objects.create(
        **{"group_uid": f"T{n}", "name": name, "sort_name": name.casefold(), "code": f"T{n}", **facts}
    )
    office_for(made, joined_on=LONG_AGO).save()
    return made


def office(of: Trust) -> Place:
    return of.places.get(kind=PlaceKind.OFFICE)


def school(of: Trust | None = None, name: str = "", *, ages: tuple[int, int] = (11, 18), **facts: object) -> School:
    """A school as the DfE's register has it."""
    n = next(_number)
    name = name or f"School {n}"
    return School.objects.create(
        **{
            "urn": f"{700000 + n}",
            "name": name,
            "sort_name": name.casefold(),
            "trust": of,
            "low_age": ages[0],
            "high_age": ages[1],
            "read_at": NOW,
            **facts,
        }
    )


def place(
    of: Trust | None = None,
    name: str = "",
    *,
    ages: tuple[int, int] = (11, 18),
    published: bool = False,
    confirmed: bool = True,
    **facts: object,
) -> Place:
    """A school in a trust, its year groups confirmed."""
    of = of or trust()
    filed = school(of, name, ages=ages)
    return Place.objects.create(
        **{
            "trust": of,
            "school": filed,
            "name": filed.name,
            "sort_name": filed.sort_name,
            "urn": filed.urn,
            "joined_on": LONG_AGO,
            "is_published": published,
            "year_groups": list(year_groups.from_ages(*ages)) if confirmed else [],
            "year_groups_confirmed_at": NOW if confirmed else None,
            **facts,
        }
    )


def person(name: str = "", email: str = "") -> User:
    n = next(_number)
    return User.objects.create_user(
        email=email or f"person{n}@oakfield.example", name=name or f"Person {n}", password=PASSWORD
    )


def membership(
    where: Place | Trust,
    role: Role,
    *,
    who: User | None = None,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
) -> Membership:
    at_place = isinstance(where, Place)
    return Membership.objects.create(
        trust=where.trust if at_place else where,
        place=where if at_place else None,
        person=who or person(),
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def member(where: Place | Trust, role: Role, *, who: User | None = None) -> User:
    """A person who holds `role` at a place, or in a trust."""
    return membership(where, role, who=who).person


def standing(who: User, *, on: date = TODAY, at: Place | None = None) -> Standing:
    """What `who` may see and be on a day; `at` is the place chosen in the band."""
    return standing_of(who, on=on, chosen_place_id=at.pk if at else None)


def paper() -> File[bytes]:
    """A signed document as it is uploaded."""
    return File(BytesIO(b"%PDF-1.7 signed"), name="signed.pdf")


def stored_file(of: Trust, *, by: User) -> StoredFile:
    return store(upload=paper(), trust_id=of.pk, owner_type="day_one", owner_id=uuid4(), by=by, at=NOW)


# The catalogue, agreements and requests -------------------------------------------------------------------------------


def tool_row(code: str = "chat", **facts: object) -> ToolRow:
    """A shared tool as a file of the catalogue has it: 13 and over, confirmed, no account."""
    plain = {
        "code": code,
        "name": code.replace("-", " ").title(),
        "edition": "",
        "supplier": "Supplier",
        "category": "Chatbots",
        "website": f"https://{code}.example",
        "domains": (f"{code}.example",),
        "aliases": (),
        "how_to_tell": "",
        "sign_in": SignIn.NONE,
        "account_holds": "",
        "minimum_age": 13,
        "parental_age": None,
        "education_rule": "",
        "restricted_purposes": (),
        "trains_on_inputs": "unknown",
        "data_location": "",
        "terms_url": "",
        "privacy_url": "",
        "source": "The terms, line 1",
        "source_on": date(2026, 9, 1),
        "confidence": "confirmed",
    }
    return ToolRow(**{**plain, **facts})


def shared_tool(code: str = "chat", **facts: object) -> Tool:
    """A shared tool, loaded as `load_catalogue` loads it."""
    catalogue.load(rows=[tool_row(code, **facts)], at=NOW)
    return Tool.objects.get(trust=None, code=code)


def own_tool(of: Trust, name: str = "Brightwrite", **description: object) -> Tool:
    """A tool of the trust's own, added by its Network Team."""
    by = member(of, Role.NETWORK)
    return catalogue.add(
        trust_id=of.pk,
        description=catalogue.Description(name, **description),
        by=by,
        standing=standing(by),
        at=NOW,
    )


def agreement(of: Trust, tool: Tool, **terms: object) -> Agreement:
    """An agreement in force, recorded by the Deputy DPO: personal data about pupils and staff, accounts too."""
    by = member(of, Role.DEPUTY_DPO)
    plain = {
        "reference": f"DSA-{next(_number)}",
        "supplier_party": tool.supplier or "Supplier",
        "starts_on": LONG_AGO,
        "ends_on": date(2027, 9, 1),
        "data_class": DataClass.PERSONAL,
        "subjects": frozenset({Subject.PUPILS, Subject.STAFF}),
        "covers_accounts": True,
    }
    return agreements.add(
        trust_id=of.pk,
        tool_id=tool.pk,
        terms=agreements.Terms(**{**plain, **terms}),
        by=by,
        standing=standing(by),
        at=NOW,
    )


def request(at_place: Place, tool: Tool | None = None, *, by: User | None = None, **asked: object) -> Request:
    """What a member of staff asks for: for staff, general topics only, not bought yet."""
    by = by or member(at_place, Role.STAFF)
    plain = {
        "place_id": at_place.pk,
        "tool_id": tool.pk if tool else None,
        "name": "" if tool else "Brightwrite",
        "audiences": frozenset({Audience.STAFF}),
        "data_class": DataClass.NONE,
        "stage": Stage.NOT_BOUGHT,
    }
    return requests.make(asked=requests.Asked(**{**plain, **asked}), by=by, standing=standing(by), at=NOW)


# The register ---------------------------------------------------------------------------------------------------------


def allowance(audience: Audience = Audience.STAFF, data: DataClass = DataClass.INTERNAL, **parts: object) -> Allowance:
    """Staff, school information, lesson planning and quizzes; for pupils practice, in Years 9 to 13."""
    plain: dict[str, object] = {"purposes": frozenset({"planning", "quizzes"}) if audience == Audience.STAFF else ()}
    if audience == Audience.PUPILS:
        plain = {"purposes": {"practice"}, "year_groups": range(9, 14)}
    return Allowance(audience, data, **{name: frozenset(value) for name, value in {**plain, **parts}.items()})


def clearance(of: Trust, tool: Tool, *allowed: Allowance, places: Sequence[Place] = (), **terms: object) -> Clearance:
    """A signed clearance for the whole trust or for `places`, for a year; by default as `allowance()` says."""
    plain = {
        "trust_id": of.pk,
        "tool_id": tool.pk,
        "reference": f"{of.code}-2026-{next(_number):04}",
        "version": 1,
        "place_ids": frozenset(place.pk for place in places) or None,
        "allowances": allowed or (allowance(),),
        "staff_sign_up": True,
        "starts_on": TODAY,
        "ends_on": date(2027, 11, 24),
    }
    by = member(of, Role.TRUST_LEAD)
    return clearances.issue(terms=clearances.ClearanceTerms(**{**plain, **terms}), by=by, role=Role.TRUST_LEAD, at=NOW)


def decision(within: Clearance, *allowed: Allowance, **more: object) -> Decision:
    """To take a clearance as `allowance()` says, looked at again in August."""
    plain = {"allowances": allowed or (allowance(),), "review_on": date(2027, 8, 31)}
    return Decision(clearance_id=within.pk, **{**plain, **more})


def approved(
    at_place: Place,
    tool: Tool,
    *allowed: Allowance,
    within: Clearance | None = None,
    by: User | None = None,
    **more: object,
) -> RegisterEntry:
    """An entry its head has approved, within a clearance made for it if none is given."""
    within = within or clearance(at_place.trust, tool, *allowed)
    by = by or member(at_place, Role.HEAD)
    return entries.approve(
        place_id=at_place.pk,
        tool_id=tool.pk,
        decision=decision(within, *allowed, **more),
        by=by,
        standing=standing(by),
        at=NOW,
    )


# Cases ----------------------------------------------------------------------------------------------------------------

SITTING = {
    "ailead": Role.AI_LEAD,
    "head": Role.HEAD,
    "dsl": Role.DSL,
    "staff": Role.STAFF,
    "governor": Role.GOVERNOR,
    "network": Role.NETWORK,
    "deputydpo": Role.DEPUTY_DPO,
    "dpo": Role.DPO,
    "safeguarding": Role.SAFEGUARDING,
    "trustlead": Role.TRUST_LEAD,
    "trustee": Role.TRUSTEE,
    "admin": Role.ADMIN,
}


@dataclass(frozen=True)
class World:
    """One trust with one school, a tool, and a person for every role."""

    trust: Trust
    place: Place
    tool: Tool
    people: dict[str, User]

    def standing(self, who: str, *, on: date = TODAY) -> Standing:
        return standing(self.people[who], on=on)

    def acts(self, who: str, *, at: datetime = NOW) -> dict[str, object]:
        """`by`, `standing` and `at` of an action this person does."""
        return {"by": self.people[who], "standing": self.standing(who, on=at.date()), "at": at}


def world(*, without: Sequence[str] = (), trust_facts: dict[str, object] | None = None, **tool_facts: object) -> World:
    of = trust(**(trust_facts or {}))
    at_place = place(of)
    people = {
        name: member(at_place if role in PLACE_ROLES else of, role)
        for name, role in SITTING.items()
        if name not in without
    }
    tool = shared_tool(f"tool-{next(_number)}", **{"sign_in": SignIn.SCHOOL, **tool_facts})
    return World(of, at_place, tool, people)


def case(within: World, *, by: str = "ailead", places: Sequence[Place] = (), wide: bool = False) -> Assessment:
    """A case that has just been begun."""
    ids = frozenset(p.pk for p in places) or frozenset({within.place.pk})
    new = case_actions.NewCase(within.trust.pk, within.tool.pk, None if wide else ids)
    return case_actions.start(new=new, **within.acts(by))


def write_case(
    within: World,
    assessment: Assessment,
    *asked: Allowance,
    by: str = "ailead",
    dpia: bool = True,
    residual: str = "low",
    answers: dict[str, object] | None = None,
    at: datetime = NOW,
) -> None:
    """Answer everything that a case for `asked` (staff, by default) needs before it can be sent."""
    acts = within.acts(by, at=at)
    for allowed in asked or (allowance(),):
        drafts.set_asked(assessment_id=assessment.pk, asked=allowed, revision=0, **acts)
    screen_case(within, assessment, by=by, dpia=dpia, at=at)
    facts = read_draft(assessment)
    asked_here = [key for key, question in QUESTIONS.items() if question.is_asked(children=facts.children)]
    typed = {key: drafts.Typed((answers or {}).get(key, an_answer(key)), 0) for key in asked_here}
    drafts.save_answers(assessment_id=assessment.pk, typed=typed, **acts)
    if dpia:
        add_risk(within, assessment, residual=residual, by=by, at=at)


def screen_case(
    within: World, assessment: Assessment, *, by: str = "ailead", dpia: bool = True, at: datetime = NOW
) -> None:
    row = assessment.answers.filter(question="screening").first()
    known = frozenset(prefilled(read_draft(assessment).facts))
    ticks = known if dpia else frozenset()
    drafts.save_screening(
        assessment_id=assessment.pk,
        ticks=ticks,
        reasons="" if dpia else "Nothing about anybody goes in.",
        dpia_chosen=dpia,
        revision=row.revision if row else 0,
        **within.acts(by, at=at),
    )


def an_answer(key: str) -> object:
    question = QUESTIONS[key]
    if question.kind == Kind.DONE:
        return {"state": "yes", "on": "2026-11-20", "note": "The head, with the Network Team."}
    return question.options[0][0] if question.kind == Kind.CHOICE else f"What there is to say about {key}."


def answer_question(
    within: World, assessment: Assessment, key: str, value: object, *, by: str = "ailead", at: datetime = NOW
) -> None:
    """Answer one question, whatever stood there."""
    row = assessment.answers.filter(question=key).first()
    typed = {key: drafts.Typed(value, row.revision if row else 0)}
    drafts.save_answers(assessment_id=assessment.pk, typed=typed, **within.acts(by, at=at))


def add_risk(
    within: World, assessment: Assessment, *, residual: str = "low", by: str = "ailead", at: datetime = NOW
) -> Risk:
    """A high risk with one measure, which leaves `residual`."""
    left = {"low": ("minimal", "remote"), "medium": ("significant", "possible"), "high": ("severe", "possible")}
    severity, likelihood = left[residual]
    facts = drafts.RiskFacts(
        "A pupil is shown something harmful.", "possible", "severe", "high", "", likelihood, severity, residual
    )
    acts = within.acts(by, at=at)
    risk = drafts.add_risk(assessment_id=assessment.pk, facts=facts, **acts)
    measure = drafts.MeasureFacts("A teacher is in the room.", "reduced", "head")
    drafts.add_measure(assessment_id=assessment.pk, risk_id=risk.public_id, facts=measure, **acts)
    return risk


def send_case(within: World, assessment: Assessment, *, by: str = "ailead", at: datetime = NOW) -> Assessment:
    assessment.refresh_from_db()
    return submitting.submit(assessment_id=assessment.pk, revision=assessment.revision, **within.acts(by, at=at))


def sent_case(within: World, *asked: Allowance, by: str = "ailead", **more: object) -> Assessment:
    """A case whose first version is with the teams."""
    made = case(within, by=by)
    write_case(within, made, *asked, by=by, **more)
    return send_case(within, made, by=by)


def verdict(
    within: World,
    assessment: Assessment,
    who: str,
    said: Verdict = Verdict.AGREE,
    *,
    team: str = "",
    at: datetime = NOW,
    **more: object,
) -> Review:
    """`who` gives the verdict of their own team, or of `team`."""
    teams = {"network": "network", "deputydpo": "deputydpo", "dpo": "deputydpo", "dsl": "safeguarding"}
    review = assessment.reviews.get(team=team or teams.get(who, who), superseded_at=None)
    given = reviewing.Given(said, **{"reason": "", **more})
    if said in {Verdict.CHANGES, Verdict.OBJECT} and not given.reason:
        given = reviewing.Given(said, **{**more, "reason": "The answers do not say enough."})
    return reviewing.give_verdict(
        assessment_id=assessment.pk,
        review_id=review.public_id,
        given=given,
        revision=review.revision,
        **within.acts(who, at=at),
    )


def ready_case(within: World, *asked: Allowance, advised: bool = True, **more: object) -> Assessment:
    """A case that every team has agreed to, and the DPO has advised on where there is a DPIA."""
    made = sent_case(within, *asked, **more)
    for review in made.reviews.filter(verdict="").order_by("team"):
        verdict(within, made, {"safeguarding": "dsl"}.get(review.team, review.team))
    made.refresh_from_db()
    if advised and more.get("dpia", True):
        advise(within, made)
    made.refresh_from_db()
    return made


def advise(within: World, assessment: Assessment, *, may_go_ahead: bool = True, at: datetime = NOW) -> None:
    assessment.refresh_from_db()
    advising.advise(
        assessment_id=assessment.pk,
        text="It keeps the law, and the measures fit.",
        may_go_ahead=may_go_ahead,
        revision=assessment.revision,
        **within.acts("dpo", at=at),
    )


def signature(**said: object) -> Signature:
    facts: dict[str, object] = {
        "measures_approved": True,
        "residual_accepted": True,
        "advice_accepted": True,
        "valid_until": date(2027, 11, 25),
        "review_by_role": "head",
    }
    return Signature(**{**facts, **said})


def sign(within: World, assessment: Assessment, who: str = "head", *, at: datetime = NOW, **said: object) -> Assessment:
    assessment.refresh_from_db()
    return signing.sign(
        assessment_id=assessment.pk,
        said=signature(**said),
        revision=assessment.revision,
        **within.acts(who, at=at),
    )


def signed_case(within: World, *asked: Allowance, **more: object) -> Assessment:
    return sign(within, ready_case(within, *asked, **more))
