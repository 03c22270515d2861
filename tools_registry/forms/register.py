"""The filters over a register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from schools import year_groups
from tools_registry.queries.register import ONLY_WORDS, STATUSES, RegisterFilter
from tools_registry.words import Audience, DataClass
from trustai.forms import PlainForm

if TYPE_CHECKING:
    from schools.models import Place

ANY = ("", "Any")


class RegisterFilterForm(PlainForm):
    """Nothing in it is required, and what is not known is left out."""

    words = forms.CharField(label="Tool, supplier or purpose", required=False, widget=forms.SearchInput, max_length=200)
    status = forms.ChoiceField(label="Status", required=False, choices=[ANY, *STATUSES])
    who = forms.ChoiceField(label="Who", required=False, choices=[("", "Anyone"), *Audience.choices])
    year = forms.ChoiceField(label="Year group", required=False)
    takes = forms.ChoiceField(label="May put in", required=False, choices=[("", "Anything"), *DataClass.choices])
    only = forms.ChoiceField(required=False, choices=list(ONLY_WORDS.items()), widget=forms.HiddenInput)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [
            (year_groups.short(y), year_groups.name(y, by_age=place.shows_ages)) for y in sorted(place.year_groups)
        ]
        if years:
            self.fields["year"].choices = [("", "Any year"), *years]  # type: ignore[attr-defined]  # ChoiceField
        else:
            del self.fields["year"]

    def wanted(self, sort: str) -> RegisterFilter:
        """What was chosen; a value that is no choice counts as none."""
        self.is_valid()
        chosen: dict[str, str] = {name: self.cleaned_data.get(name, "") for name in self.fields}
        year = chosen.pop("year", "")
        return RegisterFilter(**chosen, year=year_groups.from_short(year) if year else None, sort=sort)
