"""What a person types about schools and people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.layout import HTML, Layout
from django import forms

from schools import year_groups
from schools.actions import Contact, NewRole, TrustSettings, YearGroups
from schools.models import EntryDecider, Role, SchoolStatus
from schools.queries.people import COMING, ENDED, NOW, ROLE_CHOICES, PeopleFilter
from schools.queries.places import SEEMS_TO_HAVE_LEFT, UNCONFIRMED_YEARS, SchoolFilter, suggested
from trustai.forms import (
    ClosedChoiceField,
    ClosedMultipleChoiceField,
    DayField,
    LastDayField,
    PlainForm,
    WebAddressField,
    plain_helper,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from crispy_forms.helper import FormHelper

    from schools.models import Place, Trust
    from schools.queries.people import RolePage, Where

ALONE = ""
NUMBER = {"class": "date-in", "inputmode": "numeric", "autocomplete": "off"}


# A place ------------------------------------------------------------------------------------------------------------


class YearGroupsForm(PlainForm):
    """Which year groups a school has, and which sit in one class. Ticked at first: what the file suggests."""

    asks: ClassVar[Mapping[str, str]] = {"groups": "Choose at least one year group"}

    groups = ClosedMultipleChoiceField(
        label="Which year groups does the school have?",
        help_text="Age counts on 31 August before the school year, whatever class a pupil sits in.",
        choices=[(year_groups.short(group), year_groups.name(group)) for group in year_groups.ALL],
    )
    shows_ages = forms.BooleanField(
        label="Our classes are not year groups: show ages instead",
        help_text="For schools that group pupils by need. The rules on age stay the same.",
        required=False,
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        confirmed = place.year_groups_confirmed_at is not None
        has = place.year_groups if confirmed else suggested(place)
        mixed = {int(year): youngest for year, youngest in place.youngest_in_mixed_class.items()}
        kwargs["initial"] = {
            "groups": [year_groups.short(group) for group in has],
            "shows_ages": place.shows_ages,
            **{f"with_{year_groups.short(year)}": year_groups.short(other) for year, other in mixed.items()},
        }
        super().__init__(*args, **kwargs)
        self.fields["groups"].hint(  # type: ignore[attr-defined]  # a closed field
            {year_groups.short(group): f"Age {year_groups.age_on_31_august(group)}" for group in year_groups.ALL}
        )
        self.mixable = sorted(has)[1:]
        for year in self.mixable:
            self.fields[f"with_{year_groups.short(year)}"] = _sits_with(year, [group for group in has if group < year])

    @property
    def helper(self) -> FormHelper:
        helper = plain_helper()
        opened = " open" if any(self.initial.get(name) for name in self._mixed_names()) else ""
        helper.layout = Layout("groups", "shows_ages")
        if self.mixable:
            helper.layout.extend(
                [
                    HTML(f'<details class="field"{opened}><summary>Mixed-age classes</summary>'),
                    HTML('<p class="form-text">In a class of several years the youngest decide what it may use.</p>'),
                    *self._mixed_names(),
                    HTML("</details>"),
                ]
            )
        return helper

    def _mixed_names(self) -> list[str]:
        return [f"with_{year_groups.short(year)}" for year in self.mixable]

    def clean(self) -> dict[str, Any]:
        """A year can only share a class with one that the school has."""
        typed = super().clean() or {}
        ticked = typed.get("groups", [])
        for year in self.mixable:
            name = f"with_{year_groups.short(year)}"
            if year_groups.short(year) in ticked and typed.get(name) and typed[name] not in ticked:
                self.add_error(name, f"Tick {_name(typed[name])} above, or choose a year the school has")
        return typed

    def choice(self) -> YearGroups:
        typed = self.cleaned_data
        youngest = {
            year: year_groups.from_short(typed[f"with_{year_groups.short(year)}"])
            for year in self.mixable
            if typed.get(f"with_{year_groups.short(year)}") and year_groups.short(year) in typed["groups"]
        }
        groups = tuple(year_groups.from_short(group) for group in typed["groups"])
        return YearGroups(groups, youngest, shows_ages=typed["shows_ages"])


def _sits_with(year: int, younger: Sequence[int]) -> forms.ChoiceField:
    choices = [(ALONE, "No younger year"), *((year_groups.short(group), year_groups.name(group)) for group in younger)]
    return forms.ChoiceField(label=f"{year_groups.name(year)} sits in a class with", choices=choices, required=False)


def _name(short: str) -> str:
    return year_groups.name(year_groups.from_short(short))


class ContactForm(PlainForm):
    """Whom to ask: a role and a shared mailbox."""

    asks: ClassVar[Mapping[str, str]] = {"role": "Say whom people ask, by role: “AI lead”"}

    role = forms.CharField(
        label="Role to ask about AI tools",
        help_text="Shown on the public list and the poster. A role, never a person's name.",
        max_length=60,
    )
    mailbox = forms.EmailField(
        label="Shared mailbox",
        help_text="Not one person's own address. Left empty, the trust's mailbox is shown.",
        required=False,
    )

    def contact(self) -> Contact:
        return Contact(self.cleaned_data["role"], self.cleaned_data["mailbox"])


class LeavingForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {"left_on": "Type the first day on which it was no longer in the trust"}

    left_on = DayField(label="First day on which it was no longer in the trust")


# People -------------------------------------------------------------------------------------------------------------


class GiveRoleForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {
        "email": "Type the e-mail address they sign in with",
        "name": "Type their name",
        "role": "Choose a role",
        "where": "Choose where the role is held",
        "starts_on": "Type the first day of the role, like 31 8 2027",
    }

    email = forms.EmailField(label="E-mail address", help_text="The one they sign in with.")
    name = forms.CharField(
        label="Name",
        help_text="As colleagues know them. Somebody who is known here already keeps their own.",
        max_length=100,
    )
    role = forms.ChoiceField(label="Role", choices=[(ALONE, "Choose a role"), *ROLE_CHOICES])
    where = forms.ChoiceField(label="Where")
    starts_on = DayField(label="First day")
    ends_on = LastDayField(label="Last day", required=False, help_text="For a substitute. Left empty, it has no end.")

    def __init__(self, *args: Any, wheres: Sequence[Where], today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_on": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.wheres = {where.key: where for where in wheres}
        choices = [(where.key, where.name) for where in wheres]
        self.fields["where"].choices = choices if len(choices) == 1 else [(ALONE, "Choose where"), *choices]  # type: ignore[attr-defined]  # a ChoiceField
        if all(where.place for where in wheres):
            self.fields["role"].choices = [(ALONE, "Choose a role"), *ROLE_CHOICES[0][1]]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def chosen(self) -> Where:
        return self.wheres[self.cleaned_data["where"]]

    def new_role(self) -> NewRole:
        typed, place = self.cleaned_data, self.chosen.place
        return NewRole(
            email=typed["email"],
            name=typed["name"],
            role=Role(typed["role"]),
            place_id=place.pk if place else None,
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
        )


class RoleForm(PlainForm):
    """The days of a role, and the role itself: another one ends this and begins anew."""

    asks: ClassVar[Mapping[str, str]] = {
        "role": "Choose a role",
        "starts_on": "Type the first day of the role, like 31 8 2027",
    }

    role = forms.ChoiceField(label="Role", help_text="Another role ends this one now; it stays in the list.")
    starts_on = DayField(label="First day")
    ends_on = LastDayField(label="Last day", required=False, help_text="Left empty, it has no end.")

    def __init__(self, *args: Any, page: RolePage, **kwargs: Any) -> None:
        held = page.membership
        kwargs["initial"] = {"role": held.role, "starts_on": held.starts_on, "ends_on": held.ends_on}
        super().__init__(*args, **kwargs)
        self.held = held
        self.fields["role"].choices = [(role.value, role.label) for role in page.roles]  # type: ignore[attr-defined]  # a ChoiceField
        if page.has_begun:
            del self.fields["starts_on"]

    @property
    def starts(self) -> date:
        typed: date = self.cleaned_data.get("starts_on", self.held.starts_on)
        return typed


# The trust ----------------------------------------------------------------------------------------------------------


class TrustForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {
        "review_working_days": "Type how many working days a team has for a review",
        "grace_school_days": "Type how many school days a decision stays in force; 0 for none",
        "review_months": "Type after how many months a decision is looked at again",
        "entry_decider": "Choose who decides what each school allows",
        "policy_name": "Type what the trust calls its AI policy",
    }

    review_working_days = forms.IntegerField(
        label="Working days a team has for a review", min_value=1, max_value=60, widget=forms.TextInput(NUMBER)
    )
    grace_school_days = forms.IntegerField(
        label="School days a decision stays in force after its review date",
        help_text="Then it expires. Never longer than the clearance it stands on.",
        min_value=0,
        max_value=60,
        widget=forms.TextInput(NUMBER),
    )
    review_months = forms.IntegerField(
        label="Months until a decision is looked at again", min_value=1, max_value=36, widget=forms.TextInput(NUMBER)
    )
    entry_decider = ClosedChoiceField(label="Who decides what each school allows", choices=EntryDecider.choices)
    mailbox = forms.EmailField(
        label="The trust's shared mailbox", help_text="Shown where a school has none of its own.", required=False
    )
    policy_name = forms.CharField(label="Name of the trust's AI policy", max_length=100)
    policy_url = WebAddressField(
        label="Address of the policy",
        help_text="Every no cites the policy: without its address nobody can open it.",
        required=False,
    )

    def __init__(self, *args: Any, trust: Trust, **kwargs: Any) -> None:
        names = type(self).base_fields
        kwargs["initial"] = {name: getattr(trust, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["entry_decider"].hint(  # type: ignore[attr-defined]  # a closed field
            {
                EntryDecider.HEAD: "Within what the trust has cleared.",
                EntryDecider.TRUST: "A head may still narrow or suspend for their own school.",
            }
        )

    def settings(self) -> TrustSettings:
        typed = self.cleaned_data
        return TrustSettings(**{**typed, "entry_decider": EntryDecider(typed["entry_decider"])})


class DelegationForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {"starts_on": "Type the day from which the Deputy may advise, like 31 8 2027"}

    starts_on = DayField(label="The Deputy may advise in my place from")


class SwitchPlaceForm(forms.Form):
    place = forms.UUIDField()

    def public_id(self) -> UUID | None:
        found: UUID | None = self.cleaned_data.get("place") if self.is_valid() else None
        return found


# Filters ------------------------------------------------------------------------------------------------------------


class SchoolFilterForm(forms.Form):
    q = forms.CharField(
        label="School, URN, town or postcode", required=False, widget=forms.TextInput({"type": "search"})
    )
    scope = forms.ChoiceField(
        label="Which schools", choices=[("", "In your sight"), ("england", "All in the DfE's file")], required=False
    )
    listed = forms.ChoiceField(
        label="Public list", choices=[("", "Any"), ("yes", "Published"), ("no", "Not published")], required=False
    )
    todo = forms.ChoiceField(
        label="To do",
        choices=[
            ("", "Anything"),
            (UNCONFIRMED_YEARS, "Year groups to confirm"),
            (SEEMS_TO_HAVE_LEFT, "Seems to have left"),
        ],
        required=False,
    )
    status = forms.ChoiceField(label="Status", choices=[("", "Any"), *SchoolStatus.choices], required=False)

    def wanted(self, sort: str) -> SchoolFilter:
        typed = self.cleaned_data if self.is_valid() else {}
        return SchoolFilter(
            words=typed.get("q", ""),
            everywhere=typed.get("scope") == "england",
            listed=typed.get("listed", ""),
            todo=typed.get("todo", ""),
            status=typed.get("status", ""),
            sort=sort or "name",
        )


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label="Name or e-mail", required=False, widget=forms.TextInput({"type": "search"}))
    where = forms.ChoiceField(label="Where", required=False)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Any role"), *ROLE_CHOICES])
    state = forms.ChoiceField(
        label="When",
        required=False,
        choices=[("", "Now"), (COMING, "Not begun yet"), (ENDED, "Ended"), ("all", "All")],
    )

    def __init__(self, *args: Any, wheres: Sequence[Where], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(where.place.public_id), where.name) for where in wheres if where.place]
        whole = [("trust", "Whole trust")] if any(where.place is None for where in wheres) else []
        self.fields["where"].choices = [("", "Anywhere"), *whole, *choices]  # type: ignore[attr-defined]  # a ChoiceField

    def wanted(self, sort: str) -> PeopleFilter:
        typed = self.cleaned_data if self.is_valid() else {}
        state = typed.get("state", "")
        return PeopleFilter(
            words=typed.get("q", ""),
            where=typed.get("where", ""),
            role=typed.get("role", ""),
            state="" if state == "all" else state or NOW,
            sort=sort or "name",
        )
