"""What a person types to find a tool, and about a tool of the trust's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from tools_registry import facts, finding
from tools_registry.actions.catalogue import Description, FirstFacts
from tools_registry.models.catalogue import FactField, Training
from tools_registry.queries.catalogue import CONFIRMED, NOT_KNOWN, OWN, SHARED, UNCONFIRMED, CatalogueFilter
from tools_registry.words import SignIn
from trustai.forms import ClosedChoiceField, DayField, PlainForm, WebAddressField

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tools_registry.models import Tool

LONGEST_NAME = 120
LONGEST_LINE = 200
LONGEST_TEXT = 3000
MOST_NAMES = 20
OLDEST = 99
NUMBER = {"class": "date-in", "inputmode": "numeric", "autocomplete": "off"}


class CatalogueFilterForm(forms.Form):
    q = forms.CharField(
        label="Tool, supplier or link",
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput({"type": "search"}),
    )
    category = forms.ChoiceField(label="Category", required=False)
    age = forms.ChoiceField(
        label="Age limit",
        required=False,
        choices=[("", "Any"), (CONFIRMED, "Confirmed"), (UNCONFIRMED, "Not confirmed"), (NOT_KNOWN, "Not known")],
    )
    agreement = forms.ChoiceField(
        label="Agreement", required=False, choices=[("", "Any"), ("yes", "In force"), ("no", "None")]
    )
    whose = forms.ChoiceField(
        label="Whose", required=False, choices=[("", "All"), (SHARED, "Shared by all trusts"), (OWN, "Our trust’s own")]
    )

    def __init__(self, *args: Any, categories: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Any"), *((name, name) for name in categories)]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def wanted(self, sort: str) -> CatalogueFilter:
        typed = self.cleaned_data if self.is_valid() else {}
        words = finding.read(typed.get("q", "")).shown
        return CatalogueFilter(
            words=words,
            category=typed.get("category", ""),
            age=typed.get("age", ""),
            agreement=typed.get("agreement", ""),
            whose=typed.get("whose", ""),
            sort=sort or "name",
        )


class NamesField(forms.CharField):
    """Several names, one a line."""

    widget = forms.Textarea(attrs={"rows": "3"})

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        names = (" ".join(line.split()) for line in typed.replace(",", "\n").splitlines())
        found = tuple(dict.fromkeys(name for name in names if name))
        if len(found) > MOST_NAMES:
            raise ValidationError(f"Give at most {MOST_NAMES}", code="many")
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class HostsField(NamesField):
    """Sites, one a line; of a pasted link only the site is kept."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        hosts = [(name, finding.host_of(name)) for name in typed]
        for name, host in hosts:
            if "." not in host:
                raise ValidationError(f"“{name}” is no site: write it like example.com", code="invalid")
        return tuple(dict.fromkeys(host for _, host in hosts))


def _line(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=LONGEST_LINE)


def _link(label: str) -> WebAddressField:
    return WebAddressField(label=label, required=False, max_length=400)


class DescriptionForm(PlainForm):
    """What a tool is. None of it changes what is allowed."""

    asks: ClassVar[Mapping[str, str]] = {"name": "Type the tool’s name"}

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    edition = _line("Edition or account type", "Shown beside the name: “School account”, “Free version”.")
    supplier = _line("Supplier")
    category = forms.CharField(
        label="Category", required=False, max_length=60, widget=forms.TextInput({"list": "kinds"})
    )
    website = _link("Website")
    domains = HostsField(
        label="Its sites",
        required=False,
        help_text="One a line. Somebody who pastes a link of such a site finds the tool.",
    )
    aliases = NamesField(label="Other names", required=False, help_text="One a line: what people call it.")
    how_to_tell = _line("How to tell it from its other editions")
    account_holds = _line("What its account holds", "For example: name, work e-mail, class.")
    education_rule = forms.CharField(
        label="What its terms say about schools and children",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text="In your own words.",
    )
    terms_url = _link("Link to its terms")
    privacy_url = _link("Link to its privacy notice")

    def description(self) -> Description:
        names = Description.__dataclass_fields__
        typed = {name: self.cleaned_data[name] for name in names}
        host = finding.host_of(typed["website"]) if typed["website"] else ""
        if host and host not in typed["domains"]:
            typed["domains"] = (host, *typed["domains"])
        return Description(**typed)


def described(tool: Tool) -> dict[str, Any]:
    """The form's first values, from the tool as it is."""
    return {name: getattr(tool, name) for name in Description.__dataclass_fields__}


class NewToolForm(DescriptionForm):
    """A new tool with what is known of it. Only facts that the person may set are asked for."""

    sign_in = ClosedChoiceField(
        label="How do people sign in?",
        choices=[(value, words) for value, words in facts.SIGN_IN_WORDS.items()],
        required=False,
    )
    minimum_age = forms.IntegerField(
        label="Minimum age in its terms",
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput(NUMBER),
        help_text="0 for any age under a school account. Leave it empty where it is not known.",
    )
    parental_age = forms.IntegerField(
        label="Lower age when a parent agrees",
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput(NUMBER),
        help_text="Leave it empty where the terms know no such age.",
    )
    trains_on_inputs = ClosedChoiceField(
        label="Does it train on what people type?",
        choices=[(value, facts.TRAINS_WORDS[value]) for value in Training.values],
        required=False,
    )
    data_location = _line("Where is its data processed?")
    source = _line("Where did you read this?", "A link, or the name and clause of the document.")
    source_on = DayField(label="When did you read it?", required=False)

    def __init__(self, *args: Any, may_set: Collection[FactField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_set = frozenset(may_set)
        for field in FactField:
            if field not in self.may_set:
                self.fields.pop(field, None)
        for name in ("sign_in", "trains_on_inputs"):
            if name in self.fields:
                self.fields[name].initial = "unknown"

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        minimum, parental = typed.get("minimum_age"), typed.get("parental_age")
        if parental is not None and minimum is None and "minimum_age" not in self.errors:
            self.add_error("parental_age", "Type the minimum age too: a parent’s agreement lowers it")
        if None not in {minimum, parental} and parental >= minimum:  # type: ignore[operator]  # neither is None
            self.add_error("parental_age", f"Type an age below {minimum}, or leave it empty")
        return typed

    def known(self) -> FirstFacts:
        typed = self.cleaned_data
        return FirstFacts(
            sign_in=typed.get("sign_in") or SignIn.UNKNOWN,
            minimum_age=typed.get("minimum_age"),
            parental_age=typed.get("parental_age"),
            trains_on_inputs=typed.get("trains_on_inputs") or Training.UNKNOWN,
            data_location=typed.get("data_location", ""),
            source=typed["source"],
            source_on=typed["source_on"],
        )
