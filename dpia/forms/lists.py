"""Looking for a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from dpia.queries.lists import SORTS, Wanted
from dpia.workflow import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

SORT_WORDS = {"due": "Due first", "new": "Newest first", "tool": "By tool", "status": "By status"}


class CaseFilters(forms.Form):
    words = forms.CharField(label="Tool, place or reference", required=False, widget=forms.SearchInput, max_length=200)
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[
            ("", "Any"),
            ("open", "Open"),
            ("attention", "Needs attention"),
            *((status.value, status.label) for status in Status),
        ],
    )
    mine = forms.ChoiceField(
        label="Mine",
        required=False,
        choices=[("", "Everybody’s"), ("waiting", "Waiting for my review"), ("written", "Written by me")],
    )
    tool = forms.ChoiceField(label="Tool", required=False)
    sort = forms.ChoiceField(label="Order", required=False, choices=[(code, SORT_WORDS[code]) for code in SORTS])

    def __init__(self, *args: Any, tools: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tool = self.fields["tool"]
        if isinstance(tool, forms.ChoiceField):
            tool.choices = [("", "Any"), *tools]

    def wanted(self) -> Wanted:
        """What was asked for; a filter that makes no sense is left out."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            words=said.get("words", "").strip(),
            status=said.get("status", ""),
            tool=said.get("tool", ""),
            mine=said.get("mine", ""),
            sort=said.get("sort") or "due",
        )
