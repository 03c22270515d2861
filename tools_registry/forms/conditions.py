"""Conditions a place sets itself, and what is said about one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from schools.models import Role
from tools_registry.actions.conditions import OwnCondition
from tools_registry.words import Audience, ConditionKind
from trustai.forms import DayField, PlainForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict  # noqa: TID251  # what the edge hands over

    from tools_registry.models import Condition

MOST = 10
KINDS = (
    (ConditionKind.BEFORE_USE, "Before use: nobody uses it until it is met"),
    (ConditionKind.BY_DATE, "By a date: allowed until then, then off until it is met"),
    (ConditionKind.ALWAYS, "Always: a rule of use"),
)
OWNERS = (Role.HEAD, Role.AI_LEAD, Role.DSL, Role.STAFF, Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD)
NUMBER = {"class": "date-in", "inputmode": "numeric", "autocomplete": "off"}


class OwnConditionForm(PlainForm):
    """One condition. Its words left empty take it off."""

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

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("words"):
            return cleaned
        if not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", "Choose when the condition counts")
        if cleaned.get("kind") == ConditionKind.BY_DATE and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Type the last day to do it, like 31 8 2027")
        return cleaned

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
    for number in range(min(int(count), MOST) if count.isascii() and count.isdecimal() else 0):
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


class ConfirmForm(PlainForm):
    """That it is met, where nobody reported it before."""

    asks: ClassVar[Mapping[str, str]] = {"evidence": "Say how you know that it is met"}

    evidence = forms.CharField(label="How do you know?", widget=forms.Textarea({"rows": 3}), max_length=4000)


class RefuseForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {"reason": "Say what is still missing"}

    reason = forms.CharField(label="What is still missing?", widget=forms.Textarea({"rows": 3}), max_length=4000)
