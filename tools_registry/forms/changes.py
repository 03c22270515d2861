"""What a person types about a change in a tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.layout import Div, Layout
from django import forms

from tools_registry.actions.changes import NewChange
from tools_registry.words import ChangeKind
from trustai.forms import ClosedChoiceField, DayField, PlainForm, plain_helper

from .catalogue import LONGEST_LINE, LONGEST_TEXT, NUMBER, OLDEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from crispy_forms.helper import FormHelper

EFFECTS = {
    ChangeKind.AGE: "Year groups that are no longer wholly old enough go off at once.",
    ChangeKind.FEATURE: "The feature is off until it has been assessed. The rest stands.",
}
OTHERWISE = (
    "Where the tool is approved, pupils and personal data go off from that day, until the Deputy DPO says carry on or "
    "a new version of the assessment is signed. Only an age limit and a new feature are treated otherwise."
)
LONGEST_SUMMARY = 500


class ChangeForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {
        "kind": "Choose what changed",
        "summary": "Say in a sentence what changed: heads and AI leads read it",
        "effective_on": "Type the day from which it counts",
    }
    sometimes_needed = frozenset({"new_age", "feature"})

    kind = ClosedChoiceField(label="What changed?", choices=ChangeKind.choices, help_text=OTHERWISE)
    new_age = forms.IntegerField(
        label="The new age limit",
        required=False,
        min_value=1,
        max_value=OLDEST,
        widget=forms.TextInput(NUMBER),
        help_text="Only where its age limit rose.",
    )
    source = forms.CharField(
        label="Where do the new terms say so?",
        required=False,
        max_length=LONGEST_LINE,
        help_text="A link, or the document and clause. It is shown with the age limit wherever people decide.",
    )
    wording = forms.CharField(
        label="In which words?",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Copied out of the terms.",
    )
    feature = forms.CharField(
        label="What is the feature called?", required=False, max_length=60, help_text="Only for a new AI feature."
    )
    summary = forms.CharField(
        label="What changed, in a sentence?",
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Heads and AI leads read this.",
    )
    effective_on = DayField(label="From which day does it count?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].hint(EFFECTS)  # type: ignore[attr-defined]  # a closed field

    @property
    def helper(self) -> FormHelper:
        """What belongs to one kind of change shows with that kind."""
        helper = plain_helper()
        helper.layout = Layout(
            "kind",
            Div("new_age", "source", "wording", css_class="if-age"),
            Div("feature", css_class="if-feature"),
            "summary",
            "effective_on",
        )
        return helper

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") != ChangeKind.AGE:
            self.leave_out(typed, "new_age", "source", "wording")
        if typed.get("kind") != ChangeKind.FEATURE:
            self.leave_out(typed, "feature")
        if typed.get("kind") == ChangeKind.AGE and typed.get("new_age") is None and "new_age" not in self.errors:
            self.add_error("new_age", "Type the new age limit")
        if typed.get("kind") == ChangeKind.FEATURE and not typed.get("feature") and "feature" not in self.errors:
            self.add_error("feature", "Say what the feature is called")
        return typed

    def change(self, *, trust_id: int, tool_id: int) -> NewChange:
        typed = self.cleaned_data
        kind = ChangeKind(typed["kind"])
        effective_on: date = typed["effective_on"]
        return NewChange(
            trust_id=trust_id,
            tool_id=tool_id,
            kind=kind,
            summary=typed["summary"],
            effective_on=effective_on,
            feature=typed["feature"] if kind == ChangeKind.FEATURE else "",
            new_age=typed["new_age"] if kind == ChangeKind.AGE else None,
            wording=typed["wording"] if kind == ChangeKind.AGE else "",
            source=typed["source"] if kind == ChangeKind.AGE else "",
        )


class CarryOnForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {"reason": "Say why use may carry on"}

    reason = forms.CharField(
        label="Why may use carry on?",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text="What you read and what follows from it. It stays with the change.",
    )
