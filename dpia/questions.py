"""The typed questions of a case, kept in code with an edition; answers are rows. Pure.

Together with the risks and measures they cover UK GDPR Art 35(7): (a) what is done and why, (b) necessity and
proportionality, (c) risks to people, (d) measures and how compliance is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from schools.models import Role

from .workflow import Team

if TYPE_CHECKING:
    from collections.abc import Mapping

EDITION = "2026-11"
NETWORK = frozenset({Team.NETWORK})
DEPUTY = frozenset({Team.DEPUTY_DPO})
SAFEGUARDING = frozenset({Team.SAFEGUARDING})
ALL = frozenset(Team)
LONGEST = 20_000
RISKS = "risks"
BEFORE = "before-use"


class Kind(StrEnum):
    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    CHOICES = "choices"
    DONE = "done"


class Need(StrEnum):
    """What cannot be sent without the answer."""

    CONSULTATION = "consultation"
    DPIA = "dpia"
    NOTHING = "nothing"


class Done(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_YET = "not_yet"


DONE_WORDS = {Done.YES: "Yes", Done.NO: "No, for the reason below", Done.NOT_YET: "Not yet"}


@dataclass(frozen=True, slots=True)
class BeforeUse:
    """The condition that a "not yet" becomes: who does it, and who confirms it."""

    words: str
    public_words: str
    owner: Role
    confirms: Role


@dataclass(frozen=True, slots=True)
class Question:
    """`teams` care about the answer: they are asked again when it changes. `children`: only if pupils are concerned."""

    key: str
    text: str
    hint: str = ""
    kind: Kind = Kind.LONG
    need: Need = Need.DPIA
    teams: frozenset[Team] = ALL
    options: tuple[tuple[str, str], ...] = ()
    children: bool = False
    before: BeforeUse | None = None
    yes_needs_note: bool = False

    def is_asked(self, *, children: bool) -> bool:
        return children or not self.children

    def is_required(self, *, dpia: bool, children: bool) -> bool:
        if not self.is_asked(children=children):
            return False
        return self.need == Need.CONSULTATION or (self.need == Need.DPIA and dpia)


@dataclass(frozen=True, slots=True)
class Section:
    number: int
    key: str
    title: str
    lead: str
    questions: tuple[Question, ...] = ()

    def label(self, question: Question) -> str:
        """ "3.2" """
        return f"{self.number}.{self.questions.index(question) + 1}"


_WHAT = (
    Question(
        "aim",
        "What do you want to use it for, and what should get better?",
        "One or two sentences that a parent would understand.",
        need=Need.CONSULTATION,
    ),
    Question(
        "use",
        "How will it be used, step by step, and where does a person check what it says?",
        "Say who types what in, what comes out, who reads it before it counts, and that they may overrule it.",
        need=Need.CONSULTATION,
    ),
    Question(
        "functions",
        "Which of its functions are used, which are switched off, and who sets that?",
        "Chat, pictures, sound, agents that act on their own, links to other systems.",
        need=Need.CONSULTATION,
    ),
    Question(
        "effects",
        "Who gains from it, and what does it change for the people whose data goes in?",
        teams=DEPUTY | SAFEGUARDING,
    ),
    Question(
        "context",
        "What is new about it here, and what has worried people about it?",
        "Earlier faults or leaks, what the press or parents have said, a code of conduct or certificate it has.",
        teams=NETWORK | DEPUTY,
    ),
)
_DATA = (
    Question(
        "kinds",
        "What exactly goes in, and about whom?",
        "Name each kind: names, marks, photos, SEN, health. If nothing about a person goes in, say so.",
        need=Need.CONSULTATION,
    ),
    Question(
        "sign_up",
        "How do people get in?",
        "A sign-up gives the supplier a name and an e-mail address, and that must be allowed too.",
        kind=Kind.CHOICE,
        need=Need.CONSULTATION,
        options=(
            ("none", "Nobody has an account"),
            ("school", "With the school account they have"),
            ("sign_up", "Staff sign up with their name and work e-mail address, and nothing more"),
        ),
    ),
    Question("source", "Where does the data come from, and who typed or took it?", teams=DEPUTY | NETWORK),
    Question(
        "amount",
        "About how many people, how much about each, and how often?",
        "Numbers are enough: 40 staff and 300 pupils, a piece of work a week.",
        teams=DEPUTY,
    ),
    Question(
        "expect",
        "What are these people to the school, what say do they have, and would they expect this?",
        teams=DEPUTY | SAFEGUARDING,
    ),
)
_FLOW = (
    Question(
        "holder",
        "Who holds the data, in which countries, and what protects it on the way there?",
        "Say whether the supplier acts only on our instructions. For a country outside the UK, name the safeguard.",
        need=Need.CONSULTATION,
        teams=NETWORK | DEPUTY,
    ),
    Question(
        "kept",
        "How long is it kept, and what happens when somebody leaves or the contract ends?",
        "Prompts, answers, files and accounts; backups too.",
        teams=NETWORK | DEPUTY,
    ),
    Question(
        "training",
        "Does the supplier train its models on what goes in?",
        kind=Kind.CHOICE,
        need=Need.CONSULTATION,
        teams=DEPUTY | NETWORK,
        options=(
            ("never", "No, its terms rule it out"),
            ("off", "No, it is switched off and the setting is locked"),
            ("yes", "Yes"),
            ("unknown", "We do not know"),
        ),
    ),
    Question(
        "others",
        "Which other companies see it, and how do we hear when one is added?",
        teams=NETWORK | DEPUTY,
    ),
    Question(
        "contract",
        "What does the contract say about instructions, security, other companies, giving back and deleting, and leaks?",
        "Name the clause for each, or say that it is missing.",
        teams=DEPUTY,
    ),
    Question(
        "security",
        "How is it kept safe: sign-in, who gets in, logs, and links to our systems?",
        need=Need.CONSULTATION,
        teams=NETWORK,
    ),
)
_FAIR = (
    Question(
        "basis",
        "On which lawful basis does it rest?",
        "A school mostly acts for its public task. A parent's agreement to a supplier's terms is not a lawful basis.",
        kind=Kind.CHOICE,
        teams=DEPUTY,
        options=(
            ("public_task", "Public task"),
            ("contract", "A contract with the person"),
            ("legal", "A legal obligation"),
            ("interests", "Legitimate interests"),
            ("consent", "Consent"),
            ("vital", "Vital interests"),
            ("nobody", "None: no personal data is used"),
        ),
    ),
    Question(
        "basis_why",
        "Why that basis, and, for sensitive data, which further condition?",
        teams=DEPUTY,
    ),
    Question(
        "necessary",
        "Does it do what it is wanted for, and why not in a way that takes less about people?",
        "Say what else was looked at, without AI too.",
        teams=DEPUTY | NETWORK,
    ),
    Question(
        "limits",
        "How is it kept to this purpose, and to the data it needs?",
        teams=DEPUTY,
    ),
    Question(
        "decisions",
        "Does it score, rank or decide anything about a person, and who can overturn that?",
        "Nobody may be marked, sanctioned, admitted or supported without a person deciding.",
        teams=DEPUTY | SAFEGUARDING,
    ),
    Question(
        "accuracy",
        "How often is it wrong, whom does that hit harder, and how is it noticed?",
        teams=DEPUTY | SAFEGUARDING,
    ),
    Question(
        "rights",
        "How are people told, and how do they see, correct, object to or question what is done?",
        "What is typed in and what comes out are our records, and can be asked for.",
        teams=DEPUTY,
    ),
)
_PEOPLE = (
    Question(
        "inside",
        "Who was asked in the school and the trust, and what did they say?",
        teams=DEPUTY | SAFEGUARDING,
    ),
    Question(
        "outside",
        "What did the supplier, and anybody who knows about security, add?",
        teams=NETWORK | DEPUTY,
    ),
)
_CHILDREN = (
    Question(
        "interests",
        "Why is it in the pupils' interest, and what would be better without it?",
        children=True,
        teams=SAFEGUARDING | DEPUTY,
    ),
    Question(
        "age",
        "How does it fit each age, and who is with the pupils when they use it?",
        "Reading level, the supplier's age limit, what a younger pupil could come across.",
        children=True,
        need=Need.CONSULTATION,
        teams=SAFEGUARDING,
    ),
    Question(
        "harm",
        "What could a pupil see, make or be drawn into, and how is that stopped and noticed?",
        "Harmful content, strangers, pictures of classmates; where alerts go, and to whom.",
        children=True,
        need=Need.CONSULTATION,
        teams=SAFEGUARDING | NETWORK,
    ),
    Question(
        "learning",
        "How does it help them think and not think for them, and keep them from leaning on it?",
        children=True,
        teams=SAFEGUARDING,
    ),
    Question(
        "worried",
        "What does a pupil do when something worries them, and who answers?",
        children=True,
        teams=SAFEGUARDING,
    ),
)
_BEFORE = (
    Question(
        "notices",
        "Do the privacy notices name this use?",
        "Say on which day they were changed.",
        kind=Kind.DONE,
        need=Need.CONSULTATION,
        teams=DEPUTY,
        before=BeforeUse(
            "The privacy notices name this tool, what it is used for, and whose data goes in.",
            "Privacy notices name it.",
            Role.HEAD,
            Role.DEPUTY_DPO,
        ),
    ),
    Question(
        "views",
        "Have the people concerned, or those who speak for them, been asked what they think?",
        "Pupils, parents, staff or their representatives (UK GDPR Art 35(9)). If not, say why not.",
        kind=Kind.DONE,
        need=Need.CONSULTATION,
        teams=DEPUTY | SAFEGUARDING,
        yes_needs_note=True,
        before=BeforeUse(
            "The people concerned, or those who speak for them, have been asked, and what they said is recorded.",
            "The people concerned have been asked.",
            Role.HEAD,
            Role.DEPUTY_DPO,
        ),
    ),
    Question(
        "filtering",
        "Have filtering and monitoring been looked at for this tool?",
        "Say who looked, and on which day. A new AI tool calls for a look outside the yearly one.",
        kind=Kind.DONE,
        need=Need.CONSULTATION,
        teams=NETWORK | SAFEGUARDING,
        yes_needs_note=True,
        before=BeforeUse(
            "Filtering and monitoring have been reviewed for this tool.",
            "Filtering and monitoring are reviewed.",
            Role.HEAD,
            Role.NETWORK,
        ),
    ),
    Question(
        "principles",
        "Does the use keep the five principles: safe and secure, open and explained, fair, answered for, open to challenge?",
        "They are those of the government's AI white paper, which the trust's policy follows (section 1).",
        kind=Kind.DONE,
        need=Need.CONSULTATION,
        teams=DEPUTY,
        yes_needs_note=True,
        before=BeforeUse(
            "It is recorded how the use keeps the five principles of the AI white paper.",
            "The five principles are answered.",
            Role.HEAD,
            Role.DEPUTY_DPO,
        ),
    ),
    Question(
        "equity",
        "Can pupils and staff with SEND, or without a device or good English, use it as well as others?",
        "Say for whom it is unsuitable and what they get instead.",
        kind=Kind.DONE,
        need=Need.CONSULTATION,
        teams=SAFEGUARDING | DEPUTY,
        yes_needs_note=True,
        before=BeforeUse(
            "It is recorded for whom the tool is unsuitable, and what they get instead.",
            "Whoever cannot use it gets something as good.",
            Role.HEAD,
            Role.DEPUTY_DPO,
        ),
    ),
)


def _named(prefix: str, questions: tuple[Question, ...]) -> tuple[Question, ...]:

    return tuple(replace(question, key=f"{prefix}.{question.key}") for question in questions)


SECTIONS = (
    Section(1, "what", "What it is and why we want it", "What the tool does here, and why.", _named("what", _WHAT)),
    Section(2, "data", "Whose data, and what", "Everything that goes in, and about whom.", _named("data", _DATA)),
    Section(3, "flow", "Where the data goes", "Who holds it, where, how long, and how safe.", _named("flow", _FLOW)),
    Section(
        4,
        "fair",
        "Is it needed, and is it fair?",
        "Necessity and proportionality (UK GDPR Art 35(7)(b)).",
        _named("fair", _FAIR),
    ),
    Section(5, "people", "People we asked", "Those inside and outside who were heard.", _named("people", _PEOPLE)),
    Section(6, RISKS, "Risks and what we do about them", "Risks to people, not to the school (Art 35(7)(c), (d))."),
    Section(
        7,
        "children",
        "Children’s needs",
        "Asked when pupils use it or their data goes in.",
        _named("children", _CHILDREN),
    ),
    Section(
        8,
        BEFORE,
        "Before it is used",
        "Each “not yet” here becomes a condition: nobody may use the tool before it is met.",
        _named("before", _BEFORE),
    ),
)
QUESTIONS: dict[str, Question] = {question.key: question for section in SECTIONS for question in section.questions}
BY_KEY: dict[str, Section] = {section.key: section for section in SECTIONS}
SECTION_OF: dict[str, Section] = {question.key: section for section in SECTIONS for question in section.questions}
SIGN_UP = "data.sign_up"
VIEWS = "before.views"


def number(key: str) -> str:
    """ "3.2" for a question's key."""
    return SECTION_OF[key].label(QUESTIONS[key])


def is_answered(question: Question, value: Any) -> bool:
    """Whether a stored value says what the question asks for."""
    if question.kind != Kind.DONE:
        return bool(value.strip() if isinstance(value, str) else value)
    return bool(value) and not done_faults(question, value)


def done_faults(question: Question, value: Mapping[str, Any]) -> tuple[str, ...]:
    """What a yes / no / not yet still lacks, in words."""
    state, note = value.get("state"), str(value.get("note") or "").strip()
    if state not in set(Done):
        return ("Choose yes, no or not yet",)
    if state == Done.YES and not value.get("on"):
        return ("Type the day it was done",)
    if state == Done.YES and question.yes_needs_note and not note:
        return ("Say who, and what came of it",)
    if state == Done.NO and not note:
        return ("Say why not",)
    return ()


def unanswered(answers: Mapping[str, Any], *, dpia: bool, children: bool) -> tuple[Question, ...]:
    """Required questions without an answer, in order."""
    return tuple(
        question
        for question in QUESTIONS.values()
        if question.is_required(dpia=dpia, children=children) and not is_answered(question, answers.get(question.key))
    )


LEFT_OUT = {
    RISKS: "no DPIA is done",
    "children": "no pupils use it and nothing about pupils goes in",
}


def left_out_of(*, dpia: bool, children: bool) -> tuple[tuple[Section, str], ...]:
    """Sections that are not asked for, each with why: the numbers of the others stay as they are."""
    asked = {RISKS: dpia, "children": children}
    return tuple((section, LEFT_OUT[section.key]) for section in SECTIONS if not asked.get(section.key, True))


def not_yet(answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The before-use questions answered "not yet": each becomes a condition."""
    return tuple(
        question
        for question in QUESTIONS.values()
        if question.before and (answers.get(question.key) or {}).get("state") == Done.NOT_YET
    )


def in_words(question: Question, value: Any) -> str:
    """An answer as a reader sees it."""
    if not value:
        return ""
    if question.kind == Kind.CHOICE:
        return dict(question.options).get(value, str(value))
    if question.kind == Kind.CHOICES:
        return "; ".join(label for code, label in question.options if code in value)
    if question.kind == Kind.DONE:
        return _done_in_words(value)
    return str(value)


def _done_in_words(value: Mapping[str, Any]) -> str:
    state, on, note = value.get("state"), value.get("on"), str(value.get("note") or "")
    said = {Done.YES: "Yes", Done.NO: "No", Done.NOT_YET: "Not yet"}[Done(state)] if state else ""
    if state == Done.YES and on:
        day = date.fromisoformat(on)
        said += f", on {day.day} {day:%B %Y}"
    return f"{said}. {note}".strip() if note else f"{said}." if said else ""
