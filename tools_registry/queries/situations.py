"""Read everything the answer is worked out from, for any number of tools at one place, in one query."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from schools import year_groups
from schools.models import Role
from tools_registry import answer, working_days
from tools_registry.models import (
    Agreement,
    Clearance,
    ClearanceAllowance,
    ClearancePlace,
    Condition,
    ConditionProgress,
    Consultation,
    EntryAllowance,
    EntryException,
    RegisterEntry,
    Request,
    Suspension,
    Tool,
    ToolChange,
    ToolChangeAnswer,
    TrustFact,
)
from tools_registry.models.catalogue import Confidence, FactField
from tools_registry.models.requests import RequestStatus
from tools_registry.words import Audience, ChangeKind, ConditionKind, DataClass, EntryStatus, SignIn, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from schools.models import Place

LONDON = ZoneInfo("Europe/London")
ALLOWANCE = ("audience", "data_class", "subjects", "purposes", "year_groups")


def _rows(rows: QuerySet[Any], *fields: str, **more: Any) -> ArraySubquery:
    """A subquery giving one JSON object a row."""
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in fields}, **more)))


def with_situation(tools: QuerySet[Tool], place: Place, on: date) -> QuerySet[Tool]:
    """`tools` with everything `situation_of` needs for `place`, as JSON in the same query."""
    trust = place.trust_id
    entries = RegisterEntry.objects.filter(place=place, tool=OuterRef("pk"))
    return tools.annotate(
        s_entry=_rows(
            entries,
            "id",
            "public_id",
            "status",
            "clearance_id",
            "review_on",
            "decided_at",
            "decided_role",
            "parents_agreed",
            "work_consent",
            "record_keeper",
            "revision",
            "reason",
            "equity_note",
            "unsuitable_for",
            "deletion_confirmed_at",
            allowances=_rows(EntryAllowance.objects.filter(entry=OuterRef("pk"), withdrawn_at=None), *ALLOWANCE),
            exceptions=_rows(
                EntryException.objects.filter(entry=OuterRef("pk"), withdrawn_at=None),
                "purpose",
                "starts_on",
                "ends_on",
            ),
        ),
        s_clearances=_rows(
            Clearance.objects.filter(trust_id=trust, tool=OuterRef("pk")).order_by("starts_on", "pk"),
            "id",
            "public_id",
            "reference",
            "version",
            "starts_on",
            "ends_on",
            "withdrawn_at",
            "signed_at",
            "assessed_at",
            "signed_role",
            "is_trust_wide",
            "replaces_id",
            "staff_sign_up",
            "origin",
            places=ArraySubquery(ClearancePlace.objects.filter(clearance=OuterRef("pk")).values("place_id")),
            allowances=_rows(ClearanceAllowance.objects.filter(clearance=OuterRef("pk")), *ALLOWANCE),
        ),
        s_agreements=_rows(
            Agreement.objects.filter(trust_id=trust, tool=OuterRef("pk"), withdrawn_at=None),
            "reference",
            "starts_on",
            "ends_on",
            "data_class",
            "subjects",
            "covers_accounts",
        ),
        s_suspensions=_rows(
            Suspension.objects.filter(trust_id=trust, tool=OuterRef("pk"), lifted_at=None)
            .filter(Q(place=None) | Q(place=place))
            .order_by("at"),
            "public_id",
            "at",
            "role",
            "place_id",
            "reason",
        ),
        s_conditions=_conditions(place, on),
        s_changes=_rows(
            ToolChange.objects.filter(tool=OuterRef("pk")).filter(Q(trust=None) | Q(trust_id=trust)).order_by("at"),
            "public_id",
            "kind",
            "effective_on",
            "feature",
            "summary",
            "at",
            answered=Exists(ToolChangeAnswer.objects.filter(change=OuterRef("pk"), trust_id=trust)),
        ),
        s_facts=_rows(
            TrustFact.objects.filter(trust_id=trust, tool=OuterRef("pk"), withdrawn_at=None)
            .filter(Q(is_stricter=True) | Q(checked_at__isnull=False))
            .order_by("at"),
            "field",
            "value",
            "is_stricter",
            "checked_at",
        ),
        s_under_review=Exists(
            Consultation.objects.filter(trust_id=trust, tool=OuterRef("pk"), closed_at=None).filter(
                Q(place=None) | Q(place=place)
            )
        ),
        s_asked_for=Exists(
            Request.objects.filter(
                place=place, tool=OuterRef("pk"), status__in=[RequestStatus.OPEN, RequestStatus.FORWARD]
            )
        ),
    )


def _conditions(place: Place, on: date) -> ArraySubquery:
    """Conditions of the entry and of the tool's clearances, with whether each is met here this school year."""
    met = ConditionProgress.objects.filter(condition=OuterRef("pk"), confirmed_at__isnull=False).filter(
        Q(place=place) | Q(place=None)
    )
    this_year = met.filter(school_year=year_groups.current_school_year(on))
    mine = RegisterEntry.objects.filter(place=place, tool=OuterRef(OuterRef("pk"))).values("pk")
    cleared = Clearance.objects.filter(trust_id=place.trust_id, tool=OuterRef(OuterRef("pk"))).values("pk")
    rows = Condition.objects.filter(withdrawn_at=None, trust_id=place.trust_id).filter(
        Q(entry_id__in=mine) | Q(clearance_id__in=cleared)
    )
    return _rows(
        rows.order_by("pk"),
        "public_id",
        "kind",
        "words",
        "public_words",
        "due_on",
        "audiences",
        "clearance_id",
        "owner_role",
        "is_per_person",
        "resets_each_september",
        met=Exists(met),
        met_this_year=Exists(this_year),
    )


def situation_of(tool: Tool, place: Place, on: date) -> answer.Situation:
    """The plain values of one tool annotated by `with_situation`."""
    row: Any = tool
    entry = row.s_entry[0] if row.s_entry else None
    clearances = tuple(_clearance(c) for c in row.s_clearances)
    stood_on = _lineage(entry["clearance_id"], clearances) if entry else frozenset[int]()
    decided_on = day_in_json(entry["decided_at"]) if entry else None
    return answer.Situation(
        tool=_tool(tool, row.s_facts, row.s_changes, row.s_clearances),
        tool_then=tuple(_tool_then(tool)),
        place=place_facts(place),
        entry=_entry(entry, decided_on, place, clearances) if entry else None,
        clearances=clearances,
        agreements=tuple(_agreement(a) for a in row.s_agreements),
        conditions=tuple(
            _condition(c) for c in row.s_conditions if c["clearance_id"] is None or c["clearance_id"] in stood_on
        ),
        suspensions=tuple(answer.Suspension(day_in_json(s["at"]), Role(s["role"]).label) for s in row.s_suspensions),
        progress="under_review" if row.s_under_review else "asked_for" if row.s_asked_for else "",
    )


def place_facts(place: Place) -> answer.PlaceFacts:
    return answer.PlaceFacts(
        key=place.pk,
        year_groups=frozenset(place.year_groups),
        youngest=tuple(sorted((int(year), int(with_)) for year, with_ in place.youngest_in_mixed_class.items())),
        years_confirmed=place.year_groups_confirmed_at is not None,
        shows_ages=place.shows_ages,
        left_on=place.left_on,
    )


def answers(tools: Iterable[Tool], place: Place, on: date) -> list[tuple[Tool, answer.Answer]]:
    """The answer for each tool annotated by `with_situation`."""
    return [(tool, answer.answer(situation_of(tool, place, on), on)) for tool in tools]


def _lineage(key: int | None, clearances: tuple[answer.Clearance, ...]) -> frozenset[int]:
    """The clearance an entry was decided within and those that replaced it."""
    found = {key} if key is not None else set()
    for clearance in clearances:
        if clearance.replaces in found:
            found.add(clearance.key)
    return frozenset(found)


def _tool(
    tool: Tool, facts: list[dict[str, Any]], changes: list[dict[str, Any]], clearances: list[dict[str, Any]]
) -> answer.ToolFacts:
    laid = {fact["field"]: fact["value"] for fact in facts}
    return answer.ToolFacts(
        name=str(tool),
        minimum_age=laid.get(FactField.MINIMUM_AGE, tool.minimum_age),
        parental_age=laid.get(FactField.PARENTAL_AGE, tool.parental_age),
        age_confirmed=laid.get(FactField.AGE_CONFIRMED, tool.confidence == Confidence.CONFIRMED),
        sign_in=SignIn(laid.get(FactField.SIGN_IN, tool.sign_in)),
        restricted_purposes=frozenset(tool.restricted_purposes),
        changes=tuple(
            answer.Change(
                ChangeKind(c["kind"]),
                date.fromisoformat(c["effective_on"]),
                c["feature"],
                answered=c["answered"],
                answered_by=frozenset(each["id"] for each in clearances if (each["assessed_at"] or "") > c["at"]),
            )
            for c in changes
        ),
    )


def _tool_then(tool: Tool) -> Iterator[tuple[int, answer.ToolFacts]]:
    """For each clearance that stood before a looser fact was checked: the facts without it (design §1, catalogue)."""
    row: Any = tool
    for clearance in row.s_clearances:
        assessed_at = clearance["assessed_at"] or clearance["signed_at"]
        known = [f for f in row.s_facts if f["is_stricter"] or (f["checked_at"] or "") < assessed_at]
        if len(known) < len(row.s_facts):
            yield clearance["id"], _tool(tool, known, row.s_changes, row.s_clearances)


def allowances(rows: list[dict[str, Any]]) -> tuple[answer.Allowance, ...]:
    return tuple(
        answer.Allowance(
            Audience(row["audience"]),
            DataClass(row["data_class"]),
            frozenset(Subject(s) for s in row["subjects"]),
            frozenset(row["purposes"]),
            frozenset(row["year_groups"]),
        )
        for row in rows
    )


def _clearance(row: dict[str, Any]) -> answer.Clearance:
    return answer.Clearance(
        key=row["id"],
        reference=row["reference"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=_maybe(row["ends_on"]),
        allowances=allowances(row["allowances"]),
        places=None if row["is_trust_wide"] else frozenset(row["places"]),
        ended_on=_maybe(row["withdrawn_at"]),
        replaces=row["replaces_id"],
        staff_sign_up=row["staff_sign_up"],
    )


def _entry(
    row: dict[str, Any], decided_on: date | None, place: Place, clearances: tuple[answer.Clearance, ...]
) -> answer.Entry:
    review_on = _maybe(row["review_on"])
    return answer.Entry(
        status=EntryStatus(row["status"]),
        clearance=row["clearance_id"],
        allowances=allowances(row["allowances"]),
        decided_on=decided_on,
        review_on=review_on,
        expires_on=working_days.add(review_on, place.trust.grace_school_days) if review_on else None,
        parents_agreed=frozenset(row["parents_agreed"]),
        work_consent=frozenset(row["work_consent"]),
        record_keeper=row["record_keeper"],
        exceptions=tuple(
            answer.OnePurposeException(
                e["purpose"], date.fromisoformat(e["starts_on"]), date.fromisoformat(e["ends_on"])
            )
            for e in row["exceptions"]
        ),
    )


def _agreement(row: dict[str, Any]) -> answer.Agreement:
    return answer.Agreement(
        date.fromisoformat(row["starts_on"]),
        _maybe(row["ends_on"]),
        DataClass(row["data_class"]),
        frozenset(Subject(s) for s in row["subjects"]),
        row["covers_accounts"],
    )


def _condition(row: dict[str, Any]) -> answer.Condition:
    return answer.Condition(
        ConditionKind(row["kind"]),
        row["words"],
        met=row["met_this_year"] if row["resets_each_september"] else row["met"],
        due_on=_maybe(row["due_on"]),
        audiences=frozenset(Audience(a) for a in row["audiences"]) or frozenset(Audience),
        public_words=row["public_words"],
    )


def day_in_json(stamp: str) -> date:
    """The day in London of a date or an instant as PostgreSQL writes it in JSON."""
    if "T" not in stamp:
        return date.fromisoformat(stamp)
    return datetime.fromisoformat(stamp).astimezone(LONDON).date()


def _maybe(stamp: str | None) -> date | None:
    return None if stamp is None else day_in_json(stamp)
