"""Send a case: freeze a version, and ask every team, or only those whose part changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from dpia import case as cases
from dpia import documents
from dpia.actions.moving import _move, announce, lock_case
from dpia.actions.reviews import settle
from dpia.models import Review, Version
from dpia.posts import Post
from dpia.rules import cases as rules
from dpia.workflow import Move, Status, Team, Verdict
from schools.models import Role
from tools_registry import working_days
from trustai.days import day_of
from trustai.rules import AlreadyDone, check_fresh

if TYPE_CHECKING:
    from datetime import date, datetime

    from dpia.case import Case, Draft
    from dpia.models import Assessment
    from schools.models import Place
    from schools.standing import Standing
    from trustai.accounts.models import User


@transaction.atomic
def submit(*, assessment_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Assessment:
    """Freeze what is written as the next version and open one review for each team that has to read it."""
    case = lock_case(assessment_id, at=at)
    assessment = case.assessment
    if _was_sent(case, revision, by=by):
        raise AlreadyDone(f"Version {assessment.version} was sent already.")
    check_fresh(revision, assessment.revision, what="This case")
    role = rules.check_may_write(standing, case)
    rules.check_can_move(assessment, Move.SUBMIT)
    draft = cases.read_draft(assessment)
    rules.check_complete(case, draft)
    rules.check_posts(case, draft)
    version = _freeze(case, draft, by=by, at=at)
    asked = _ask(case, draft, version, at=at)
    assessment.version = version.number
    _move(case, Move.SUBMIT, by=by, role=role, at=at, sha256=version.sha256, asked=[r.team for r in asked])
    sent = cases.read(assessment, on=day_of(at))
    for review in asked:
        announce(sent, readers(sent, review), "review.asked", at=at, path=_path(assessment), due_on=review.due_on)
    settle(sent, by=by, role=role, at=at)
    return assessment


def readers(case: Case, review: Review) -> frozenset[int]:
    """Whom a review waits for: whoever took it and holds the role still, else everybody who may; a fall-back only when the post has nobody."""
    post = Post(review.team)
    may = rules.roles_for(case, post)
    took_it = frozenset({review.taken_by_id} if review.taken_by_id else ())
    if any(took_it & case.holding(role, place) for role, place in may):
        return took_it
    for role, place in may:
        free = case.free(role, place, doing=post)
        if free:
            return free
    return frozenset()


def _was_sent(case: Case, revision: int, *, by: User) -> bool:
    """The same page posted twice: the version it would have sent stands, and nothing else has happened since."""
    version = case.version
    in_review = case.assessment.status == Status.IN_REVIEW
    return version is not None and in_review and version.by_id == by.pk and revision == case.assessment.revision - 1


def _path(assessment: Assessment) -> str:
    return reverse("dpia:review", args=[assessment.reference])


def _freeze(case: Case, draft: Draft, *, by: User, at: datetime) -> Version:
    assessment = case.assessment
    number = assessment.version + 1
    document = cases.document_of(case, draft, number=number)
    same = bool(case.document) and documents.content(case.document) == documents.content(document)
    rules.check_something_changed(same=same, number=assessment.version)
    text = documents.canonical(document)
    return Version.objects.create(
        trust_id=assessment.trust_id,
        assessment=assessment,
        number=number,
        document=text,
        sha256=documents.sha256(text),
        authors=sorted(case.authors),
        by=by,
        at=at,
    )


def _ask(case: Case, draft: Draft, version: Version, *, at: datetime) -> list[Review]:
    """Reviews newly opened. Open ones carry over; verdicts stand unless something their team cares about changed."""
    due_on = working_days.add(day_of(at), case.trust.review_working_days)
    new = cases.document_of(case, draft, number=version.number)
    opened = []
    for team in Team:
        review = case.review_of(team)
        if team not in draft.teams:
            _supersede(review, at=at)
        elif review is None:
            opened.append(_open(case, team, version, at=at, due_on=due_on, since=0))
        elif not review.verdict:
            _carry_over(review, version)
        elif _asks_again(team, review, case, new):
            _supersede(review, at=at)
            since = review.given_on_version or 0
            opened.append(_open(case, team, version, at=at, due_on=due_on, since=since))
    return opened


def _asks_again(team: Team, review: Review, case: Case, new: dict[str, object]) -> bool:
    """A team that asked for changes always looks again; the others when something they care about changed."""
    return review.verdict == Verdict.CHANGES or documents.concerns(team, case.document, new)


def _supersede(review: Review | None, *, at: datetime) -> None:
    if review is not None:
        review.superseded_at = at
        review.revision += 1
        review.save(update_fields=["superseded_at", "revision"])


def _carry_over(review: Review, version: Version) -> None:
    """An open review goes on with the new version and its own due date; what changed is shown to it."""
    review.since_version = review.since_version or review.version.number
    review.version = version
    review.revision += 1
    review.save(update_fields=["version", "since_version", "revision"])


def _open(case: Case, team: Team, version: Version, *, at: datetime, due_on: date, since: int) -> Review:
    return Review.objects.create(
        trust_id=case.assessment.trust_id,
        assessment=case.assessment,
        version=version,
        team=team,
        place=_place(case, team),
        asked_at=at,
        due_on=due_on,
        since_version=since,
    )


def _place(case: Case, team: Team) -> Place | None:
    """The school whose own DSL is asked; None where the trust's safeguarding lead is."""
    school = case.school
    if team != Team.SAFEGUARDING or school is None:
        return None
    return school if case.free(Role.DSL, school, doing=Post.SAFEGUARDING) else None
