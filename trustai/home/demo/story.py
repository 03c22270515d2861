"""The demo's believable state: entries of every status and cases at every stage, made by the real acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dpia.actions.reviews import Given
from dpia.rules.reviews import SetCondition
from dpia.workflow import Team, Verdict
from schools.models import Role
from tools_registry.actions import agreements, changes, conditions, entries, requests, suspensions
from tools_registry.answer import Allowance
from tools_registry.models import RegisterEntry, Tool
from tools_registry.models.requests import Stage
from tools_registry.words import Audience, ChangeKind, ConditionKind, DataClass, Subject
from trustai.days import day_of

from .cases import AGREES, Plan, Teller, standing, with_conditions

if TYPE_CHECKING:
    from datetime import date

    from tools_registry.models import Clearance

    from .people import DemoTrust

PUPIL_YEARS = frozenset(range(9, 14))
PLANNING = frozenset({"ideas", "planning", "quizzes", "simplify", "summaries"})
DESK = PLANNING | {"drafting", "translate", "feedback_bank", "office", "risk_assessment"}


def staff(data: DataClass, purposes: frozenset[str], *subjects: Subject) -> Allowance:
    return Allowance(Audience.STAFF, data, frozenset(subjects), purposes)


def pupils(years: frozenset[int], purposes: frozenset[str]) -> Allowance:
    return Allowance(Audience.PUPILS, DataClass.NONE, frozenset(), purposes, years)


@dataclass(frozen=True, slots=True)
class Decided:
    """A head's decision in the story."""

    clearance: Clearance
    place: str
    allowances: tuple[Allowance, ...]
    at: datetime
    review_on: date
    own: tuple[conditions.OwnCondition, ...] = field(default=())
    equity_note: str = ""


class Story:
    """One trust, told from some time ago until now."""

    def __init__(self, demo: DemoTrust, now: datetime) -> None:
        self.demo, self.now, self.cases = demo, now, Teller(demo)
        self.people, self.places = demo.people, demo.places

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def tell(self) -> None:
        """Everything, in the order it happened."""
        self._copilot()
        self._kahoot()
        self._aila()
        self._expired()
        self._declined()
        self._withdrawn()
        self._suspended()
        self._needs_attention()
        self._waits_for_a_decision()
        self._requests()
        self._under_way()
        self._came_to_nothing()

    def _decide(self, decided: Decided) -> RegisterEntry:
        place = self.places[decided.place]
        head = self.people["trustlead"] if place.is_office else self.cases.head_of(place)
        return entries.approve(
            place_id=place.pk,
            tool_id=decided.clearance.tool_id,
            decision=entries.Decision(
                clearance_id=decided.clearance.pk,
                allowances=decided.allowances,
                review_on=decided.review_on,
                conditions=decided.own,
                equity_note=decided.equity_note,
            ),
            by=head,
            standing=standing(head, decided.at),
            at=decided.at,
        )

    def _dsl_agrees(self, entry: RegisterEntry, at: datetime) -> None:
        """Whoever is DSL there says yes to pupils using it, as is asked before a school opens a trust-wide clearance to them."""
        dsl = self.cases.dsl_of(entry.place_id)
        for condition in entry.conditions.filter(withdrawn_at=None, set_by_role=Role.DSL):
            conditions.confirm(
                condition_id=condition.pk,
                place_id=entry.place_id,
                revision=0,
                evidence="Looked at with the head of computing, in class.",
                by=dsl,
                standing=standing(dsl, at),
                at=at,
            )

    def _next_summer(self) -> date:
        """20 July of the next calendar year: inside every clearance of the story, and after its schools break up."""
        return day_of(self.now).replace(year=self.now.year + 1, month=7, day=20)

    def _copilot(self) -> None:
        """The trust's one agreement, and the tool it covers, in four schools."""
        deputy, at = self.people["deputydpo"], self.ago(120)
        agreements.add(
            trust_id=self.demo.trust.pk,
            tool_id=self.cases.tool("copilot-chat-school").pk,
            terms=agreements.Terms(
                reference="OST-DSA-2026-1",
                supplier_party="Microsoft Ireland Operations Limited",
                starts_on=day_of(at),
                ends_on=day_of(self.now) + timedelta(days=401),
                data_class=DataClass.PERSONAL,
                subjects=frozenset({Subject.PUPILS, Subject.STAFF, Subject.PARENTS}),
                covers_accounts=True,
            ),
            by=deputy,
            standing=standing(deputy, at),
            at=at,
        )
        everybody = staff(
            DataClass.PERSONAL,
            DESK | {"reports", "transcription", "minutes"},
            Subject.PUPILS,
            Subject.STAFF,
            Subject.PARENTS,
        )
        clearance = self.cases.clearance(
            Plan(
                tool="copilot-chat-school",
                author="network2",
                asked=(
                    everybody,
                    pupils(PUPIL_YEARS, frozenset({"ideas", "practice", "research", "reading"})),
                    Allowance(
                        Audience.GOVERNORS, DataClass.INTERNAL, frozenset(), frozenset({"summaries", "drafting"})
                    ),
                ),
                at=self.ago(110),
                verdicts={
                    Team.NETWORK: with_conditions(
                        "Agreed once accounts are marked by age.",
                        SetCondition(
                            ConditionKind.ALWAYS,
                            "Sign in with the school account; a green shield shows at the top of the page.",
                            Role.NETWORK,
                            public_words="Sign in with the school account; a green shield shows at the top.",
                        ),
                    ),
                    Team.DEPUTY_DPO: Given(Verdict.AGREE, "The agreement covers it. Personal data, nothing sensitive."),
                    Team.SAFEGUARDING: Given(Verdict.AGREE, "From Year 9, with a teacher in the room."),
                },
            )
        )
        briefing = conditions.OwnCondition(
            kind=ConditionKind.BY_DATE,
            words="Every member of staff has had the 20-minute briefing",
            public_words="Staff have been briefed",
            due_on=day_of(self.now) + timedelta(days=19),
            owner_role=Role.AI_LEAD,
            is_per_person=True,
        )
        entry = self._decide(
            Decided(
                clearance,
                "park",
                (everybody, pupils(frozenset({9, 10, 11}), frozenset({"ideas", "practice", "research"}))),
                self.ago(80),
                self._next_summer(),
                (briefing,),
                "Works with a screen reader and in Welsh, Polish and Urdu.",
            )
        )
        self._dsl_agrees(entry, self.ago(79))
        for place, days in (("brook", 78), ("hill", 70), ("mill", 66), ("office", 60)):
            self._decide(Decided(clearance, place, (everybody,), self.ago(days), self._next_summer()))

    def _kahoot(self) -> None:
        """A quiz with no account, for every year group."""
        asked = (
            staff(DataClass.INTERNAL, frozenset({"quizzes"})),
            pupils(frozenset(range(3, 14)), frozenset({"practice"})),
        )
        clearance = self.cases.clearance(Plan("kahoot-play", "network2", asked, self.ago(100)))
        for place, years, days in (("brook", range(3, 7), 75), ("park", range(7, 12), 74), ("mill", range(3, 7), 60)):
            entry = self._decide(
                Decided(
                    clearance,
                    place,
                    (asked[0], pupils(frozenset(years), frozenset({"practice"}))),
                    self.ago(days),
                    self._next_summer(),
                )
            )
            if place != "mill":
                self._dsl_agrees(entry, self.ago(days - 1))

    def _aila(self) -> None:
        asked = (staff(DataClass.INTERNAL, PLANNING),)
        clearance = self.cases.clearance(Plan("aila", "network2", asked, self.ago(95)))
        for place, days in (("park", 72), ("brook", 71), ("acorn", 50), ("office", 49)):
            self._decide(Decided(clearance, place, asked, self.ago(days), self._next_summer()))

    def _expired(self) -> None:
        """Decided long ago, and not looked at again in time."""
        asked = (staff(DataClass.NONE, frozenset({"translate"})),)
        clearance = self.cases.clearance(Plan("deepl", "ailead", asked, self.ago(430), places=("park",)))
        self._decide(Decided(clearance, "park", asked, self.ago(410), day_of(self.ago(60))))

    def _declined(self) -> None:
        head = self.people["head"]
        for code, days, reason in (
            ("otter", 40, "Only Microsoft's programs may write down what is said in a meeting."),
            ("copilot-personal", 85, "It is for personal use only, and the trust has no agreement for it."),
        ):
            entries.decline(
                place_id=self.places["park"].pk,
                tool_id=self.cases.tool(code).pk,
                reason=reason,
                revision=0,
                by=head,
                standing=standing(head, self.ago(days)),
                at=self.ago(days),
            )

    def _withdrawn(self) -> None:
        """Taken back; that what was put in is deleted still waits to be confirmed."""
        asked = (staff(DataClass.NONE, frozenset({"simplify"})),)
        clearance = self.cases.clearance(Plan("quillbot", "ailead", asked, self.ago(90), places=("park",)))
        entry = self._decide(Decided(clearance, "park", asked, self.ago(75), self._next_summer()))
        head, at = self.people["head"], self.ago(12)
        entries.withdraw(
            place_id=entry.place_id,
            tool_id=entry.tool_id,
            reason="Copilot Chat does the same under the trust's agreement.",
            revision=entry.revision,
            by=head,
            standing=standing(head, at),
            at=at,
        )

    def _suspended(self) -> None:
        asked = (staff(DataClass.INTERNAL, PLANNING),)
        clearance = self.cases.clearance(Plan("teachermatic", "network2", asked, self.ago(88)))
        entry = self._decide(Decided(clearance, "park", asked, self.ago(65), self._next_summer()))
        self._decide(Decided(clearance, "mill", asked, self.ago(64), self._next_summer()))
        dsl, at = self.people["dsl"], self.ago(4)
        suspensions.suspend(
            tool_id=entry.tool_id,
            trust_id=self.demo.trust.pk,
            place_id=entry.place_id,
            reason="A quiz it made showed something unfit for a class. The supplier has been asked.",
            by=dsl,
            standing=standing(dsl, at),
            at=at,
        )

    def _needs_attention(self) -> None:
        asked = (staff(DataClass.INTERNAL, frozenset({"ideas", "images"})),)
        clearance = self.cases.clearance(Plan("padlet", "network2", asked, self.ago(86)))
        self._decide(Decided(clearance, "park", asked, self.ago(62), self._next_summer()))
        deputy, at = self.people["deputydpo"], self.ago(3)
        changes.record(
            new=changes.NewChange(
                self.demo.trust.pk,
                self.cases.tool("padlet").pk,
                ChangeKind.TERMS,
                "The supplier's new terms name a further company that sees what is typed in.",
                day_of(at),
            ),
            by=deputy,
            standing=standing(deputy, at),
            at=at,
        )

    def _waits_for_a_decision(self) -> None:
        asked = (staff(DataClass.INTERNAL, PLANNING | {"drafting"}),)
        clearance = self.cases.clearance(Plan("gemini-education", "network2", asked, self.ago(30)))
        self._decide(Decided(clearance, "mill", asked, self.ago(8), self._next_summer()))

    def _ask(self, person: str, place: str, what_for: str, days: int, *, tool: str = "", name: str = "") -> int:
        who, at = self.people[person], self.ago(days)
        made = requests.make(
            asked=requests.Asked(
                place_id=self.places[place].pk,
                audiences=frozenset({Audience.STAFF}),
                data_class=DataClass.INTERNAL,
                stage=Stage.NOT_BOUGHT,
                tool_id=self.cases.tool(tool).pk if tool else None,
                name=name,
                purposes=frozenset({"simplify"}),
                what_for=what_for,
            ),
            by=who,
            standing=standing(who, at),
            at=at,
        )
        return made.pk

    def _requests(self) -> None:
        """Three alike, one for something nobody knows, one at another school."""
        self._ask("staff", "park", "Simpler history sources for weaker readers.", 7, tool="diffit")
        self._ask("dsl", "park", "Texts about online safety at two reading levels.", 5, tool="diffit")
        self._ask("head", "park", "A reading list for the new Year 7.", 2, tool="diffit")
        self._ask("staff", "park", "It was shown at a conference.", 1, name="Brightwrite")
        self._ask("staff2", "brook", "Stories in simpler words.", 3, tool="diffit")

    def _under_way(self) -> None:
        """Cases at every stage: being written, with the teams, changes asked for, ready to sign."""
        asked = (
            staff(DataClass.INTERNAL, frozenset({"images", "ideas"})),
            pupils(frozenset(range(9, 14)), frozenset({"practice"})),
        )
        self.cases.case(
            Plan(
                "canva-education",
                "ailead",
                asked,
                self.ago(14),
                places=("park",),
                until="review",
                verdicts={
                    Team.NETWORK: with_conditions(
                        "Agreed on one condition.",
                        SetCondition(
                            ConditionKind.BEFORE_USE, "Sign-in works through the school account only", Role.NETWORK
                        ),
                    ),
                    Team.SAFEGUARDING: Given(Verdict.CHANGES, "Say how image search is limited for the younger years."),
                },
            )
        )
        self.cases.case(
            Plan(
                "magicschool",
                "ailead",
                (staff(DataClass.INTERNAL, PLANNING),),
                self.ago(22),
                places=("park",),
                until="ready",
            )
        )
        self.cases.case(
            Plan(
                "seneca",
                "head5",
                (staff(DataClass.INTERNAL, frozenset({"quizzes"})),),
                self.ago(20),
                places=("mill",),
                until="review",
                verdicts={
                    Team.NETWORK: Given(Verdict.CHANGES, "Name the companies that host it."),
                    Team.DEPUTY_DPO: Given(Verdict.AGREE, AGREES),
                    Team.SAFEGUARDING: Given(Verdict.AGREE, AGREES),
                },
            )
        )
        self.cases.case(
            Plan(
                "wayground",
                "head2",
                (staff(DataClass.INTERNAL, frozenset({"quizzes"})),),
                self.ago(2),
                places=("brook",),
                until="draft",
            )
        )

    def _came_to_nothing(self) -> None:
        """One case the head declined, and one its author gave up while the teams were reading."""
        self.cases.case(
            Plan(
                "turnitin",
                "ailead",
                (staff(DataClass.NONE, frozenset({"ideas"})),),
                self.ago(45),
                places=("park",),
                until="declined",
                because="Staff would take its score for proof that a pupil cheated. Talking to the pupil costs nothing.",
            )
        )
        self.cases.case(
            Plan(
                "schoolai",
                "head2",
                (staff(DataClass.INTERNAL, frozenset({"quizzes"})),),
                self.ago(38),
                places=("brook",),
                until="withdrawn",
                verdicts={},
                because="The trial has ended, and nobody at the school wants to buy it.",
            )
        )


def known_tools() -> bool:
    """Whether the catalogue is loaded; the story needs its tools."""
    return Tool.objects.filter(trust=None).exists()
