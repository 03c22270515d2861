"""What a person types about one fact of a tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from tools_registry import facts
from tools_registry.actions.facts import NewFact
from tools_registry.models.catalogue import FactField, Training
from trustai.forms import ClosedChoiceField, DayField, PlainForm, speak_plainly

from .catalogue import LONGEST_LINE, LONGEST_TEXT, NUMBER, OLDEST

if TYPE_CHECKING:
    from datetime import date

    from tools_registry.facts import Facts


class FactForm(PlainForm):
    """One fact: its new value, and where it allows more than today, the words of the terms and where they stand."""

    # Whether they may be left empty depends on the value; the hints say so.
    marks_optional = False

    wording = forms.CharField(
        label="The words of the terms that say so",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text="Copied out, not in your own words. Needed where the new value allows more than today’s.",
    )
    source = forms.CharField(
        label="Where do they stand?",
        required=False,
        max_length=LONGEST_LINE,
        help_text="A link, or the document and clause.",
    )
    source_on = DayField(label="When did you read them?", required=False)

    def __init__(self, *args: Any, field: FactField, today: Facts, on: date, **kwargs: Any) -> None:
        now = getattr(today, field)
        super().__init__(*args, **kwargs)
        self.field, self.today = field, today
        self.fields = {"value": _value_field(field, now), **self.fields}
        self.fields["source_on"].on_or_before = on  # type: ignore[attr-defined]  # a DayField
        speak_plainly(self)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "value" not in typed:
            return typed
        typed["value"] = self._value(typed["value"])
        if facts.is_looser(self.field, getattr(self.today, self.field), typed["value"]):
            for name, sentence in (
                ("wording", "Copy out the words of the terms: this allows more than today"),
                ("source", "Say where the words stand"),
                ("source_on", "Type the day you read them"),
            ):
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return typed

    def _value(self, typed: Any) -> Any:
        return typed == "yes" if self.field == FactField.AGE_CONFIRMED else typed

    def fact(self, *, trust_id: int, tool_id: int) -> NewFact:
        typed = self.cleaned_data
        return NewFact(
            trust_id=trust_id,
            tool_id=tool_id,
            field=self.field,
            value=typed["value"],
            wording=typed["wording"],
            source=typed["source"],
            source_on=typed["source_on"],
        )


def _value_field(field: FactField, now: Any) -> forms.Field:
    """The question that fits the fact."""
    if field == FactField.MINIMUM_AGE:
        return _age("Minimum age", now, "0 for any age under a school account. Leave it empty where it is not known.")
    if field == FactField.PARENTAL_AGE:
        return _age("Age when a parent agrees", now, "Leave it empty where a parent’s agreement lowers nothing.")
    if field == FactField.AGE_CONFIRMED:
        choices = [("yes", "Yes: I have read it in the terms"), ("no", "No, or not any longer")]
        return ClosedChoiceField(label="Is the age limit confirmed?", choices=choices, initial="yes" if now else "no")
    if field == FactField.SIGN_IN:
        return ClosedChoiceField(label="How do people sign in?", choices=list(facts.SIGN_IN_WORDS.items()), initial=now)
    if field == FactField.TRAINS:
        choices = [(value, facts.TRAINS_WORDS[value]) for value in Training.values]
        return ClosedChoiceField(label="Does it train on what people type?", choices=choices, initial=now)
    return forms.CharField(
        label="Where is its data processed?",
        required=False,
        max_length=LONGEST_LINE,
        initial=now,
        help_text="Leave it empty where it is not known.",
    )


def _age(label: str, now: int | None, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=OLDEST,
        initial=now,
        help_text=help_text,
        widget=forms.TextInput(NUMBER),
    )
