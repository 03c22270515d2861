"""Bring a case of the demo to where the story has it, by the same acts a person would use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dpia import grid, screening
from dpia.actions import cases, drafts, reviews, signing, submitting
from dpia.actions.reviews import Given
from dpia.models import Assessment, Review
from dpia.rules.signing import Signature
from dpia.words import Effect, Level, Likelihood, Severity
from dpia.workflow import Team, Verdict
from schools.models import Role
from schools.standing import Standing, standing_of
from tools_registry.models import Clearance, Tool
from tools_registry.words import Audience, SignIn
from trustai.days import day_of

from .answers import answers_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dpia.rules.reviews import SetCondition
    from schools.models import Place
    from tools_registry.answer import Allowance
    from trustai.accounts.models import User

    from .people import DemoTrust

AGREES = "Read and agreed."


@dataclass(frozen=True, slots=True)
class Plan:
    """A case: `places` None is the whole trust; `until` how far it gets: draft, review, ready, signed,
    declined or withdrawn, the last two `because` of something."""

    tool: str
    author: str
    asked: tuple[Allowance, ...]
    at: datetime
    places: tuple[str, ...] | None = None
    until: str = "signed"
    verdicts: Mapping[Team, Given] | None = None
    requests: frozenset[int] = frozenset()
    because: str = ""


def standing(person: User, at: datetime) -> Standing:
    return standing_of(person, on=day_of(at))


class Teller:
    """Tells the story of one trust's cases; every step is an act with its own time."""

    def __init__(self, demo: DemoTrust) -> None:
        self.demo = demo

    def tool(self, code: str) -> Tool:
        return Tool.objects.get(code=code, trust=None)

    def case(self, plan: Plan) -> Assessment:
        """Run a plan and give back the case as it stands at its end."""
        author = self.demo.people[plan.author]
        case = self._start(plan, author)
        self._write(plan, case, author)
        if plan.until == "draft":
            return case
        at = plan.at + timedelta(days=2)
        case.refresh_from_db()
        submitting.submit(
            assessment_id=case.pk, revision=case.revision, by=author, standing=standing(author, at), at=at
        )
        self._review(plan, case, at + timedelta(days=3))
        if plan.until == "signed":
            self._sign(case, at + timedelta(days=8))
        elif plan.until == "declined":
            self._decline(plan, case, at + timedelta(days=8))
        elif plan.until == "withdrawn":
            self._withdraw(plan, case, author, at + timedelta(days=4))
        case.refresh_from_db()
        return case

    def clearance(self, plan: Plan) -> Clearance:
        """A case signed, and the clearance it issued."""
        case = self.case(replace(plan, until="signed"))
        return Clearance.objects.get(trust=case.trust, reference=case.reference)

    def _start(self, plan: Plan, author: User) -> Assessment:
        places = None if plan.places is None else frozenset(self.demo.places[key].pk for key in plan.places)
        new = cases.NewCase(self.demo.trust.pk, self.tool(plan.tool).pk, places, request_ids=plan.requests)
        return cases.start(new=new, by=author, standing=standing(author, plan.at), at=plan.at)

    def _write(self, plan: Plan, case: Assessment, author: User) -> None:
        at, stands = plan.at + timedelta(hours=1), standing(author, plan.at)
        tool = self.tool(plan.tool)
        already = {row.audience: row.revision for row in case.asked.filter(withdrawn_at=None)}
        for asked in plan.asked:
            drafts.set_asked(
                assessment_id=case.pk,
                asked=asked,
                revision=already.pop(asked.audience, 0),
                by=author,
                standing=stands,
                at=at,
            )
        for audience, revision in already.items():
            drafts.take_off_asked(
                assessment_id=case.pk, audience=Audience(audience), revision=revision, by=author, standing=stands, at=at
            )
        facts = screening.facts_of(plan.asked)
        ticks = frozenset(screening.prefilled(facts))
        needed = screening.result(ticks).needed or bool(screening.suggests_dpia(facts))
        drafts.save_screening(
            assessment_id=case.pk,
            ticks=ticks,
            reasons="" if needed else "Nothing about a person goes in, and neither staff nor pupils use it.",
            dpia_chosen=False,
            revision=0,
            by=author,
            standing=stands,
            at=at,
        )
        if plan.until == "draft":
            return
        values = answers_for(
            str(tool),
            dpia=needed,
            children=facts.concerns_pupils,
            sign_up=self._sign_up(tool),
            done_on=day_of(plan.at) - timedelta(days=1),
        )
        typed = {key: drafts.Typed(value, 0) for key, value in values.items()}
        drafts.save_answers(assessment_id=case.pk, typed=typed, by=author, standing=stands, at=at)
        if needed:
            self._risks(case, author, stands, at)

    def _sign_up(self, tool: Tool) -> str:
        """No account, one under the trust's agreement, or a sign-up that the clearance has to allow."""
        if tool.sign_in == SignIn.NONE:
            return "none"
        return "school" if tool.agreements.filter(trust=self.demo.trust).exists() else "sign_up"

    def _risks(self, case: Assessment, author: User, stands: Standing, at: datetime) -> None:
        risks = (
            (
                "A wrong fact reaches a class because nobody checked it.",
                Likelihood.POSSIBLE,
                Severity.SIGNIFICANT,
                "Staff are briefed to check every fact, and the head of department samples a plan a month.",
            ),
            (
                "Somebody types in a pupil's name or SEN although it is not allowed.",
                Likelihood.POSSIBLE,
                Severity.SEVERE,
                "The list says what may go in; prompts are logged and looked at each half term.",
            ),
        )
        for description, likelihood, severity, measure in risks:
            risk = drafts.add_risk(
                assessment_id=case.pk,
                facts=drafts.RiskFacts(
                    description,
                    likelihood,
                    severity,
                    level=_level(likelihood, severity),
                    residual_likelihood=Likelihood.REMOTE,
                    residual_severity=Severity.SIGNIFICANT,
                    residual=Level.LOW,
                ),
                by=author,
                standing=stands,
                at=at,
            )
            drafts.add_measure(
                assessment_id=case.pk,
                risk_id=risk.public_id,
                facts=drafts.MeasureFacts(measure, Effect.REDUCED, owner_role=Role.AI_LEAD),
                by=author,
                standing=stands,
                at=at,
            )

    def _review(self, plan: Plan, case: Assessment, at: datetime) -> None:
        """Each team says what the plan has for it; a team the plan leaves out stays reading, without a plan all agree."""
        verdicts = plan.verdicts if plan.verdicts is not None else dict.fromkeys(Team, Given(Verdict.AGREE, AGREES))
        for review in Review.objects.filter(assessment=case, superseded_at=None).order_by("team"):
            given = verdicts.get(Team(review.team))
            reader = self._reader(case, review)
            if given is None:
                reviews.take(
                    assessment_id=case.pk,
                    review_id=review.public_id,
                    revision=review.revision,
                    by=reader,
                    standing=standing(reader, at),
                    at=at,
                )
                continue
            reviews.give_verdict(
                assessment_id=case.pk,
                review_id=review.public_id,
                given=given,
                revision=review.revision,
                by=reader,
                standing=standing(reader, at),
                at=at + timedelta(hours=len(review.team)),
            )

    def _reader(self, case: Assessment, review: Review) -> User:
        people = self.demo.people
        if review.team == Team.NETWORK:
            return people["network2"] if case.by_id == people["network"].pk else people["network"]
        if review.team == Team.DEPUTY_DPO:
            return people["deputydpo"]
        return people["safeguarding"] if review.place_id is None else self.dsl_of(review.place_id)

    def dsl_of(self, place_id: int) -> User:
        return next(
            person
            for person in self.demo.people.values()
            if person.memberships.filter(place_id=place_id, role=Role.DSL).exists()
        )

    def _sign(self, case: Assessment, at: datetime) -> None:
        signer = self._signer(case)
        case.refresh_from_db()
        said = Signature(
            measures_approved=True,
            residual_accepted=True,
            advice_accepted=True,
            valid_until=day_of(at) + timedelta(days=500),
            review_by_role=Role.DEPUTY_DPO,
        )
        signing.sign(
            assessment_id=case.pk, said=said, revision=case.revision, by=signer, standing=standing(signer, at), at=at
        )

    def _decline(self, plan: Plan, case: Assessment, at: datetime) -> None:
        signer = self._signer(case)
        case.refresh_from_db()
        signing.decline(
            assessment_id=case.pk,
            reason=plan.because,
            revision=case.revision,
            by=signer,
            standing=standing(signer, at),
            at=at,
        )

    def _withdraw(self, plan: Plan, case: Assessment, author: User, at: datetime) -> None:
        case.refresh_from_db()
        cases.withdraw(
            assessment_id=case.pk,
            reason=plan.because,
            revision=case.revision,
            by=author,
            standing=standing(author, at),
            at=at,
        )

    def _signer(self, case: Assessment) -> User:
        places = list(case.places.select_related("place"))
        if case.is_trust_wide or len(places) != 1:
            return self.demo.people["trustlead"]
        return self.head_of(places[0].place)

    def head_of(self, place: Place) -> User:
        return next(
            person
            for person in self.demo.people.values()
            if person.memberships.filter(place=place, role=Role.HEAD).exists()
        )


def _level(likelihood: Likelihood, severity: Severity) -> Level:
    return grid.suggest(severity, likelihood)


def with_conditions(reason: str, *conditions: SetCondition) -> Given:
    return Given(Verdict.CONDITIONS, reason, conditions)
