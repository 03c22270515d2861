"""What AI is used for in schools: allowed, restricted and prohibited by the trust's policy, each with its clause. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .words import Audience, DataClass, Subject

ALL = frozenset(Audience)
ADULTS = frozenset({Audience.STAFF, Audience.GOVERNORS})
TEACHING = frozenset({Audience.STAFF})
BY_PUPILS = frozenset({Audience.PUPILS})
SECTION_5 = "Trust AI policy, section 5"
APPENDIX_1 = "Trust AI policy, appendix 1"


class Rule(StrEnum):
    ALLOWED = "allowed"
    RESTRICTED = "restricted"
    PROHIBITED = "prohibited"


@dataclass(frozen=True, slots=True)
class Purpose:
    """One named use. `least` is the lowest data class it makes sense at, `subjects` whose data it cannot do without."""

    code: str
    label: str
    rule: Rule
    clause: str
    audiences: frozenset[Audience] = ALL
    least: DataClass = DataClass.NONE
    subjects: frozenset[Subject] = field(default=frozenset())
    why: str = ""
    exception_by: str = ""
    needs_work_consent: bool = False


ALLOWED = (
    Purpose("ideas", "Ideas and examples", Rule.ALLOWED, APPENDIX_1),
    Purpose("planning", "Planning lessons and units of work", Rule.ALLOWED, APPENDIX_1, TEACHING),
    Purpose("quizzes", "Quizzes and model answers", Rule.ALLOWED, APPENDIX_1, TEACHING),
    Purpose("simplify", "Making a text simpler to read", Rule.ALLOWED, APPENDIX_1),
    Purpose("translate", "Translating text", Rule.ALLOWED, APPENDIX_1),
    Purpose("images", "Pictures, slides and posters", Rule.ALLOWED, APPENDIX_1),
    Purpose("drafting", "Drafting letters and documents that a person finishes", Rule.ALLOWED, APPENDIX_1, ADULTS),
    Purpose("summaries", "Summing up long texts", Rule.ALLOWED, APPENDIX_1),
    Purpose("coding", "Writing and explaining code", Rule.ALLOWED, APPENDIX_1),
    Purpose(
        "office", "Office work: tables, calendars, routine steps", Rule.ALLOWED, APPENDIX_1, ADULTS, DataClass.INTERNAL
    ),
    Purpose(
        "risk_assessment", "A first draft of a risk assessment", Rule.ALLOWED, APPENDIX_1, ADULTS, DataClass.INTERNAL
    ),
    Purpose(
        "feedback_bank", "Feedback banks and common mistakes, with nobody named", Rule.ALLOWED, APPENDIX_1, TEACHING
    ),
    Purpose(
        "reports",
        "Drafting comments for pupils' reports",
        Rule.ALLOWED,
        APPENDIX_1,
        TEACHING,
        DataClass.PERSONAL,
        frozenset({Subject.PUPILS}),
    ),
    Purpose(
        "pupil_work",
        "Feedback on pupils' own work",
        Rule.ALLOWED,
        APPENDIX_1,
        TEACHING,
        DataClass.PERSONAL,
        frozenset({Subject.PUPILS}),
        needs_work_consent=True,
    ),
    Purpose("practice", "Practice and revision", Rule.ALLOWED, "Trust AI policy, section 6", BY_PUPILS),
    Purpose("research", "Finding out about a topic", Rule.ALLOWED, "Trust AI policy, section 6", BY_PUPILS),
    Purpose("reading", "Help with reading and writing", Rule.ALLOWED, "Trust AI policy, section 6"),
)
RESTRICTED = (
    Purpose(
        "transcription",
        "Writing down what is said in a meeting",
        Rule.RESTRICTED,
        APPENDIX_1,
        ADULTS,
        DataClass.PERSONAL,
        frozenset({Subject.STAFF}),
        why="Only Microsoft's programs, under the school's account, may write down what people say, "
        "and only when everybody is told first and can say no.",
    ),
    Purpose(
        "minutes",
        "Minutes of a meeting",
        Rule.RESTRICTED,
        APPENDIX_1,
        ADULTS,
        DataClass.PERSONAL,
        frozenset({Subject.STAFF}),
        why="Only Microsoft's programs, under the school's account, may write the minutes, "
        "and only when everybody is told first and can say no.",
    ),
    Purpose(
        "assessed_work",
        "Work that counts towards a qualification",
        Rule.RESTRICTED,
        "JCQ, AI Use in Assessments; Trust AI policy, section 3",
        BY_PUPILS,
        why="Only as JCQ and the teacher allow, and the pupil says in the work where AI was used.",
    ),
)
PROHIBITED = (
    Purpose(
        "safeguarding",
        "Safeguarding logs, or decisions about thresholds",
        Rule.PROHIBITED,
        SECTION_5,
        why="A person writes these and decides, whatever the tool. No agreement changes it.",
    ),
    Purpose(
        "formal_letters",
        "Formal letters about the law, discipline or a complaint",
        Rule.PROHIBITED,
        SECTION_5,
        ADULTS,
        DataClass.PERSONAL,
        frozenset({Subject.STAFF}),
        why="A person writes these. Senior leadership can allow one recorded exception with an end.",
        exception_by="senior leadership",
    ),
    Purpose(
        "harmful",
        "Harmful content: discriminatory, sexual or violent",
        Rule.PROHIBITED,
        SECTION_5,
        why="The staff code of conduct forbids it.",
    ),
    Purpose(
        "voice",
        "Imitating a person's voice",
        Rule.PROHIBITED,
        APPENDIX_1,
        why="Nobody's voice may be copied, staff least of all.",
    ),
    Purpose(
        "auto_reply",
        "Automatic replies to parents",
        Rule.PROHIBITED,
        APPENDIX_1,
        why="A parent is answered by a person.",
    ),
    Purpose(
        "deciding",
        "Deciding a mark, a sanction, an admission or support without a person",
        Rule.PROHIBITED,
        "UK GDPR Articles 22A to 22D; Trust AI policy, section 5",
        why="AI is a resource, not a decision maker.",
    ),
    Purpose(
        "detector",
        "An AI detector's result as proof",
        Rule.PROHIBITED,
        APPENDIX_1,
        why="A detector may point at something; it proves nothing.",
    ),
    Purpose(
        "sole_marking",
        "Marking with no person marking as well",
        Rule.PROHIBITED,
        "JCQ, AI Use in Assessments",
        why="AI may not be the only marker.",
    ),
)
PURPOSES: dict[str, Purpose] = {purpose.code: purpose for purpose in (*ALLOWED, *RESTRICTED, *PROHIBITED)}
MICROSOFT_ONLY = frozenset({"transcription", "minutes"})
# Senior leadership may allow one of these at a place, recorded and with an end; no clearance has to name it.
BY_EXCEPTION = frozenset(purpose.code for purpose in PROHIBITED if purpose.exception_by)
ALWAYS_BENEATH = (
    "Taking the name out is not enough: if you can tell who it is, it is personal data.",
    "No exam papers, textbooks, bought schemes or other people's work, unless the licence allows it.",
    "Contracts, restructuring, security and live assessment papers count as personal data here.",
    "Safeguarding records: never, in any tool.",
)


def get(code: str) -> Purpose:
    return PURPOSES[code]


def label(code: str) -> str:
    """In the middle of a sentence; a code that is no purpose stands for itself."""
    known = PURPOSES.get(code)
    return known.label[:1].lower() + known.label[1:] if known else f"“{code}”"


def labels(codes: frozenset[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Labels in the policy's order."""
    return tuple(purpose.label for purpose in PURPOSES.values() if purpose.code in codes)


def offered_to(audience: Audience) -> tuple[Purpose, ...]:
    """What can be ticked for an audience at all: the allowed and the restricted ones."""
    return tuple(p for p in (*ALLOWED, *RESTRICTED) if audience in p.audiences)
