"""What a person types about an agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from tools_registry.actions.agreements import Terms, terms_of
from tools_registry.models import Tool
from tools_registry.queries.agreements import STATES, AgreementFilter
from tools_registry.words import EXAMPLES, DataClass, Subject
from trustai.exports.forms import CheckedFileField
from trustai.forms import ClosedChoiceField, ClosedMultipleChoiceField, DayField, LastDayField, PlainForm

from .catalogue import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files import File
    from django.db.models import QuerySet

    from tools_registry.models import Agreement


class AgreementFilterForm(forms.Form):
    q = forms.CharField(
        label="Tool, supplier or reference",
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *STATES.items()])

    def wanted(self, sort: str) -> AgreementFilter:
        typed = self.cleaned_data if self.is_valid() else {}
        return AgreementFilter(words=typed.get("q", ""), state=typed.get("state", ""), sort=sort or "tool")


class AgreementForm(PlainForm):
    """`tools` makes it ask for the tool; without, the page has it already."""

    asks: ClassVar[Mapping[str, str]] = {
        "tool": "Choose the tool the agreement is for",
        "reference": "Type the reference by which the trust knows the agreement",
        "supplier_party": "Say with whom the trust has agreed",
        "starts_on": "Type the first day",
        "data_class": "Choose the most sensitive data it covers",
        "subjects": "Choose whose data it covers",
    }

    tool = forms.ModelChoiceField(
        label="Tool", queryset=Tool.objects.none(), empty_label="Choose a tool", to_field_name="public_id"
    )
    reference = forms.CharField(
        label="Reference", max_length=LONGEST_LINE, help_text="The trust’s own. It is used once."
    )
    supplier_party = forms.CharField(
        label="With whom?", max_length=LONGEST_LINE, help_text="The supplier’s company as the agreement names it."
    )
    starts_on = DayField(label="First day")
    ends_on = LastDayField(
        label="Last day", required=False, help_text="For example 31 8 2027. Leave it empty for no end."
    )
    data_class = ClosedChoiceField(
        label="What is the most sensitive data it covers?",
        choices=[(c.value, c.label) for c in DataClass if c.is_personal],
    )
    subjects = ClosedMultipleChoiceField(label="Whose data?", choices=Subject.choices)
    covers_accounts = forms.BooleanField(
        label="It covers the data in their accounts",
        required=False,
        help_text="Names, classes and sign-ins of those people, whatever they type.",
    )
    document = CheckedFileField(
        label="The signed document", required=False, help_text="PDF, DOCX, PNG or JPEG, up to 10 MB."
    )

    def __init__(self, *args: Any, tools: QuerySet[Tool] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["data_class"].hint(EXAMPLES)  # type: ignore[attr-defined]  # a closed field
        if tools is None:
            del self.fields["tool"]
        else:
            self.fields["tool"].queryset = tools  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        starts_on, ends_on = typed.get("starts_on"), typed.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", "Type a last day on or after the first day")
        subjects = typed.get("subjects", [])
        if typed.get("covers_accounts") and subjects and not {Subject.PUPILS, Subject.STAFF} & set(subjects):
            self.add_error("covers_accounts", "Accounts are pupils’ or staff’s: tick them above, or leave this empty")
        return typed

    def terms(self) -> Terms:
        typed = self.cleaned_data
        return Terms(
            reference=typed["reference"],
            supplier_party=typed["supplier_party"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            data_class=DataClass(typed["data_class"]),
            subjects=frozenset(Subject(code) for code in typed["subjects"]),
            covers_accounts=typed["covers_accounts"],
        )

    def upload(self) -> File[bytes] | None:
        return self.cleaned_data["document"] or None


def written(agreement: Agreement) -> dict[str, Any]:
    """The form's first values, from the agreement as it is."""
    terms = terms_of(agreement)
    return {
        "reference": terms.reference,
        "supplier_party": terms.supplier_party,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "data_class": terms.data_class,
        "subjects": sorted(terms.subjects),
        "covers_accounts": terms.covers_accounts,
    }
