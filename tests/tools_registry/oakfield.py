"""A school with a believable list, made of the shipped catalogue by the real actions."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schools.models import Place, Role
from tests import make
from tools_registry import catalogue_file
from tools_registry.actions import catalogue, conditions, entries, suspensions
from tools_registry.actions.clearances import NewCondition
from tools_registry.models import Condition, Tool
from tools_registry.purposes import MICROSOFT_ONLY
from tools_registry.words import Audience, ConditionKind, DataClass, Subject
from trustai.accounts.models import User

CATALOGUE = Path(catalogue_file.__file__).parent / "catalogue" / "ai_tools.csv"
PEOPLE = frozenset({Subject.PUPILS, Subject.STAFF})
PLANNING = {"ideas", "planning", "quizzes", "simplify", "drafting", "summaries", "feedback_bank"}


@dataclass(frozen=True)
class Oakfield:
    place: Place
    other: Place
    teacher: User
    head: User

    def fresh(self) -> "Oakfield":
        """The same rows, read again."""
        read = Place.objects.select_related("trust", "school")
        people = User.objects
        return Oakfield(
            read.get(pk=self.place.pk),
            read.get(pk=self.other.pk),
            people.get(pk=self.teacher.pk),
            people.get(pk=self.head.pk),
        )

    def tool(self, code: str) -> Tool:
        return Tool.objects.get(trust=None, code=code)

    def suspend(self, code: str, *, at=make.NOW) -> None:
        suspensions.suspend(
            tool_id=self.tool(code).pk,
            trust_id=self.place.trust_id,
            place_id=self.place.pk,
            reason="Odd answers",
            by=self.head,
            standing=make.standing(self.head),
            at=at,
        )


def oakfield(*, published: bool = True) -> Oakfield:
    """An 11 to 18 school that has decided on a dozen tools, and a primary of the same trust."""
    catalogue.load(rows=catalogue_file.read(CATALOGUE), at=make.NOW)
    trust = make.trust("Oakfield Schools Trust", mailbox="data@oakfield.example")
    contact = {"contact_mailbox": "ai@oakfieldpark.example"}
    place = make.place(trust, "Oakfield Park School", published=published, **contact)
    other = make.place(trust, "Oakfield Brook Primary", ages=(4, 11))
    made = Oakfield(place, other, make.member(place, Role.STAFF, who=make.person("Tom Hargreaves")), _head(place))
    _copilot(made)
    _for_pupils(made, "kahoot-play", DataClass.NONE, {"quizzes"}, {"practice"}, range(7, 12))
    _for_pupils(made, "immersive-reader", DataClass.NONE, {"simplify"}, {"reading"}, range(7, 14))
    for code, purposes in {
        "aila": {"planning", "quizzes"},
        "canva-education": {"images"},
        "century": {"planning"},
        "deepl": {"translate"},
        "teachermatic": PLANNING,
    }.items():
        _approve(made, code, make.allowance(data=DataClass.INTERNAL, purposes=purposes))
    _approve(made, "diffit", make.allowance(data=DataClass.NONE, purposes={"simplify"}))
    made.suspend("diffit")
    _safeguarding_agrees(made)
    reason = "The trust has an agreement for another one."
    entries.decline(
        place_id=place.pk,
        tool_id=made.tool("otter").pk,
        reason=reason,
        revision=0,
        by=made.head,
        standing=make.standing(made.head),
        at=make.NOW,
    )
    make.request(place, made.tool("gamma"))
    make.approved(other, made.tool("curipod"), make.allowance(data=DataClass.NONE, purposes={"planning"}))
    return made


def _head(place: Place) -> User:
    return make.member(place, Role.HEAD, who=make.person("Ruth Adeyemi"))


def _approve(made: Oakfield, code: str, *allowed, **more) -> None:
    make.approved(made.place, made.tool(code), *allowed, by=made.head, **more)


def _copilot(made: Oakfield) -> None:
    """Staff with personal data and minutes, pupils from Year 9; a briefing by a date, a rule for always."""
    tool = made.tool("copilot-chat-school")
    make.agreement(made.place.trust, tool, subjects=PEOPLE)
    signer = make.member(made.place.trust, Role.DEPUTY_DPO)
    rules = (
        _condition(ConditionKind.BY_DATE, "Every member of staff has had the briefing.", signer, date(2026, 12, 12)),
        _condition(ConditionKind.ALWAYS, "A teacher is in the room when pupils use it.", signer),
    )
    allowed = (
        make.allowance(data=DataClass.PERSONAL, subjects=PEOPLE, purposes={*PLANNING, "reports", *MICROSOFT_ONLY}),
        make.allowance(Audience.PUPILS, DataClass.NONE, purposes={"practice", "research"}, year_groups=range(9, 12)),
        make.allowance(Audience.GOVERNORS, DataClass.NONE, purposes={"summaries"}),
    )
    within = make.clearance(made.place.trust, tool, *allowed, conditions=rules)
    _approve(made, "copilot-chat-school", *allowed, within=within)


def _for_pupils(made: Oakfield, code: str, data: DataClass, staff: set[str], pupils: set[str], years: range) -> None:
    tool = made.tool(code)
    make.agreement(made.place.trust, tool, subjects=PEOPLE)
    given = make.allowance(Audience.PUPILS, data, purposes=pupils, year_groups=years)
    _approve(made, code, make.allowance(data=data, purposes=staff), given)


def _safeguarding_agrees(made: Oakfield) -> None:
    """Pupils start only when the school's own lead agrees."""
    dsl = make.member(made.place, Role.DSL)
    for condition in Condition.objects.filter(entry__place=made.place, set_by_role=Role.DSL).order_by("pk"):
        conditions.confirm(
            condition_id=condition.pk,
            place_id=made.place.pk,
            revision=0,
            evidence="Read and agreed",
            by=dsl,
            standing=make.standing(dsl),
            at=make.NOW,
        )


def _condition(kind: ConditionKind, words: str, by: User, due_on: date | None = None) -> NewCondition:
    return NewCondition(
        kind=kind,
        words=words,
        public_words=words,
        due_on=due_on,
        audiences=frozenset(),
        owner_role=Role.HEAD,
        set_by_role=Role.DEPUTY_DPO,
        set_by_id=by.pk,
    )
