"""The signature, or no."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from dpia.forms.risks import OWNER_CHOICES
from dpia.rules.signing import Signature
from trustai.forms import LastDayField, PlainForm

if TYPE_CHECKING:
    from dpia.queries.signing import LastPage

ACCEPTED, OVERRULED = "accepted", "overruled"
AGAINST = (OVERRULED, "I do not follow it, for the reasons below")


class SignForm(PlainForm):
    asks = {
        "measures_approved": "Tick that you approve the measures, or decline",
        "residual_accepted": "Tick that you accept the risks that are left, or decline",
        "advice": "Choose whether you follow the advice",
        "valid_until": "Type the last day it is valid",
        "review_by_role": "Choose who keeps it under review",
    }
    measures_approved = forms.BooleanField(label="I approve the measures against the risks")
    residual_accepted = forms.BooleanField(label="I accept the risks that are left")
    advice = forms.ChoiceField(
        label="The Data Protection Officer’s advice",
        choices=[(ACCEPTED, "I follow it"), AGAINST],
        widget=forms.RadioSelect,
    )
    overruling_reasons = forms.CharField(
        label="Why the advice is not followed, or a team’s objection is overruled",
        help_text="The team reads this.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
    )
    views_departed_reasons = forms.CharField(
        label="Where this departs from what people said, why",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=10_000,
    )
    valid_until = LastDayField(label="Valid until, the last day")
    review_by_role = forms.ChoiceField(label="Who keeps it under review?", choices=OWNER_CHOICES)
    comment = forms.CharField(
        label="Anything else to record", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=5000
    )

    def __init__(self, *args: Any, page: LastPage, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_until": page.suggested_until}, **kwargs)
        self.page = page
        until = self.fields["valid_until"]
        if isinstance(until, LastDayField):
            until.on_or_after, until.because = today + timedelta(days=1), "because it begins today"
        advice = self.fields["advice"]
        if page.whose and isinstance(advice, forms.ChoiceField):
            advice.choices = [AGAINST]
        if page.advice is None:
            del self.fields["advice"]
        if page.advice is None and not page.objections:
            del self.fields["overruling_reasons"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        reasons = said.get("overruling_reasons", "").strip()
        overruled = said.get("advice") == OVERRULED or bool(self.page.advice and not self.page.advice.may_go_ahead)
        if overruled and not reasons:
            self.add_error("overruling_reasons", "The advice is not followed: say why, or decline")
        elif self.page.objections and not reasons:
            self.add_error("overruling_reasons", "A team objects: answer it with your reasons, or decline")
        return said

    def signature(self) -> Signature:
        said = self.cleaned_data
        return Signature(
            measures_approved=said["measures_approved"],
            residual_accepted=said["residual_accepted"],
            advice_accepted=said.get("advice", ACCEPTED) == ACCEPTED,
            valid_until=said["valid_until"],
            review_by_role=said["review_by_role"],
            overruling_reasons=said.get("overruling_reasons", ""),
            views_departed_reasons=said["views_departed_reasons"],
            comment=said["comment"],
        )


class DeclineForm(PlainForm):
    asks = {"reason": "Say why it is declined"}
    reason = forms.CharField(
        label="Why is it declined?",
        help_text="The people who asked for it, and the teams, read this.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
    )
