"""What a head types when deciding, declining, withdrawing or suspending."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from tools_registry import choices
from tools_registry.actions.entries import Decision, NewException
from tools_registry.choices import said
from tools_registry.forms.allowances import AllowancesForm, typed_again
from tools_registry.forms.conditions import MOST, OwnConditions, as_initial, own_typed
from tools_registry.purposes import PURPOSES
from trustai.forms import ClosedMultipleChoiceField, DayField, LastDayField, PlainForm

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.http import QueryDict  # noqa: TID251  # what the edge hands over

    from tools_registry.actions.conditions import OwnCondition
    from tools_registry.answer import Allowance
    from tools_registry.choices import Choices
    from tools_registry.queries.decisions import DecidePage
    from tools_registry.words import Audience

WHO_READS_IT = (
    "People who work here read this when they look the tool up. It is not published and not e-mailed. Name no pupil."
)
EXCEPTIONAL = [code for code, purpose in PURPOSES.items() if purpose.exception_by]


class DecisionForm(AllowancesForm):
    """A decision within a clearance. What the rules close stays in sight, and is refused on the server in the same words."""

    asks: ClassVar[Mapping[str, str]] = {
        "equity_note": "Say what you considered about SEND and equal access",
        "record_keeper": "Type who keeps the record",
    }

    parents_agreed = forms.BooleanField(
        label="We have collected the parents’ agreement for this school year",
        help_text="Until it is collected, no pupil below the age limit may use it.",
        required=False,
    )
    work_consent = forms.BooleanField(
        label="We have collected pupils’ and parents’ agreement to put pupils’ own work in, for this school year",
        help_text="Until it is collected, no pupil’s work goes in.",
        required=False,
    )
    record_keeper = forms.CharField(
        label="Who keeps the record of who has agreed?",
        help_text="A post, not a name: the school office.",
        max_length=200,
    )
    equity_note = forms.CharField(
        label="What did you consider about SEND and equal access?",
        help_text="Who could be left out, and what they get instead.",
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
    )
    unsuitable_for = forms.CharField(
        label="For whom is it not suitable? (optional)",
        help_text="Staff and the published list show this.",
        max_length=500,
        required=False,
    )
    exceptions = ClosedMultipleChoiceField(
        label="Allow one prohibited use as an exception? (optional)",
        help_text="Senior leadership only, recorded, with an end.",
        choices=[(code, PURPOSES[code].label) for code in EXCEPTIONAL],
        required=False,
    )
    exception_reason = forms.CharField(label="Why the exception?", max_length=1000, required=False)
    exception_ends = LastDayField(label="Last day of the exception", required=False)
    review_on = DayField(label="When will you look at it again?")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        page: DecidePage,
        standing: Collection[OwnCondition] = (),
        typed: QueryDict | None = None,
        one_more: bool = False,
    ) -> None:
        """`typed` is what was posted on the way: it fills the form in again, and what is missing yet is no mistake."""
        self.page = page
        own = [as_initial(condition) for condition in standing] if typed is None else own_typed(typed)
        super().__init__(
            data,
            options=page.options,
            given=page.given if typed is None else (),
            by_age=page.place.shows_ages,
            initial=page.initial if typed is None else typed_again(typed),
        )
        adds = one_more and len(own) < MOST
        self.own = OwnConditions(
            data,
            prefix="own",
            initial=None if data is not None else [*own, {}] if adds else own,
            form_kwargs={"on": page.on, "standing": standing},
        )
        if adds:
            self.own.forms[-1].stand_first()
        self.fields["who"].label = f"Who may use it at {page.place.name}?"
        self.fields["exceptions"].close(_closed_exceptions(page.options))  # type: ignore[attr-defined]  # a closed field
        self.fields["review_on"] = DayField(
            label="When will you look at it again?",
            on_or_after=page.first_review_on,
            on_or_before=page.last_review_on,
            because="when the clearance ends" if page.last_review_on else "",
        )
        self.fields["review_on"].error_messages["required"] = "Type the day on which you will look at it again"
        self._leave_out()

    def _leave_out(self) -> None:
        """Questions that cannot matter here are not asked."""
        gone = set()
        if not self.page.asks_parents:
            gone.add("parents_agreed")
        if not self.page.asks_work_consent:
            gone.add("work_consent")
        if {"parents_agreed", "work_consent"} <= gone:
            gone.add("record_keeper")
        for name in gone:
            del self.fields[name]

    @property
    def shows_exception(self) -> bool:
        """Something about it is chosen, typed or wrong, so it stands unfolded."""
        names = ("exceptions", "exception_reason", "exception_ends")
        return any(self[name].value() or self[name].errors for name in names)

    def is_valid(self) -> bool:
        """Both are looked at, so that every mistake is shown at once."""
        own_is_valid: bool = self.own.is_valid()
        return super().is_valid() and own_is_valid

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_exception(cleaned)
        if not self.errors:
            self._check_together()
        return cleaned

    def decision(self, revision: int) -> Decision:
        """Of a form without errors."""
        cleaned = self.cleaned_data
        return Decision(
            clearance_id=self.page.clearance.pk,
            allowances=self.allowances(),
            review_on=cleaned["review_on"],
            revision=revision,
            conditions=self.own_conditions(),
            exceptions=self.new_exceptions(),
            parents_agreed=bool(cleaned.get("parents_agreed")),
            work_consent=bool(cleaned.get("work_consent")),
            record_keeper=cleaned.get("record_keeper") or self.page.record_keeper,
            equity_note=cleaned["equity_note"],
            unsuitable_for=cleaned["unsuitable_for"],
        )

    def own_conditions(self) -> tuple[OwnCondition, ...]:
        typed = (form.own_condition() for form in self.own.forms)
        return tuple(condition for condition in typed if condition is not None)

    def new_exceptions(self) -> tuple[NewException, ...]:
        cleaned = self.cleaned_data
        return tuple(
            NewException(code, cleaned["exception_reason"], cleaned["exception_ends"])
            for code in cleaned.get("exceptions", ())
        )

    def allowances(self) -> tuple[Allowance, ...]:
        """An exception is a use of every audience that can have it."""
        excepted = set(self.cleaned_data.get("exceptions", ()))
        return tuple(
            replace(
                allowed,
                purposes=allowed.purposes | {code for code in excepted if self._can_have(allowed.audience, code)},
            )
            for allowed in super().allowances()
        )

    def _can_have(self, audience: Audience, code: str) -> bool:
        exceptions = self.options[audience].exceptions
        return code in exceptions and exceptions[code] is None

    def _check_exception(self, cleaned: Mapping[str, Any]) -> None:
        if not cleaned.get("exceptions"):
            return
        if not cleaned.get("exception_reason"):
            self.add_error("exception_reason", "Say why the exception is allowed")
        if not cleaned.get("exception_ends") and "exception_ends" not in self.errors:
            self.add_error("exception_ends", "Type the last day of the exception, like 31 8 2027")

    def _check_together(self) -> None:
        """Open one by one, but not together: the answer would not grant it."""
        page = self.page
        exceptions = tuple(new.on(page.on) for new in self.new_exceptions())
        for fault in choices.unfit(page.situation, page.within, self.allowances(), page.on, exceptions):
            name = "who" if fault.part == "who" else f"{fault.audience}_{fault.part}"
            self.add_error(name, said(fault.reason))


def _closed_exceptions(options: Mapping[Audience, Choices]) -> dict[str, str]:
    """Closed where no audience can have it: with the reason for the first that could."""
    closed = {}
    for code in EXCEPTIONAL:
        found = [each.exceptions[code] for each in options.values() if code in each.exceptions]
        if found and all(reason is not None for reason in found):
            closed[code] = next(said(reason) for reason in found if reason is not None)
    return closed


class ReadForm(PlainForm):
    """The tick under the check of one's answers."""

    asks: ClassVar[Mapping[str, str]] = {"read": "Tick that you have read what the decision rests on"}

    read = forms.BooleanField(label="I have read the clearance, its conditions and the advice it rests on")


class ReasonForm(PlainForm):
    """Why a tool is declined, withdrawn or suspended."""

    asks: ClassVar[Mapping[str, str]] = {"reason": "Say why, in a sentence"}

    reason = forms.CharField(label="Why?", widget=forms.Textarea({"rows": 3}), max_length=2000)


class SuspendForm(ReasonForm):
    """Here or everywhere, for those who may do both."""

    HERE, EVERYWHERE = "here", "everywhere"
    asks: ClassVar[Mapping[str, str]] = {**ReasonForm.asks, "reach": "Choose where it is suspended"}

    reach = forms.ChoiceField(label="Where?", widget=forms.RadioSelect, initial=HERE)

    def __init__(self, *args: Any, place_name: str, may_everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = WHO_READS_IT
        self.order_fields(["reach", "reason"])
        if may_everywhere:
            choices_ = [(self.HERE, f"At {place_name}"), (self.EVERYWHERE, "At every place of the trust")]
            self.fields["reach"].choices = choices_  # type: ignore[attr-defined]  # ChoiceField
        else:
            del self.fields["reach"]

    @property
    def everywhere(self) -> bool:
        return bool(self.cleaned_data.get("reach") == self.EVERYWHERE)
