"""Who may use a tool, with what data, whose and what for: the same questions for every audience, closed where the rules close them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schools import year_groups
from tools_registry import choices
from tools_registry.answer import Allowance
from tools_registry.choices import said
from tools_registry.purposes import MICROSOFT_ONLY, PURPOSES, Rule
from tools_registry.words import EXAMPLES, Audience, DataClass, Subject
from trustai.forms import ClosedChoiceField, ClosedMultipleChoiceField, PlainForm

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.forms import BoundField
    from django.http import QueryDict  # noqa: TID251  # what the edge hands over

    from tools_registry.choices import Choices
    from tools_registry.reasons import Reason

WHOM = {
    Audience.STAFF: "staff",
    Audience.PUPILS: "pupils",
    Audience.GOVERNORS: "governors and trustees",
    Audience.VISITORS: "visitors",
}
NEVER = frozenset(code for code, purpose in PURPOSES.items() if purpose.rule == Rule.PROHIBITED)


@dataclass(frozen=True, slots=True)
class Closed:
    """Uses that are closed alike. `reason` is said once for all; blank where each has its own."""

    title: str
    reason: str
    ticks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """The ticks of what it may be used for; those closed for one reason, and those that are never allowed, folded."""

    field: BoundField
    shown: tuple[Mapping[str, Any], ...]
    closed: tuple[Closed, ...]
    never: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The questions about one audience that is not closed."""

    code: str
    title: str
    data: BoundField
    subjects: BoundField
    uses: Uses
    years: BoundField | None


class AllowancesForm(PlainForm):
    """`options` say what is open; `given` fills the form in at first. What has to be answered hangs on who is chosen."""

    marks_optional = False

    who = ClosedMultipleChoiceField(label="Who may use it?", choices=Audience.choices)

    def __init__(
        self,
        *args: Any,
        options: Mapping[Audience, Choices],
        given: Collection[Allowance] = (),
        by_age: bool = False,
        **kwargs: Any,
    ) -> None:
        self.options = options
        kwargs["initial"] = {**_initial(given), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        closed = {audience: _why(each.whole) for audience, each in options.items()}
        self.fields["who"].close(closed)  # type: ignore[attr-defined]  # a closed field
        self.fields["who"].error_messages["required"] = "Choose who may use it"
        for audience in self.open_audiences:
            self._ask_about(audience, by_age=by_age)

    @property
    def open_audiences(self) -> list[Audience]:
        return [audience for audience in Audience if self.options[audience].whole is None]

    def sections(self) -> list[Section]:
        """For the page: one for each audience that can be chosen."""
        return [
            Section(
                code=audience,
                title=audience.label,
                data=self[f"{audience}_data"],
                subjects=self[f"{audience}_subjects"],
                uses=_uses(self[f"{audience}_purposes"], self.options[audience].purposes),
                years=self[f"{audience}_years"] if audience == Audience.PUPILS else None,
            )
            for audience in self.open_audiences
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for audience in self._chosen():
            self._check_answered(audience, cleaned)
        return cleaned

    def allowances(self) -> tuple[Allowance, ...]:
        """Of a form without errors. Whose data counts only where personal data may go in."""
        return tuple(self._allowance(audience) for audience in self._chosen())

    def _chosen(self) -> list[Audience]:
        return [audience for audience in self.open_audiences if audience in self.cleaned_data.get("who", ())]

    def _allowance(self, audience: Audience) -> Allowance:
        cleaned = self.cleaned_data
        data = DataClass(cleaned[f"{audience}_data"])
        subjects = cleaned[f"{audience}_subjects"] if data.is_personal else ()
        return Allowance(
            audience,
            data,
            frozenset(Subject(subject) for subject in subjects),
            frozenset(cleaned[f"{audience}_purposes"]),
            frozenset(year_groups.from_short(year) for year in cleaned.get(f"{audience}_years", ())),
        )

    def _check_answered(self, audience: Audience, cleaned: Mapping[str, Any]) -> None:
        whom = WHOM[audience]
        wanted = {"data": f"Choose what {whom} may put in, at most"}
        wanted["purposes"] = f"Choose at least one thing {whom} may use it for"
        if cleaned.get(f"{audience}_data") in {DataClass.PERSONAL, DataClass.SPECIAL}:
            wanted["subjects"] = f"Choose whose personal data {whom} may put in"
        if audience == Audience.PUPILS:
            wanted["years"] = "Choose at least one year group"
        for part, sentence in wanted.items():
            name = f"{audience}_{part}"
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)

    def _ask_about(self, audience: Audience, *, by_age: bool) -> None:
        options, whom = self.options[audience], WHOM[audience]
        self.fields[f"{audience}_data"] = _closed(
            ClosedChoiceField(label=f"What may {whom} put in, at most?", choices=DataClass.choices, required=False),
            options.data,
            EXAMPLES,
        )
        self.fields[f"{audience}_subjects"] = _closed(
            ClosedMultipleChoiceField(
                label=f"Whose personal data may {whom} put in?", choices=Subject.choices, required=False
            ),
            options.subjects,
        )
        codes = sorted(
            options.purposes, key=lambda code: (options.purposes[code] is not None, list(PURPOSES).index(code))
        )
        self.fields[f"{audience}_purposes"] = _closed(
            ClosedMultipleChoiceField(
                label=f"What may {whom} use it for?",
                choices=[(code, PURPOSES[code].label) for code in codes],
                required=False,
            ),
            options.purposes,
            {code: _needs(code) for code in codes},
        )
        if audience == Audience.PUPILS:
            self.fields[f"{audience}_years"] = _closed(
                ClosedMultipleChoiceField(
                    label="Which year groups may use it?",
                    choices=[(year_groups.short(y), year_groups.name(y, by_age=by_age)) for y in options.years],
                    required=False,
                ),
                {year_groups.short(year): reason for year, reason in options.years.items()},
            )


def _uses(field: BoundField, options: Mapping[str, Reason | None]) -> Uses:
    """Two or more that the clearance does not include are one line, and so are those that only Microsoft's programs may do."""
    ticks: list[Mapping[str, Any]] = [each.data for each in field.subwidgets]
    left_out: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    elsewhere: list[Mapping[str, Any]] = []
    for tick in ticks:
        reason = options.get(tick["value"])
        if reason is not None and reason.code.startswith(choices.NOT_CLEARED):
            left_out[tick["closed"]].append(tick)
        elif tick["value"] in MICROSOFT_ONLY and tick["closed"]:
            elsewhere.append(tick)
    groups = [
        *(
            Closed(f"{len(found)} uses the clearance does not include", why, tuple(found))
            for why, found in left_out.items()
        ),
        Closed(f"{len(elsewhere)} uses that only Microsoft’s programs may do", "", tuple(elsewhere)),
    ]
    groups = [group for group in groups if len(group.ticks) > 1]
    folded = {tick["value"] for group in groups for tick in group.ticks}
    return Uses(
        field=field,
        shown=tuple(tick for tick in ticks if tick["value"] not in folded | NEVER),
        closed=tuple(groups),
        never=tuple(tick for tick in ticks if tick["value"] in NEVER),
    )


def _closed(field: Any, options: Mapping[Any, Reason | None], hints: Mapping[Any, str] | None = None) -> Any:
    """The field with its closed options, and with the words under its labels."""
    field.close({value: _why(reason) for value, reason in options.items()})
    field.hint(hints or {})
    return field


def _why(reason: Reason | None) -> str:
    return said(reason) if reason else ""


def _needs(code: str) -> str:
    """What a use cannot do without, under its label."""
    purpose = PURPOSES[code]
    if not purpose.least.is_personal or code in NEVER:
        return ""
    about = " and ".join(subject.label.lower() for subject in sorted(purpose.subjects))
    consent = ", and the pupil’s and a parent’s agreement" if purpose.needs_work_consent else ""
    return f"Needs {purpose.least.label.lower()} about {about}{consent}"


def _initial(given: Iterable[Allowance]) -> dict[str, Any]:
    filled: dict[str, Any] = {"who": []}
    for allowed in given:
        audience = allowed.audience
        filled["who"].append(str(audience))
        filled[f"{audience}_data"] = str(allowed.data_class)
        filled[f"{audience}_subjects"] = sorted(allowed.subjects)
        filled[f"{audience}_purposes"] = sorted(allowed.purposes)
        filled[f"{audience}_years"] = [year_groups.short(year) for year in sorted(allowed.year_groups)]
    return filled


def typed_again(typed: QueryDict) -> dict[str, Any]:
    """What was posted, as a form is filled in at first: nothing is checked."""
    several = {"who", "exceptions", *(f"{a}_{part}" for a in Audience for part in ("subjects", "purposes", "years"))}
    one = {name: typed.get(name) for name in typed if name not in several}
    return {**one, **{name: typed.getlist(name) for name in several}}
