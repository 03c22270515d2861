"""Conditions a place sets itself, and what is said about one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from schools.models import Role
from tools_registry.actions.conditions import OwnCondition
from tools_registry.queries.terms import of_own
from tools_registry.rules import conditions as rules
from tools_registry.words import Audience, ConditionKind
from trustai.forms import DayField, PlainForm, whole_number
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from django.http import QueryDict  # noqa: TID251  # what the edge hands over

    from tools_registry.models import Condition
    from tools_registry.queries.terms import Term

MOST = 10
# The id of the first field of a condition that was just added: the button leads there.
NEW = "new-condition"
KINDS = (
    (ConditionKind.BEFORE_USE, "Before use: nobody may use it until it is done"),
    (ConditionKind.BY_DATE, "By a date: allowed until then, then off until it is done"),
    (ConditionKind.ALWAYS, "Always: a rule of use"),
)
OWNERS = (Role.HEAD, Role.AI_LEAD, Role.DSL, Role.STAFF, Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD)
NUMBER = {"class": "date-in", "inputmode": "numeric", "autocomplete": "off"}


class OwnConditionForm(PlainForm):
    """One condition. Its words left empty take it off. `standing` are those that count already: they may be late."""

    marks_optional = False

    words = forms.CharField(label="What has to be done or kept to?", required=False, max_length=500)
    kind = forms.ChoiceField(label="When does it count?", choices=KINDS, required=False, widget=forms.RadioSelect)
    due_on = DayField(
        label="The last day to do it", required=False, help_text="Only for “By a date”. For example 31 8 2027"
    )
    owner_role = forms.ChoiceField(
        label="Who sees to it?", choices=[(role, role.label) for role in OWNERS], required=False
    )
    audiences = forms.MultipleChoiceField(
        label="For whom does it count? None ticked: everybody",
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    public_words = forms.CharField(
        label="As it may be read on the published list (optional)",
        required=False,
        max_length=500,
        help_text="Left empty, it is not published.",
    )
    is_per_person = forms.BooleanField(label="Each person does it, and it is counted", required=False)
    resets_each_september = forms.BooleanField(label="It starts again each September", required=False)

    def __init__(self, *args: Any, on: date, standing: Collection[OwnCondition] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on, self.standing = on, standing

    @property
    def stands(self) -> bool:
        """It counts already and nothing about it was changed, so it is shown in a line."""
        if not self.is_bound:
            return any(self.initial == as_initial(each) for each in self.standing)
        return self.is_valid() and self.own_condition() in self.standing

    @property
    def term(self) -> Term | None:
        """It in short, where it stands."""
        found = next((each for each in self.standing if each.words == self["words"].value()), None)
        return of_own(found) if found and self.stands else None

    def stand_first(self) -> None:
        """The page opens at its first field."""
        self.fields["words"].widget.attrs |= {"id": NEW, "autofocus": True}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("words"):
            return cleaned
        if not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", "Choose when the condition counts")
        if cleaned.get("kind") in {ConditionKind.BEFORE_USE, ConditionKind.ALWAYS} and "due_on" in self.errors:
            del self.errors["due_on"]  # not in sight, so it holds nothing up
            cleaned["due_on"] = None
        if cleaned.get("kind") == ConditionKind.BY_DATE and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Type the last day to do it, like 31 8 2027")
        if not self.errors:
            self._check_due_on()
        return cleaned

    def _check_due_on(self) -> None:
        new = self.own_condition()
        passed = refusal(rules.check_due_on, new.kind, new.due_on, on=self.on) if new else None
        if passed and new not in self.standing:
            self.add_error("due_on", passed)

    def own_condition(self) -> OwnCondition | None:
        """What was typed, or None where nothing was."""
        cleaned = self.cleaned_data
        if not cleaned.get("words"):
            return None
        kind = ConditionKind(cleaned["kind"])
        return OwnCondition(
            kind,
            cleaned["words"],
            cleaned["public_words"],
            cleaned["due_on"] if kind == ConditionKind.BY_DATE else None,
            frozenset(Audience(audience) for audience in cleaned["audiences"]),
            cleaned["owner_role"] or Role.HEAD,
            cleaned["is_per_person"],
            cleaned["resets_each_september"],
        )


OwnConditions = forms.formset_factory(OwnConditionForm, extra=0, max_num=MOST, absolute_max=MOST)


def as_initial(condition: OwnCondition) -> dict[str, Any]:
    """A condition that stands, as its form is filled in."""
    return {
        "words": condition.words,
        "kind": condition.kind,
        "due_on": condition.due_on,
        "owner_role": condition.owner_role,
        "audiences": sorted(condition.audiences),
        "public_words": condition.public_words,
        "is_per_person": condition.is_per_person,
        "resets_each_september": condition.resets_each_september,
    }


def own_typed(typed: QueryDict) -> list[dict[str, Any]]:
    """What was posted about conditions, as their forms are filled in at first; an empty one is left out."""
    count = typed.get("own-TOTAL_FORMS", "")
    rows = []
    for number in range(min(whole_number(count), MOST)):
        row: dict[str, Any] = {name: typed.get(f"own-{number}-{name}", "") for name in OwnConditionForm.base_fields}
        row["audiences"] = typed.getlist(f"own-{number}-audiences")
        if row["words"]:
            rows.append(row)
    return rows


class ReportForm(PlainForm):
    """That it is done. A condition for each person is reported in numbers."""

    asks: ClassVar[Mapping[str, str]] = {
        "evidence": "Say what was done and how one can see it",
        "done_count": "Type how many people have done it",
        "of_count": "Type how many people are to do it",
    }

    done_count = forms.IntegerField(label="How many people have done it?", min_value=0, widget=forms.TextInput(NUMBER))
    of_count = forms.IntegerField(label="How many are to do it?", min_value=1, widget=forms.TextInput(NUMBER))
    evidence = forms.CharField(
        label="What was done, and how can one see it?", widget=forms.Textarea({"rows": 3}), max_length=4000
    )

    def __init__(self, *args: Any, condition: Condition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not condition.is_per_person:
            del self.fields["done_count"], self.fields["of_count"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        done, of = cleaned.get("done_count"), cleaned.get("of_count")
        if done is not None and of is not None and done > of:
            self.add_error("done_count", rules.TOO_MANY)
        return cleaned

    @property
    def so_far(self) -> str:
        """ "71 of 84" while not everybody has done it; blank otherwise. Of a form without errors."""
        done, of = self.cleaned_data.get("done_count"), self.cleaned_data.get("of_count")
        return f"{done} of {of}" if done is not None and of is not None and done < of else ""


class ConfirmForm(ReportForm):
    """That it is met, by whoever may say so, where nobody has reported all of it before."""

    asks: ClassVar[Mapping[str, str]] = {**ReportForm.asks, "evidence": "Say how you know that it is met"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].label = "How do you know?"


class RefuseForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {"reason": "Say what is still missing"}

    reason = forms.CharField(label="What is still missing?", widget=forms.Textarea({"rows": 3}), max_length=4000)
