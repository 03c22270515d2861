"""Everything the rules ask about one case, read once into frozen values."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import F, prefetch_related_objects

from schools.models import Membership, Role
from tools_registry.answer import Allowance
from tools_registry.queries.facts import facts_today
from tools_registry.words import Audience, DataClass, Subject

from . import documents, questions
from .models import Advice, Assessment, AssessmentPlace, Author, IcoConsultation, Review, Risk, Version
from .posts import Post
from .screening import Facts, Screening, facts_of
from .words import Level
from .workflow import Team, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from schools.models import Place, Trust
    from schools.standing import Standing
    from tools_registry.facts import Facts as ToolFacts

ROLES = (
    Role.AI_LEAD,
    Role.HEAD,
    Role.DSL,
    Role.NETWORK,
    Role.DEPUTY_DPO,
    Role.DPO,
    Role.SAFEGUARDING,
    Role.TRUST_LEAD,
)
SCREENING = "screening"


@dataclass(frozen=True)
class Case:
    """One case as it stands: its places, standing reviews, authors, last version, advice, and who holds which role."""

    assessment: Assessment
    places: tuple[Place, ...]
    reviews: tuple[Review, ...]
    authors: frozenset[int]
    version: Version | None
    advice: Advice | None
    ico: IcoConsultation | None
    holders: Mapping[tuple[Role, int | None], frozenset[int]]

    @property
    def trust(self) -> Trust:
        return self.assessment.trust

    @property
    def school(self) -> Place | None:
        """The one school a case is for; None for several, the trust office or the whole trust."""
        only = self.places[0] if len(self.places) == 1 and not self.assessment.is_trust_wide else None
        return None if only is None or only.is_office else only

    @property
    def urn(self) -> str:
        return self.school.urn if self.school else ""

    @cached_property
    def document(self) -> dict[str, Any]:
        """What was sent last; empty before the first version."""
        document: dict[str, Any] = json.loads(self.version.document) if self.version else {}
        return document

    @property
    def sent(self) -> Version:
        """The version sent last, where a rule has made sure that there is one."""
        if self.version is None:
            raise LookupError(f"{self.assessment.reference} was never sent.")
        return self.version

    @property
    def needs_dpia(self) -> bool:
        return bool(self.document.get("dpia"))

    @property
    def residual_is_high(self) -> bool:
        return documents.worst_residual(self.document) == Level.HIGH

    def review_of(self, team: Team) -> Review | None:
        return next((review for review in self.reviews if review.team == team), None)

    @property
    def objections(self) -> tuple[Review, ...]:
        return tuple(review for review in self.reviews if review.verdict == Verdict.OBJECT)

    @property
    def changes_are_asked(self) -> bool:
        return any(review.verdict == Verdict.CHANGES for review in self.reviews)

    @property
    def counted_advice(self) -> Advice | None:
        """The advice that counts: given on the version the Deputy's standing review is about, or on a later one."""
        deputy = self.review_of(Team.DEPUTY_DPO)
        if self.advice is None or deputy is None:
            return None
        since = deputy.given_on_version or deputy.version.number
        return self.advice if self.advice.version.number >= since else None

    def holding(self, role: Role, place: Place | None = None) -> frozenset[int]:
        return self.holders.get((role, place.pk if place else None), frozenset())

    def gave(self, person_id: int, *, besides: Post | None = None) -> str:
        """What this person gave to the version already, in words; blank when nothing, or only `besides`."""
        for review in self.reviews:
            if review.given_by_id == person_id and Post(review.team) != besides:
                return f"You gave {GAVE[Team(review.team)]}"
        advice = self.counted_advice
        if advice is not None and advice.by_id == person_id and besides != Post.ADVICE:
            return "You gave the advice on this version"
        return ""

    def free(self, role: Role, place: Place | None = None, *, doing: Post) -> frozenset[int]:
        """Holders of a role who have not written the case and have given nothing else to it."""
        return frozenset(
            person for person in self.holding(role, place) - self.authors if not self.gave(person, besides=doing)
        )


GAVE = {
    Team.NETWORK: "the Network Team's review",
    Team.DEPUTY_DPO: "the Deputy DPO's review",
    Team.SAFEGUARDING: "the safeguarding review",
}


def read(assessment: Assessment, *, on: date) -> Case:
    """One case. It comes with its trust and tool."""
    return read_many([assessment], on=on)[0]


def read_many(assessments: Sequence[Assessment], *, on: date) -> list[Case]:
    """Eight queries, however many cases."""
    places = _grouped(AssessmentPlace, assessments, "place")
    reviews = _grouped(Review, assessments, "version", "taken_by", "given_by", "place", superseded_at=None)
    authors = _grouped(Author, assessments)
    versions = _grouped(Version, assessments, "by", number=F("assessment__version"))
    advice = _grouped(Advice, assessments, "version", "by")
    ico = _grouped(IcoConsultation, assessments, "by", version__number=F("assessment__version"))
    holders = _holders({assessment.trust_id for assessment in assessments}, on)
    prefetch_related_objects([review for found in reviews.values() for review in found], "conditions")
    return [
        Case(
            assessment=a,
            places=tuple(sorted((row.place for row in places[a.pk]), key=lambda p: (p.sort_name, p.pk))),
            reviews=tuple(sorted(reviews[a.pk], key=lambda r: list(Team).index(Team(r.team)))),
            authors=frozenset(author.person_id for author in authors[a.pk]),
            version=next(iter(versions[a.pk]), None),
            advice=max(advice[a.pk], key=lambda row: row.version.number, default=None),
            ico=max(ico[a.pk], key=lambda row: (row.at, row.pk), default=None),
            holders=holders.get(a.trust_id, {}),
        )
        for a in assessments
    ]


def _grouped(table: Any, assessments: Sequence[Assessment], *related: str, **filters: Any) -> dict[int, list[Any]]:
    """The rows of a table by their case."""
    rows = table.objects.filter(assessment__in=assessments, **filters)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related(*related) if related else rows:
        found[row.assessment_id].append(row)
    return found


def _holders(trust_ids: Collection[int], on: date) -> dict[int, dict[tuple[Role, int | None], frozenset[int]]]:
    """By trust: who holds which role where."""
    held = Membership.objects.in_force(on).filter(trust_id__in=trust_ids, role__in=ROLES, person__is_active=True)
    found: dict[int, dict[tuple[Role, int | None], frozenset[int]]] = defaultdict(dict)
    for trust_id, role, place_id, person_id in held.values_list("trust_id", "role", "place_id", "person_id"):
        where = (Role(role), place_id)
        found[trust_id][where] = found[trust_id].get(where, frozenset()) | {person_id}
    return found


@dataclass(frozen=True)
class Draft:
    """What is written now, sent or not; `tool` is what the trust holds true of the tool."""

    answers: Mapping[str, Any]
    asked: tuple[Allowance, ...]
    risks: tuple[Risk, ...]
    tool: ToolFacts
    dpia_chosen: bool
    screening: Screening | None = field(default=None)

    @property
    def facts(self) -> Facts:
        return facts_of(self.asked)

    @property
    def needs_dpia(self) -> bool:
        return self.dpia_chosen or (self.screening is not None and self.screening.result.needed)

    @property
    def children(self) -> bool:
        return self.facts.concerns_pupils

    @property
    def teams(self) -> tuple[Team, ...]:
        """Safeguarding reads when pupils use it, or staff put pupils' personal or sensitive data in (design §1)."""
        return tuple(team for team in Team if team != Team.SAFEGUARDING or self.children)

    @property
    def unanswered(self) -> tuple[questions.Question, ...]:
        return questions.unanswered(self.answers, dpia=self.needs_dpia, children=self.children)


def read_draft(assessment: Assessment) -> Draft:
    """Five queries."""
    answers = {answer.question: answer.value for answer in assessment.answers.all()}
    risks = assessment.risks.filter(withdrawn_at=None).prefetch_related("measures").order_by("number")
    return Draft(
        answers={key: value for key, value in answers.items() if key in questions.QUESTIONS},
        asked=tuple(_allowance(row) for row in assessment.asked.filter(withdrawn_at=None)),
        risks=tuple(risks),
        tool=facts_today(assessment.tool, assessment.trust_id),
        dpia_chosen=assessment.dpia_chosen,
        screening=Screening.from_value(answers.get(SCREENING)),
    )


def _allowance(row: Any) -> Allowance:
    return Allowance(
        Audience(row.audience),
        DataClass(row.data_class),
        frozenset(Subject(subject) for subject in row.subjects),
        frozenset(row.purposes),
        frozenset(row.year_groups),
    )


def document_of(case: Case, draft: Draft, *, number: int) -> dict[str, Any]:
    """The version as it is frozen: everything the reviewers read, by codes and words."""
    assessment = case.assessment
    said = draft.screening
    children = draft.children
    return {
        "format": documents.FORMAT,
        "edition": assessment.questions_edition,
        "reference": assessment.reference,
        "number": number,
        "tool": {"id": str(assessment.tool.public_id), "name": str(assessment.tool)},
        "trust_wide": assessment.is_trust_wide,
        "places": [{"id": str(place.public_id), "name": place.name} for place in case.places],
        "asked": sorted(
            (documents.allowance_row(row) for row in draft.asked), key=lambda row: list(Audience).index(row["audience"])
        ),
        "screening": {**(said.as_value() if said else {}), "needed": bool(said and said.result.needed)},
        "dpia": draft.needs_dpia,
        "answers": {
            key: value
            for key, value in draft.answers.items()
            if questions.QUESTIONS[key].is_asked(children=children) and value
        },
        "risks": [_risk(risk) for risk in draft.risks],
    }


def _risk(risk: Risk) -> dict[str, Any]:
    return {
        "id": str(risk.public_id),
        "number": risk.number,
        "description": risk.description,
        "likelihood": risk.likelihood,
        "severity": risk.severity,
        "level": risk.level,
        "level_reason": risk.level_reason,
        "residual_likelihood": risk.residual_likelihood,
        "residual_severity": risk.residual_severity,
        "residual": risk.residual,
        "measures": [
            {
                "id": str(measure.public_id),
                "description": measure.description,
                "effect": measure.effect,
                "owner_role": measure.owner_role,
                "due_on": measure.due_on.isoformat() if measure.due_on else None,
            }
            for measure in standing_measures(risk)
        ],
    }


def standing_measures(risk: Risk) -> list[Any]:
    return sorted((m for m in risk.measures.all() if m.withdrawn_at is None), key=lambda m: m.pk)


def sees(standing: Standing, reference: str) -> Assessment:
    """The case this person may see, or Assessment.DoesNotExist."""
    return Assessment.objects.visible_to(standing).select_related("trust", "tool", "by").get(reference=reference)


def date_or_none(said: str | None) -> date | None:
    """A day as the document of a version has it."""
    return date.fromisoformat(said) if said else None
