"""The page of a tool at a place: what is allowed, who decided it, what waits, and what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from schools.models import Role
from tools_registry import choices, verdicts, workflow
from tools_registry.answer import answer
from tools_registry.models import Clearance, RegisterEntry, Tool
from tools_registry.reasons import day
from tools_registry.rules import clearances as clearance_rules
from tools_registry.rules import entries as rules
from tools_registry.rules import suspensions as suspension_rules
from tools_registry.verdicts import Says
from tools_registry.words import Audience, EntryStatus
from tools_registry.workflow import Move
from trustai.days import day_of
from trustai.rules import Refused, refusal

from . import addresses, conditions, facts, history, people, register, suspensions
from .situations import situation_of, with_situation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Situation
    from tools_registry.models import Suspension
    from tools_registry.queries.conditions import ConditionRow
    from tools_registry.queries.facts import FactLine
    from tools_registry.queries.history import Happened
    from tools_registry.queries.suspensions import SuspensionRow
    from tools_registry.reasons import Reason
    from tools_registry.verdicts import AudienceRow, Box, Line
STARTS_CASES = frozenset({Role.AI_LEAD, Role.HEAD, Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD})


@dataclass(frozen=True, slots=True)
class Act:
    """Something one may do: a link to its page, or closed by `refusal`."""

    name: str
    label: str
    url: str
    refusal: str | None
    kind: str = ""
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided, when and within what."""

    entry: RegisterEntry
    word: str
    role: str
    clearance: Clearance | None
    clearance_url: str

    @property
    def is_approved(self) -> bool:
        return self.entry.status == EntryStatus.APPROVED

    @property
    def deletion_words(self) -> str:
        """That what was put in has been deleted; blank until somebody has said so."""
        at, by = self.entry.deletion_confirmed_at, self.entry.deletion_confirmed_by
        return f"{by} confirmed on {day(day_of(at))} that everything that was put in has been deleted." if at else ""


@dataclass(frozen=True, slots=True)
class ToDecide:
    """Cleared, and not decided yet: what somebody who runs the place reads, and what staff read. `url` for who decides."""

    says: Says
    staff_read: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    place: Place
    tool: Tool
    says: Says
    code: str
    word: str
    audiences: Sequence[AudienceRow]
    allows_anybody: bool
    strip: Sequence[Box]
    exceptions: Sequence[Line]
    reasons: Sequence[Reason]
    to_decide: ToDecide | None
    decided: Decided | None
    offered: Sequence[Clearance]
    conditions: Sequence[ConditionRow]
    suspensions: Sequence[SuspensionRow]
    acts: Sequence[Act]
    deletion: Act | None
    facts: Sequence[FactLine]
    story: Sequence[Happened]
    register_url: str
    tool_url: str
    sees_clearances: bool

    @property
    def first_acts(self) -> list[Act]:
        """Deciding and suspending, where this person may: they stand at the head of the page."""
        return [act for act in self.acts if act.is_first and not act.refusal]

    @property
    def other_acts(self) -> list[Act]:
        return [act for act in self.acts if act not in self.first_acts]


@dataclass(frozen=True, slots=True)
class ActPage:
    """The page of one act on a tool at a place."""

    name: str
    place: Place
    tool: Tool
    entry: RegisterEntry | None
    entry_url: str

    @property
    def title(self) -> str:
        return self.name.capitalize()

    @property
    def revision(self) -> int:
        return self.entry.revision if self.entry else 0


def act_page(place: Place, public_id: UUID, name: str) -> ActPage:
    """Two queries. Raises Tool.DoesNotExist."""
    tool = Tool.objects.for_trust(place.trust_id).get(public_id=public_id)
    return ActPage(name, place, tool, find_entry(place, tool), addresses.at(place, "entry", tool.public_id))


def find_tool(place: Place, public_id: UUID, standing: Standing) -> tuple[Tool, Situation]:
    """A tool with its facts and its situation at a place, in one query. Raises Tool.DoesNotExist."""
    tools = Tool.objects.for_trust(place.trust_id).filter(public_id=public_id).with_facts(place.trust_id)
    tool = with_situation(tools, place, standing.day).get()
    return tool, situation_of(tool, place, standing.day)


def find_entry(place: Place, tool: Tool) -> RegisterEntry | None:
    entries = RegisterEntry.objects.filter(place=place, tool=tool)
    related = ("decided_by", "deletion_confirmed_by", "clearance__signed_by", "place__trust", "tool")
    return entries.select_related(*related).first()


def entry_page(standing: Standing, place: Place, public_id: UUID) -> EntryPage:
    """A fixed number of queries, however much has happened."""
    tool, situation = find_tool(place, public_id, standing)
    entry = find_entry(place, tool)
    given = answer(situation, standing.day)
    stood_on = _stands_on(situation)
    empty = people.empty_posts(place, standing.day)
    rows = conditions.rows_at(
        standing,
        place,
        tool,
        entry_id=entry.pk if entry else None,
        clearance_ids=stood_on or _offered_ids(situation, standing),
        empty=empty,
    )
    every = suspensions.all_at(place, tool)
    reader = _reader(standing, place)
    row = register.row_of(standing, place, tool, situation)
    raw: Any = tool
    says = verdicts.says(
        given,
        reader,
        suspended_on=situation.suspensions[0].since if situation.suspensions else None,
        by_age=place.shows_ages,
    )
    to_decide = _to_decide(standing, place, tool, says) if row.status == "to_decide" else None
    return EntryPage(
        place=place,
        tool=tool,
        says=to_decide.says if to_decide else says,
        code=row.code,
        word=row.word,
        audiences=[verdicts.audience_row(each, by_age=place.shows_ages) for each in given.audiences],
        allows_anybody=any(verdicts.may(each) for each in given.audiences),
        strip=verdicts.boxes(given.of(Audience.PUPILS).years, by_age=place.shows_ages),
        exceptions=verdicts.exceptions(given, situation.entry.exceptions if situation.entry else (), standing.day),
        reasons=() if to_decide else given.all_reasons,
        to_decide=to_decide,
        decided=_decided(standing, entry, place),
        offered=_offered(situation, raw, standing),
        conditions=rows,
        suspensions=suspensions.open_rows(standing, place, tool, every, empty),
        acts=_acts(standing, place, tool, entry, situation, every),
        deletion=_deletion(standing, place, tool, entry),
        facts=facts.brief_of(tool),
        story=_story(place, tool, entry, rows, every, raw),
        register_url=place.register_url(),
        tool_url=tool.get_absolute_url(),
        sees_clearances=refusal(clearance_rules.check_may_see, standing) is None,
    )


def _to_decide(standing: Standing, place: Place, tool: Tool, staff_read: Says) -> ToDecide | None:
    """None for staff, who read the answer: it is not allowed until it is decided."""
    if not standing.roles_for(place) - {Role.STAFF}:
        return None
    decides = rules.decides_as(standing, place) is not None
    who = "you decide" if decides else f"the {rules.decider(place).label.lower()} decides"
    return ToDecide(
        says=Says("pen", (f"To be decided: the trust has cleared it, and {who} for {place.name}.",)),
        staff_read=" ".join(staff_read.sentences),
        url=addresses.at(place, "decide", tool.public_id) if decides else "",
        label=f"Decide for {place.name}",
    )


def _stands_on(situation: Situation) -> frozenset[int]:
    """The clearance the entry was decided within, and those that replaced it."""
    if situation.entry is None or situation.entry.clearance is None:
        return frozenset()
    found = {situation.entry.clearance}
    for clearance in situation.clearances:
        if clearance.replaces in found:
            found.add(clearance.key)
    return frozenset(found)


def _offered_ids(situation: Situation, standing: Standing) -> frozenset[int]:
    return frozenset(clearance.key for clearance in choices.offered(situation, standing.day)[:1])


def _offered(situation: Situation, tool: Any, standing: Standing) -> list[Clearance]:
    """Clearances a decision could be made within, from the rows read already."""
    rows = {row["id"]: row for row in tool.s_clearances}
    return [
        Clearance(
            pk=each.key,
            public_id=rows[each.key]["public_id"],
            reference=each.reference,
            version=rows[each.key]["version"],
            starts_on=each.starts_on,
            ends_on=each.ends_on,
        )
        for each in choices.offered(situation, standing.day)
    ]


def _reader(standing: Standing, place: Place) -> Audience:
    """Whose answer the verdict gives: staff, or governors where that is all somebody is."""
    return Audience.GOVERNORS if standing.roles_for(place) <= {Role.GOVERNOR, Role.TRUSTEE} else Audience.STAFF


def _decided(standing: Standing, entry: RegisterEntry | None, place: Place) -> Decided | None:
    if entry is None:
        return None
    clearance = entry.clearance if entry.status == EntryStatus.APPROVED else None
    sees = refusal(clearance_rules.check_may_see, standing) is None
    return Decided(
        entry=entry,
        word=EntryStatus(entry.status).label,
        role=Role(entry.decided_role).label if entry.decided_role in Role.values else "",
        clearance=clearance,
        clearance_url=clearance.get_absolute_url() if clearance and sees else "",
    )


# Acts -----------------------------------------------------------------------------------------------------------------


def _acts(
    standing: Standing,
    place: Place,
    tool: Tool,
    entry: RegisterEntry | None,
    situation: Situation,
    every: Sequence[Suspension],
) -> list[Act]:
    status = EntryStatus(entry.status) if entry else None
    decide = Act(
        "decide",
        "Decide" if status is None else "Decide again",
        addresses.at(place, "decide", tool.public_id),
        refusal(check_may_open, standing, place, situation),
        "primary",
        is_first=True,
    )
    found = [decide]
    if workflow.can(status, Move.DECLINE):
        why = refusal(rules.check_may_decide, standing, place)
        found.append(Act("decline", "Decline", addresses.at(place, "decline", tool.public_id), why, "stop"))
    if workflow.can(status, Move.WITHDRAW):
        found += _suspend(standing, place, tool, every)
        why = refusal(rules.check_may_decide, standing, place, narrows=True)
        found.append(Act("withdraw", "Withdraw", addresses.at(place, "withdraw", tool.public_id), why, "stop"))
    return [*found, *_start(standing, place, tool, situation)]


def _start(standing: Standing, place: Place, tool: Tool, situation: Situation) -> list[Act]:
    """For those who draft cases, while none is open: how a tool comes to be cleared, or cleared for more."""
    if situation.progress == "under_review" or not standing.roles_for(place) & STARTS_CASES:
        return []
    label = "Start a new assessment" if choices.offered(situation, standing.day) else "Start an assessment"
    return [Act("start", label, f"{reverse('dpia:start')}?tool={tool.public_id}", None)]


def _suspend(standing: Standing, place: Place, tool: Tool, every: Sequence[Suspension]) -> list[Act]:
    """Nothing where this person's own role has suspended it already."""
    role = suspension_rules.suspends_as(standing, place)
    if any(each.lifted_at is None and each.role == role for each in every):
        return []
    why = refusal(suspension_rules.check_may_suspend, standing, place)
    url = addresses.at(place, "suspend", tool.public_id)
    return [Act("suspend", "Suspend", url, why, "stop", is_first=True)]


def check_may_open(standing: Standing, place: Place, situation: Situation) -> None:
    """Open the page on which it is decided: there is something to decide within."""
    rules.check_may_open_decision(standing, place)
    if rules.decides_as(standing, place) is None and not _stands(situation):
        raise Refused(rules.who_decides(place))
    rules.check_still_here(place, on=standing.day)
    if not choices.offered(situation, standing.day):
        raise Refused("The trust has not cleared it, so nothing can be allowed. Start an assessment first.")


def _stands(situation: Situation) -> bool:
    """Whether there is an approval to narrow."""
    return situation.entry is not None and situation.entry.status == EntryStatus.APPROVED


def _deletion(standing: Standing, place: Place, tool: Tool, entry: RegisterEntry | None) -> Act | None:
    """Confirming that what was put in has been deleted: after it was withdrawn, once."""
    if entry is None or entry.status != EntryStatus.WITHDRAWN or entry.deletion_confirmed_at is not None:
        return None
    why = refusal(rules.check_may_confirm_deletion, standing, place)
    url = addresses.at(place, "deletion", tool.public_id)
    return Act("deletion", "Everything that was put in has been deleted", url, why)


# The story ------------------------------------------------------------------------------------------------------------


def _story(
    place: Place,
    tool: Tool,
    entry: RegisterEntry | None,
    rows: Sequence[ConditionRow],
    every: Sequence[Suspension],
    raw: Any,
) -> list[Happened]:
    about: dict[str, str] = {str(row.condition.public_id): row.title for row in rows}
    about |= {str(each.public_id): each.reason for each in every}
    about |= {str(row["public_id"]): row["reference"] for row in raw.s_clearances if _is_for(row, place)}
    subjects = [*(UUID(each) for each in about), *([entry.public_id] if entry else [])]
    events = history.happened(subjects, trust_id=place.trust_id, place=place, about=about)
    return history.newest_first(events, history.changes(raw.s_changes))


def _is_for(row: dict[str, Any], place: Place) -> bool:
    return row["is_trust_wide"] or place.pk in row["places"]
