"""The page of one case: how far it is, its sections, who reads it, what can be done now, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from dpia import case as reading
from dpia import documents, questions
from dpia.models import Assessment
from dpia.queries import phrases
from dpia.queries.conditions import Carried, carried
from dpia.queries.following import Following, following
from dpia.queries.history import history
from dpia.queries.lists import changed_since_signing
from dpia.rules import cases as rules
from dpia.rules import reviews as review_rules
from dpia.rules import signing as signing_rules
from dpia.words import Level
from dpia.workflow import FINAL, Status, Team, Verdict
from schools.models import Role
from trustai.rules import Refused, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dpia.case import Case, Draft
    from dpia.models import Answer, Comment, Review, SignOff
    from dpia.queries.history import Line
    from dpia.questions import Section
    from schools.standing import Standing


@dataclass(frozen=True, slots=True)
class Task:
    number: str
    title: str
    url: str | None
    meta: str
    state: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    state: str
    word: str = ""
    meta: str = ""
    text: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    when: str
    state: str = ""
    word: str = ""
    meta: str = ""
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Act:
    """A link to where something is done, or the reason why it is closed."""

    label: str
    url: str
    refusal: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    assessment: Assessment
    lead: str
    stages: tuple[Stage, ...]
    tasks: tuple[Task, ...]
    done: int
    asked_for: int
    teams: tuple[Lane, ...]
    now: str
    send_label: str
    send_refusal: str
    send_missing: tuple[Missing, ...]
    can_send: bool
    writes: bool
    acts: tuple[Act, ...]
    withdraw_refusal: str
    sign_off: SignOff | None
    following: Following | None
    asked: tuple[tuple[str, str], ...]
    conditions: tuple[Carried, ...]
    attention: bool
    requests: int
    history: tuple[Line, ...]


def sees(standing: Standing, reference: str) -> Assessment:
    """The case, or Assessment.DoesNotExist for whoever may not see it. One query."""
    found = Assessment.objects.visible_to(standing).annotate(attention=changed_since_signing())
    return found.select_related("trust", "tool", "by", "sign_off__by").get(reference=reference)


def case_page(standing: Standing, reference: str) -> CasePage:
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    draft = reading.read_draft(assessment)
    answers = list(assessment.answers.select_related("by"))
    comments = list(assessment.comments.filter(settled_at=None))
    missing = tuple(_missing(case, where, text) for where, text in rules.lacks(case, draft))
    writing = refusal(rules.check_may_write, standing, case)
    closed = refusal(rules.check_posts, case, draft) or _nothing_new(case, draft)
    tasks = _tasks(case, draft, answers, comments, missing)
    number = assessment.version + 1
    return CasePage(
        assessment=assessment,
        lead=_lead(case, draft),
        stages=_stages(case, draft, answers),
        tasks=tasks,
        done=sum(task.state == "done" for task in tasks),
        asked_for=sum(task.url is not None for task in tasks),
        teams=tuple(_lane(case, review, standing.day) for review in case.reviews),
        now=_now(standing, case, draft, writes=not writing, missing=len(missing)),
        send_label=f"Send version {number}" if assessment.version else "Send to the teams",
        send_refusal=closed,
        send_missing=missing,
        can_send=not writing and not missing and not closed,
        writes=not writing,
        acts=tuple(_acts(standing, case)),
        withdraw_refusal=refusal(rules.check_may_withdraw, standing, case) or "",
        sign_off=getattr(assessment, "sign_off", None),
        following=following(standing, case) if assessment.status == Status.SIGNED else None,
        asked=tuple((row.audience.label, phrases.allowance(row)) for row in draft.asked),
        conditions=carried(case.reviews, case.document["answers"] if case.version else draft.answers),
        attention=bool(getattr(assessment, "attention", False)),
        requests=assessment.requests.count(),
        history=history(assessment),
    )


def _nothing_new(case: Case, draft: Draft) -> str:
    """Why it cannot be sent again yet, or nothing."""
    if case.version is None:
        return ""
    new = reading.document_of(case, draft, number=case.version.number)
    same = documents.content(new) == documents.content(case.document)
    return refusal(rules.check_something_changed, same=same, number=case.version.number) or ""


def _lead(case: Case, draft: Draft) -> str:
    who = phrases.who(draft.asked)
    asked = f", {who}" if who else ""
    return f"{case.assessment.reference} · for {phrases.where(case)}{asked} · begun by {case.assessment.by.name}"


# Stages --------------------------------------------------------------------------------------------------------------


def _stages(case: Case, draft: Draft, answers: Sequence[Answer]) -> tuple[Stage, ...]:
    return (
        _screening_stage(draft, answers),
        _writing_stage(case, draft),
        _review_stage(case),
        _advice_stage(case, draft),
        _sign_stage(case),
    )


def _screening_stage(draft: Draft, answers: Sequence[Answer]) -> Stage:
    said = next((answer for answer in answers if answer.question == reading.SCREENING), None)
    if said is None or draft.screening is None:
        return Stage("Screening", "now", "not_started", "Not done yet")
    meta = "A DPIA is needed" if draft.needs_dpia else "No DPIA needed"
    if draft.dpia_chosen and not draft.screening.result.needed:
        meta = "A DPIA is done anyway"
    return Stage("Screening", "done", "done", f"Done {phrases.day(said.at)}", meta)


def _writing_stage(case: Case, draft: Draft) -> Stage:
    status, version = Status(case.assessment.status), case.version
    if status in {Status.DRAFT, Status.CHANGES_ASKED}:
        state = "changes_asked" if status == Status.CHANGES_ASKED else "under_way"
        return Stage("Writing", "now" if draft.screening else "next", state, meta=_sent(case))
    if version is None:
        return Stage("Writing", "next", "not_started")
    return Stage("Writing", "done", "done", f"Version {version.number} sent {phrases.day(version.at)}")


def _sent(case: Case) -> str:
    return f"Version {case.version.number} was sent {phrases.day(case.version.at)}" if case.version else ""


NAMES_OF_REVIEW = {2: "Both teams at once", 3: "All three teams at once"}


def _review_stage(case: Case) -> Stage:
    name = NAMES_OF_REVIEW.get(len(case.reviews), "Review")
    if not case.reviews:
        return Stage("Review", "next", "not_started")
    lanes = tuple(
        Lane(phrases.team(review), phrases.VERDICT_STATES[review.verdict], phrases.verdict(review))
        for review in case.reviews
    )
    when = "now" if case.assessment.status == Status.IN_REVIEW else "done"
    return Stage(name, when, lanes=lanes)


def _advice_stage(case: Case, draft: Draft) -> Stage:
    """Every DPIA carries the DPO's advice."""
    name = "DPO’s advice"
    advice = case.counted_advice
    needed = case.needs_dpia if case.version else draft.needs_dpia
    if advice is not None:
        said = "May go ahead" if advice.may_go_ahead else "Do not go ahead"
        by = f"{advice.by.name}, {phrases.day(advice.at)}"
        return Stage(name, "done", "done" if advice.may_go_ahead else "objects", said, by)
    if not needed and (case.version or draft.screening):
        return Stage(name, "next", "not_open", "Not asked for", "No DPIA is needed")
    waits = case.assessment.status == Status.READY and needed
    return Stage(name, "now" if waits else "next", "reading" if waits else "not_started", "Waits" if waits else "")


def _sign_stage(case: Case) -> Stage:
    assessment = case.assessment
    status = Status(assessment.status)
    if status == Status.SIGNED:
        done = assessment.sign_off
        return Stage(
            "Sign-off",
            "done",
            "done",
            f"Signed {phrases.day(done.at)}",
            f"{done.by.name}, {phrases.role_label(done.role)}",
        )
    if status == Status.DECLINED:
        done = assessment.sign_off
        return Stage("Sign-off", "done", "declined", f"Declined {phrases.day(done.at)}", done.by.name)
    if status == Status.WITHDRAWN:
        return Stage("Sign-off", "next", "withdrawn", "Withdrawn")
    whose = signing_rules.signs_as(case).label
    if status == Status.READY and not signing_rules.blocks(case):
        return Stage("Sign-off", "now", "reading", f"Waits for the {whose.lower()}")
    return Stage("Sign-off", "next", "not_open", whose)


# Sections ------------------------------------------------------------------------------------------------------------


def _tasks(
    case: Case, draft: Draft, answers: Sequence[Answer], comments: Sequence[Comment], missing: Sequence[Missing]
) -> tuple[Task, ...]:
    ref = case.assessment.reference
    talk = {comment.section for comment in comments}
    first = (
        _front(case, draft, "Who is to use it, and for what", "who", "A", done=bool(draft.asked), talk=talk),
        _front(case, draft, "Screening", "screening", "B", done=_screened(draft), talk=talk),
    )
    shut = {section.key: why for section, why in questions.left_out_of(dpia=draft.needs_dpia, children=draft.children)}
    return (
        *first,
        *(
            _task(ref, section, draft, answers, talk)
            if _shown(section, draft)
            else _shut(section, shut[section.key], draft)
            for section in questions.SECTIONS
        ),
    )


def _shut(section: Section, why: str, draft: Draft) -> Task:
    """A section that is not asked for keeps its number in sight; before it is known it is only not open yet."""
    known = draft.screening is not None if section.key == questions.RISKS else bool(draft.asked)
    if known:
        return Task(str(section.number), section.title, None, f"Left out: {why}", "not_open", "Left out")
    when = "a DPIA is needed" if section.key == questions.RISKS else "pupils use it or something about them goes in"
    return Task(str(section.number), section.title, None, f"Opens if {when}", "not_open")


def _screened(draft: Draft) -> bool:
    said = draft.screening
    return said is not None and not said.is_overtaken(draft.facts)


def _shown(section: Section, draft: Draft) -> bool:
    """Children's needs only when pupils are concerned; the risks only with a DPIA, or where some are named."""
    if section.key == questions.RISKS:
        return draft.needs_dpia or bool(draft.risks)
    return any(q.is_asked(children=draft.children) for q in section.questions)


def _front(case: Case, draft: Draft, title: str, name: str, mark: str, *, done: bool, talk: set[str]) -> Task:
    url = reverse(f"dpia:{name}", args=[case.assessment.reference])
    state = "changes_asked" if name in talk else "done" if done else "not_started"
    if name == "who":
        meta = first_upper(phrases.who(draft.asked)) or "Nobody yet"
    elif draft.screening is None:
        meta = "22 questions, some answered from what is known"
    else:
        state = state if done or state == "changes_asked" else "under_way"
        meta = "A DPIA is needed" if draft.needs_dpia else "No DPIA needed"
        meta = meta if done else "What goes in has changed since: look again"
    return Task(mark, title, url, meta, state, "A comment to answer" if state == "changes_asked" else "")


def first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _task(ref: str, section: Section, draft: Draft, answers: Sequence[Answer], talk: set[str]) -> Task:
    name = "risks" if section.key == questions.RISKS else "section"
    url = reverse(f"dpia:{name}", args=[ref] if name == "risks" else [ref, section.key])
    state, meta = _risks_task(draft) if name == "risks" else _section_task(section, draft, answers)
    if section.key in talk:
        return Task(str(section.number), section.title, url, meta, "changes_asked", "A comment to answer")
    return Task(str(section.number), section.title, url, meta, state)


def _section_task(section: Section, draft: Draft, answers: Sequence[Answer]) -> tuple[str, str]:
    mine = [answer for answer in answers if questions.SECTION_OF.get(answer.question) == section]
    left = [question for question in draft.unanswered if question in section.questions]
    latest = max(mine, key=lambda answer: answer.at, default=None)
    by = f"{latest.by.name}, {phrases.day(latest.at)}" if latest else ""
    if not left:
        return ("done", by) if mine else ("not_started", "Nothing here has to be answered for this case")
    questions_left = f"{len(left)} question{'' if len(left) == 1 else 's'} left"
    return ("under_way", f"{by} · {questions_left}") if mine else ("not_started", questions_left)


def _risks_task(draft: Draft) -> tuple[str, str]:
    if not draft.risks:
        return "not_started", "At least one risk to people"
    left = [Level(risk.residual or risk.level) for risk in draft.risks]
    worst = max(left, key=list(Level).index)
    count = f"{len(left)} risk{'' if len(left) == 1 else 's'}"
    whole = all(r.level == Level.LOW or (r.residual and reading.standing_measures(r)) for r in draft.risks)
    return ("done" if whole else "under_way"), f"{count}, the gravest {worst.label.lower()} after measures"


def _missing(case: Case, where: str, text: str) -> Missing:
    ref = case.assessment.reference
    if where in {"who", "screening", "risks"}:
        return Missing(text, reverse(f"dpia:{where}", args=[ref]))
    section = questions.SECTION_OF[where]
    anchor = f"#q-{where.replace('.', '_')}"
    return Missing(text, reverse("dpia:section", args=[ref, section.key]) + anchor)


# Who reads it, and what can be done ----------------------------------------------------------------------------------


def _lane(case: Case, review: Review, today: date) -> Lane:
    name, state = phrases.team(review), phrases.VERDICT_STATES[review.verdict]
    if review.verdict:
        return Lane(name, state, phrases.verdict(review), phrases.given(review), text=review.reason)
    days = (review.due_on - today).days
    when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days" if days > 0 else f"{-days} days late")
    who = f"{review.taken_by.name}, due" if review.taken_by else "Nobody has taken it yet. Due"
    state_word = "Reading" if review.taken_by else "Waits to be taken"
    return Lane(name, state, state_word, f"{who} {phrases.day(review.due_on)}, {when}")


def _now(standing: Standing, case: Case, draft: Draft, *, writes: bool, missing: int) -> str:
    """One or two sentences for this person."""
    status = Status(case.assessment.status)
    if status in FINAL:
        return _closed(case)
    mine = _own_review(standing, case)
    if mine is not None:
        return f"Your team is asked to read version {mine.version.number} by {phrases.day(mine.due_on)}."
    if writes:
        return _writer(case, draft, missing)
    if status == Status.READY:
        blocked = signing_rules.blocks(case)
        return (
            blocked[0] if blocked else f"It waits for its signature: the {signing_rules.signs_as(case).label.lower()}."
        )
    if status == Status.IN_REVIEW:
        open_now = [phrases.team(review) for review in case.reviews if not review.verdict]
        return f"Still to answer: {', '.join(open_now)}."
    return "It is being written. You may read it and comment on it."


def _closed(case: Case) -> str:
    if case.assessment.status == Status.SIGNED:
        return "It is signed and stays as it is. The schools it is for decide what they allow within it."
    if case.assessment.status == Status.DECLINED:
        return f"It was declined: {case.assessment.sign_off.comment}"
    return f"It was withdrawn: {case.assessment.closed_reason}"


def _writer(case: Case, draft: Draft, missing: int) -> str:
    again = bool(case.version)
    asks = [phrases.team(review) for review in case.reviews if review.verdict == Verdict.CHANGES]
    start = f"{' and '.join(asks)} asked for changes. " if asks else ""
    if missing:
        left = "1 thing is" if missing == 1 else f"{missing} things are"
        return f"{start}{left} left to do. Then send {f'version {case.assessment.version + 1}' if again else 'it to the teams'}."
    if again:
        return f"{start}Change the sections, then send it. Only the teams whose part changed are asked again."
    teams = len(draft.teams)
    return f"Everything is answered. Send it: {'both teams' if teams == 2 else f'all {teams} teams'} read it at once."  # noqa: PLR2004


def _own_review(standing: Standing, case: Case) -> Review | None:
    for review in case.reviews:
        if not review.verdict and _may_review(standing, case, review):
            return review
    return None


def _may_review(standing: Standing, case: Case, review: Review) -> bool:
    try:
        review_rules.check_may_review(standing, case, review, deputy_away=True)
    except Refused:
        return False
    return True


def _acts(standing: Standing, case: Case) -> list[Act]:
    """Links for whoever has a part in it; the page behind each says what is closed and why."""
    ref = case.assessment.reference
    acts: list[Act] = []
    if case.version is None:
        return acts
    mine = _own_review(standing, case)
    if mine is not None or any(review_rules.reviews_as(standing, case, Team(r.team)) for r in case.reviews):
        label = "Read and give a verdict" if mine else "Read it as the teams do"
        acts.append(Act(label, reverse("dpia:review", args=[ref]), primary=mine is not None))
    else:
        acts.append(Act("Read it as the teams do", reverse("dpia:review", args=[ref])))
    in_trust = standing.in_trust(case.assessment.trust_id)
    if case.needs_dpia and Role.DPO in in_trust and case.assessment.status in {Status.IN_REVIEW, Status.READY}:
        acts.append(Act("Advise as DPO", reverse("dpia:advice", args=[ref]), primary=case.counted_advice is None))
    if case.residual_is_high and in_trust & {Role.DPO, Role.DEPUTY_DPO} and case.assessment.status not in FINAL:
        acts.append(Act("Record what the ICO says", reverse("dpia:ico", args=[ref])))
    if case.assessment.status == Status.READY and _is_signer(standing, case):
        acts.append(Act("Read and sign", reverse("dpia:sign", args=[ref]), primary=True))
    return acts


def _is_signer(standing: Standing, case: Case) -> bool:
    held = standing.in_trust(case.assessment.trust_id)
    return Role.TRUST_LEAD in held or (case.school is not None and Role.HEAD in standing.at(case.school))


def may_start(standing: Standing) -> bool:
    """Whether this person may begin a case for any place in sight."""
    wide = any(h.role in rules.WIDE_DRAFTERS for h in standing.held)
    return wide or any(h.role in rules.SCHOOL_DRAFTERS for h in standing.held)
