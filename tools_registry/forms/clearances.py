"""Filters over clearances, and what is typed about an earlier consultation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from tools_registry.actions.day_one import Earlier
from tools_registry.forms.allowances import AllowancesForm
from tools_registry.queries.clearances import STATES, ClearanceFilter
from trustai.exports.forms import CheckedFileField
from trustai.forms import DayField, LastDayField, PlainForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from schools.models import Place
    from tools_registry.models import Tool

EVERYWHERE = "everywhere"


class ClearanceFilterForm(PlainForm):
    words = forms.CharField(
        label="Tool, supplier or reference", required=False, widget=forms.SearchInput, max_length=200
    )
    state = forms.ChoiceField(label="Status", required=False, choices=[("", "Any"), *STATES])

    def wanted(self, sort: str) -> ClearanceFilter:
        self.is_valid()
        return ClearanceFilter(self.cleaned_data.get("words", ""), self.cleaned_data.get("state", ""), sort)


class WithdrawClearanceForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {"reason": "Say why: every school concerned reads it"}

    reason = forms.CharField(
        label="Why is it withdrawn?",
        help_text="From then on nothing is allowed that stood on it. Every school concerned reads this.",
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
    )


class ChooseToolForm(PlainForm):
    """Which tool an earlier consultation was about; the rest depends on it."""

    asks: ClassVar[Mapping[str, str]] = {"tool": "Choose the tool that was consulted on"}

    tool: forms.ModelChoiceField[Tool] = forms.ModelChoiceField(
        label="Which tool was consulted on?", queryset=None, to_field_name="public_id", empty_label="Choose a tool"
    )

    def __init__(self, *args: Any, tools: QuerySet[Tool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tool"].queryset = tools  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["tool"].error_messages["invalid_choice"] = "Choose one of the tools shown"


class DayOneForm(AllowancesForm):
    """An earlier consultation or DPIA, and what it is to allow."""

    asks: ClassVar[Mapping[str, str]] = {
        "reference": "Type the reference or title of the document",
        "upload": "Choose the signed document",
        "document_on": "Type the date of the document, like 12 5 2025",
        "last_day": "Type the last day on which it counts",
        "places": "Choose where it counts",
    }

    reference = forms.CharField(label="Reference or title of the document", max_length=120)
    document_on = DayField(label="Date of the document", help_text="For example 12 5 2025")
    upload = CheckedFileField(label="The signed document", help_text="PDF, Word, PNG or JPEG, up to 10 MB")
    places = forms.MultipleChoiceField(label="Where does it count?", widget=forms.CheckboxSelectMultiple)
    staff_sign_up = forms.BooleanField(
        label="Staff may sign up with their name and work e-mail address",
        help_text="Only where the tool wants an account of its own and the document says so.",
        required=False,
    )
    last_day = LastDayField(label="Last day on which it counts")

    def __init__(self, *args: Any, places: Sequence[Place], today: date, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(place.public_id): place for place in places}
        named = [(key, place.name) for key, place in self.by_id.items()]
        self.fields["places"].choices = [(EVERYWHERE, "In the whole trust"), *named]  # type: ignore[attr-defined]  # a choice field
        self.fields["document_on"] = DayField(
            label="Date of the document",
            help_text="For example 12 5 2025",
            on_or_before=today,
            because="which is today",
        )
        self.fields["last_day"] = LastDayField(
            label="Last day on which it counts",
            on_or_after=today,
            on_or_before=latest,
            because="six months from today at most",
        )
        for name in ("document_on", "last_day"):
            self.fields[name].error_messages["required"] = self.asks[name]

    def earlier(self, tool: Tool) -> Earlier:
        """Of a form without errors."""
        cleaned = self.cleaned_data
        chosen = cleaned["places"]
        everywhere = EVERYWHERE in chosen
        return Earlier(
            tool_id=tool.pk,
            reference=cleaned["reference"].strip(),
            document_on=cleaned["document_on"],
            ends_on=cleaned["last_day"],
            place_ids=None if everywhere else frozenset(self.by_id[key].pk for key in chosen),
            allowances=self.allowances(),
            staff_sign_up=cleaned["staff_sign_up"],
        )
