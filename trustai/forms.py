"""Forms our way: plain error sentences, closed choices that say why, days typed as people write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
SHORTEST_MONTH = 3
DJANGO_ROWS = "10"
LAST_YEAR = 2200
MOST_DIGITS = 9
TYPED_DAY = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[\s./-]+([a-z]+|\d{1,2})[\s./,-]+(\d{4})$")
ISO_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")


# Closed choices ----------------------------------------------------------------------------------------------------


class _Closed(forms.widgets.ChoiceWidget):
    """Options that the rules do not allow stay in sight, disabled, with the reason. `hints` stand under a label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closed: dict[str, str] = {}
        self.hints: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["closed"] = self.closed.get(str(value), "")
        option["hint"] = self.hints.get(str(value), "")
        if option["closed"]:
            option["attrs"]["disabled"] = True
            option["selected"] = False
        return option


class ClosedRadioSelect(_Closed, forms.RadioSelect):
    pass


class ClosedCheckboxSelectMultiple(_Closed, forms.CheckboxSelectMultiple):
    pass


class _ClosedField(forms.ChoiceField):
    """A choice field whose widget is one of the two above; a closed value is refused here too, with its reason."""

    def close(self, reasons: Mapping[Any, str]) -> None:
        """Close the options named, each for its reason."""
        self.widget.closed = {str(value): reason for value, reason in reasons.items() if reason}

    def hint(self, hints: Mapping[Any, str]) -> None:
        """Small words under the labels: an example, or what the choice leads to."""
        self.widget.hints = {str(value): hint for value, hint in hints.items()}

    def refuse_closed(self, value: Any) -> None:
        reason = self.widget.closed.get(str(value))
        if reason:
            raise ValidationError(reason, code="closed")


class ClosedChoiceField(_ClosedField):
    widget = ClosedRadioSelect

    def validate(self, value: Any) -> None:
        super().validate(value)
        self.refuse_closed(value)


class ClosedMultipleChoiceField(forms.MultipleChoiceField, _ClosedField):
    widget = ClosedCheckboxSelectMultiple

    def validate(self, value: Any) -> None:
        super().validate(value)
        for each in value:
            self.refuse_closed(each)


# Days ---------------------------------------------------------------------------------------------------------------


def read_day(typed: str) -> date | None:
    """The day in "31 8 2027", "31 August 2027", "31/08/2027" or "2027-08-31", or None when there is none."""
    words = " ".join(typed.lower().split())
    if iso := ISO_DAY.match(words):
        year, month, day = (int(part) for part in iso.groups())
    elif plain := TYPED_DAY.match(words):
        day, month, year = int(plain[1]), _month(plain[2]), int(plain[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(word: str) -> int:
    """1 to 12, or 0 when it is no month."""
    if word.isdigit():
        return int(word)
    return next((n for n, name in enumerate(MONTHS, 1) if len(word) >= SHORTEST_MONTH and name.startswith(word)), 0)


def write_day(day: date) -> str:
    """31 8 2027: as the hint shows it."""
    return f"{day.day} {day.month} {day.year}"


class DayField(forms.Field):
    """A day typed as day, month, year. `on_or_after` and `on_or_before` bound it, with the reason in words."""

    widget = forms.TextInput(attrs={"class": "date-in", "autocomplete": "off"})
    default_error_messages = {
        "invalid": "Type a day like 31 8 2027",
        "early": "Type a day on or after %(bound)s%(because)s",
        "late": "Type a day on or before %(bound)s%(because)s",
    }

    def __init__(
        self, *, on_or_after: date | None = None, on_or_before: date | None = None, because: str = "", **kwargs: Any
    ) -> None:
        kwargs.setdefault("help_text", "For example 31 8 2027")
        super().__init__(**kwargs)
        self.on_or_after, self.on_or_before, self.because = on_or_after, on_or_before, because

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        day = value if isinstance(value, date) else read_day(str(value))
        if day is None or day.year > LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.on_or_after and value < self.on_or_after:
            self._refuse("early", self.on_or_after)
        if self.on_or_before and value > self.on_or_before:
            self._refuse("late", self.on_or_before)

    def prepare_value(self, value: Any) -> Any:
        return write_day(value) if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((read_day(str(data)) if data else None) != initial)

    def _refuse(self, code: str, bound: date) -> None:
        spelled = f"{bound.day} {MONTHS[bound.month - 1].capitalize()} {bound.year}"
        because = f", {self.because}" if self.because else ""
        raise ValidationError(self.error_messages[code], code=code, params={"bound": spelled, "because": because})


class LastDayField(DayField):
    """Asks for the last day of a period and gives the day after it: periods are half-open."""

    def clean(self, value: Any) -> date | None:
        last = super().clean(value)
        return last + timedelta(days=1) if last else None

    def prepare_value(self, value: Any) -> Any:
        return write_day(value - timedelta(days=1)) if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial - timedelta(days=1) if initial else None, data)


def whole_number(typed: str) -> int:
    """What was typed as a number from 0 on; 0 for anything else, and for more digits than any number of ours has."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS else 0


# Addresses ----------------------------------------------------------------------------------------------------------


class WebAddressField(forms.URLField):
    """An address on the web, and of no other kind."""

    default_validators = [URLValidator(["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


# The form -----------------------------------------------------------------------------------------------------------


class PlainForm(forms.Form):
    """The base of every form. `asks` holds the sentence for a field left empty, where the usual one is too plain.

    `sometimes_needed`: fields that another answer makes necessary, so that they are not marked as optional.
    """

    asks: ClassVar[Mapping[str, str]] = {}
    sometimes_needed: ClassVar[frozenset[str]] = frozenset()
    marks_optional = True
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea) and field.widget.attrs.get("rows") == DJANGO_ROWS:
                field.widget.attrs["rows"] = "4"

    @property
    def helper(self) -> FormHelper:
        return plain_helper()

    def leave_out(self, typed: dict[str, Any], *names: str) -> None:
        """For `clean`: what was typed in parts that the other answers do not show. Nobody could put right what is hidden."""
        for name in names:
            if name in self.fields:
                self.errors.pop(name, None)
                typed[name] = [] if isinstance(self.fields[name], forms.MultipleChoiceField) else None


def plain_helper() -> FormHelper:
    """Fields only: the page writes the form element, the token and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.include_media = False
    return helper


def speak_plainly(form: forms.BaseForm) -> None:
    """Give every field error sentences that say what to do. A message of the field's own class or call is kept."""
    asks: Mapping[str, str] = getattr(form, "asks", {})
    for name, field in form.fields.items():
        label = str(field.label if field.label is not None else name.replace("_", " ").capitalize())
        for code, sentence in _sentences(field, label).items():
            if field.error_messages.get(code) == _usual(field, code):
                field.error_messages[code] = sentence
        if name in asks:
            field.error_messages["required"] = asks[name]


def _usual(field: forms.Field, code: str) -> str | None:
    """The message Django itself would give."""
    usual: str | None = None
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            usual = vars(kind).get("default_error_messages", {}).get(code, usual)
    return usual


def _sentences(field: forms.Field, label: str) -> dict[str, str]:
    about = f"“{label}”"
    sentences = {
        "required": f"{_verb(field)} {about}",
        "max_length": f"Use at most %(limit_value)d characters for {about}: it has %(show_value)d now",
        "min_length": f"Use at least %(limit_value)d characters for {about}",
        "max_value": f"Type %(limit_value)s or less for {about}",
        "min_value": f"Type %(limit_value)s or more for {about}",
    }
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        sentences |= {
            "invalid_choice": f"Choose one of the answers shown for {about}",
            "invalid_list": f"Choose from {about}",
        }
    elif isinstance(field, forms.EmailField):
        sentences["invalid"] = "Type an e-mail address like name@school.example"
    elif isinstance(field, forms.URLField):
        sentences["invalid"] = "Type a web address like https://example.com"
    elif isinstance(field, forms.IntegerField):
        sentences["invalid"] = f"Type a number for {about}"
    elif isinstance(field, forms.FileField):
        sentences |= {
            "invalid": "Choose a file",
            "missing": "Choose a file",
            "empty": "That file is empty: choose another",
        }
    return sentences


def _verb(field: forms.Field) -> str:
    if isinstance(field, forms.FileField):
        return "Choose a file for"
    if isinstance(field, forms.BooleanField):
        return "Tick"
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return "Choose at least one for"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return "Choose an answer for"
    return "Type an answer for"
