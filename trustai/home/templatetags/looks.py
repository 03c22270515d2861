"""How codes and dates look on a page. A code becomes a tone, a shape and a word here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms, template
from django.conf import settings
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.html import format_html

from dpia.queries.phrases import listed
from trustai.home.demo import people

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.template.context import RequestContext
    from django.utils.safestring import SafeString

register = template.Library()

DUE_SOON = 13
DEMO_PLACES = {"", "park", "brook", "elm"}


class Look(NamedTuple):
    """A tone, a shape and a word."""

    tone: str
    icon: str
    word: str


STATES = {
    "approved": Look("yes", "check-circle-fill", "Approved"),
    "approved_with_conditions": Look("yes", "check-circle", "Approved with conditions"),
    "needs_attention": Look("limit", "exclamation-triangle-fill", "Needs attention"),
    "under_review": Look("pen", "hourglass-split", "Under review"),
    "asked_for": Look("pen", "inbox-fill", "Asked for"),
    "suspended": Look("no", "pause-circle-fill", "Suspended"),
    "declined": Look("no", "x-octagon-fill", "Declined"),
    "withdrawn": Look("off", "dash-circle-fill", "Withdrawn"),
    "expired": Look("no", "calendar-x-fill", "Expired"),
    "not_listed": Look("off", "question-circle-fill", "Not in the register"),
    "done": Look("yes", "check-circle-fill", "Done"),
    "under_way": Look("pen", "pencil-fill", "Under way"),
    "not_started": Look("off", "circle", "Not started"),
    "not_open": Look("off", "lock-fill", "Not open yet"),
    "changes_asked": Look("limit", "chat-left-text-fill", "Changes asked for"),
    "reading": Look("pen", "hourglass-split", "Reading"),
    "agrees": Look("yes", "check-circle-fill", "Agrees"),
    "agrees_with_conditions": Look("yes", "check-circle", "Agrees, with conditions"),
    "asks_for_changes": Look("limit", "chat-left-text-fill", "Asks for changes"),
    "objects": Look("no", "x-octagon-fill", "Objects"),
}
CONDITIONS = {
    "met": Look("yes", "check-circle-fill", "Met"),
    "due": Look("limit", "hourglass-split", "Due"),
    "late": Look("no", "exclamation-octagon-fill", "Late"),
    "before_use": Look("no", "lock-fill", "Not yet"),
    "always": Look("pen", "arrow-repeat", "Always"),
}
TONE_ICONS = {
    "yes": "check-circle-fill",
    "limit": "exclamation-triangle-fill",
    "no": "x-octagon-fill",
    "pen": "hourglass-split",
    "off": "question-circle-fill",
}
YN = {"yes": "check-lg", "no": "x-lg", "never": "slash-circle", "day": "calendar-event", "info": "dot"}
MESSAGES = {
    "success": Look("yes", "check-circle-fill", ""),
    "warning": Look("limit", "exclamation-triangle-fill", ""),
    "error": Look("no", "exclamation-octagon-fill", ""),
    "info": Look("pen", "info-circle-fill", ""),
    "debug": Look("pen", "info-circle-fill", ""),
}


class KeyLine(NamedTuple):
    mark: str
    icon: str
    icon_small: str
    words: str


KEY = {
    "ok": KeyLine("ok", "check-lg", "", "May use it"),
    "consent": KeyLine("consent", "person-check-fill", "", "Only pupils whose parent has agreed"),
    "mix": KeyLine("mix", "x-lg", "x-lg", "No: some of this year are too young"),
    "young": KeyLine("young", "", "", "No: not old enough"),
    "shut": KeyLine("shut", "", "", "No: old enough, but not offered here"),
}


@register.filter
def state_look(code: str) -> Look:
    return STATES[code]


@register.filter
def state_tone(code: str) -> str:
    return STATES[code].tone


@register.filter
def condition_look(code: str) -> Look:
    return CONDITIONS[code]


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS[tone]


@register.filter
def yn_icon(mark: str) -> str:
    return YN[mark]


@register.filter
def message_tone(level: str) -> str:
    return MESSAGES[level].tone


@register.filter
def message_icon(level: str) -> str:
    return MESSAGES[level].icon


@register.filter
def mark_icon(mark: str) -> str:
    return KEY[mark].icon


@register.filter
def mark_icon_small(mark: str) -> str:
    return KEY[mark].icon_small


@register.simple_tag
def key_lines(marks: Iterable[Any] | None = None, codes: Iterable[str] | None = None) -> list[KeyLine]:
    """The lines of the key: for the marks that occur in a strip, for `codes`, or all."""
    wanted = {_mark(year) for year in marks} if marks else set(codes or KEY)
    return [line for mark, line in KEY.items() if mark in wanted]


def _mark(year: Any) -> str:
    return str(year["mark"] if isinstance(year, dict) else year.mark)


# Dates -----------------------------------------------------------------------------------------------------------


def _day(when: date | datetime | str) -> date:
    """A day; of a moment the day in London; of "2027-08-31" too, as a published list has it."""
    if isinstance(when, str):
        return date.fromisoformat(when)
    return timezone.localtime(when).date() if isinstance(when, datetime) else when


@register.filter
def day(when: date | datetime | str | None) -> str:
    """12 December 2026"""
    return spell(_day(when), "j F Y") if when else ""


@register.filter
def day_short(when: date | datetime | str | None) -> str:
    """12 Dec 2026"""
    return spell(_day(when), "j M Y") if when else ""


@register.filter
def last_day(ends_on: date | None) -> str:
    """The last day of a period that no longer counts on `ends_on`: 31 August 2027"""
    return day(ends_on - timedelta(days=1)) if ends_on else ""


@register.filter
def last_day_short(ends_on: date | None) -> str:
    return day_short(ends_on - timedelta(days=1)) if ends_on else ""


@register.filter
def day_week(when: date | datetime | None, today: date | None = None) -> str:
    """Fri 27 Nov; with the year when it is not this year's"""
    if not when:
        return ""
    on = _day(when)
    return spell(on, "D j M" if today and on.year == today.year else "D j M Y")


@register.filter
def due_in(when: date | datetime | None, today: date) -> str:
    """in 4 days; tomorrow; today; 3 days late"""
    if not when:
        return ""
    days = (_day(when) - today).days
    if days < 0:
        return "1 day late" if days == -1 else f"{-days} days late"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


@register.filter
def due_line(when: date | datetime | None, today: date) -> str:
    """What stands under a weekday and day: in 4 days; 2027, in 50 days"""
    if not when:
        return ""
    year = "" if _day(when).year == today.year else f"{_day(when).year}, "
    return year + due_in(when, today)


@register.filter
def due(when: date | datetime | None, today: date) -> str:
    """Fri 27 Nov, in 4 days"""
    return f"{day_week(when, today)}, {due_in(when, today)}" if when else ""


@register.filter
def is_late(when: date | datetime | None, today: date) -> bool:
    return bool(when) and when is not None and _day(when) < today


@register.filter
def due_tone(when: date | datetime | None, today: date) -> str:
    """The tone of a date by which something must be done: late, soon, or some time off."""
    if not when:
        return "off"
    days = (_day(when) - today).days
    return "no" if days < 0 else "limit" if days <= DUE_SOON else "pen"


@register.filter
def moment(when: date | datetime) -> str:
    """20 Nov 2026, 15:12 for a moment; 20 Nov 2026 for a day"""
    if isinstance(when, datetime):
        return spell(timezone.localtime(when), "j M Y, H:i")
    return spell(when, "j M Y")


@register.filter
def machine_time(when: date | datetime) -> str:
    return timezone.localtime(when).isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()


# Numbers drawn ---------------------------------------------------------------------------------------------------


@register.filter
def bar_height(number: int, top: int) -> float:
    """How much of a bar ten units high is filled."""
    return round(10 * number / top, 2) if top else 0


@register.filter
def bar_top(number: int, top: int) -> float:
    return 10 - bar_height(number, top)


# Forms -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """A line of the error summary; `target` is the id of what it is about, or nothing."""

    text: str
    target: str


def first_input(field: forms.BoundField) -> str:
    """The id an error summary leads to: of a group, the first choice that is open."""
    if not field.field.widget.use_fieldset:
        return field.id_for_label or field.auto_id
    for choice in field.subwidgets:
        if not choice.data.get("attrs", {}).get("disabled"):
            return choice.id_for_label
    return f"{field.auto_id}_group"


@register.simple_tag
def error_lines(*forms_on_page: forms.BaseForm | Sequence[forms.BaseForm] | str | None) -> list[ErrorLine]:
    """What is wrong in the forms of a page, or in a list of them, in their order; a name that is not there is empty."""
    lines: list[ErrorLine] = []
    every = [one for each in forms_on_page for one in (each if isinstance(each, list) else [each])]
    for each in every:
        if not isinstance(each, forms.BaseForm) or not each.is_bound:
            continue
        lines += [ErrorLine(str(text), "") for text in each.non_field_errors()]
        for field in each:
            lines += [ErrorLine(str(text), "" if field.is_hidden else first_input(field)) for text in field.errors]
    return lines


@register.simple_tag(takes_context=True)
def error_prefix(context: RequestContext) -> str:
    """ "Error: " before the title of a page that was posted and found wrong, so that it is read out first.

    Only a form that the view has judged counts: one shown again on the way, with a row more, is not wrong yet.
    """
    request = context.get("request")
    if request is None or request.method != "POST":
        return ""
    return "Error: " if any(map(_found_wrong, context.flatten().values())) else ""


def _found_wrong(shown: object) -> bool:
    if isinstance(shown, list | tuple):
        return any(map(_found_wrong, shown))
    # By its type: asking a lazy object what it is would work it out.
    if issubclass(type(shown), forms.BaseFormSet):
        return shown.is_bound and shown._errors is not None and shown.total_error_count() > 0  # type: ignore[attr-defined]  # a formset
    if not issubclass(type(shown), forms.BaseForm):
        return False
    return bool(shown._errors) or _found_wrong(getattr(shown, "own", None))  # type: ignore[attr-defined]  # a form


@register.filter
def error_title(lines: Sequence[ErrorLine]) -> str:
    answers = len({line.target for line in lines if line.target})
    if not answers:
        return "This was not done"
    return "1 answer needs another look" if answers == 1 else f"{answers} answers need another look"


@register.filter
def is_group(field: forms.BoundField) -> bool:
    return bool(field.field.widget.use_fieldset)


@register.filter
def is_tick(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def has_choices(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_optional(field: forms.BoundField) -> bool:
    """Whether to say so: a form that marks what may be left empty, and a field that may whatever else is answered."""
    sometimes_needed = field.name in getattr(field.form, "sometimes_needed", ())
    return bool(getattr(field.form, "marks_optional", False)) and not field.field.required and not sometimes_needed


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


@register.filter
def styled(field: forms.BoundField) -> SafeString:
    """The input itself, with the classes our stylesheet knows."""
    widget = field.field.widget
    classes = [_class_of(widget), *str(widget.attrs.get("class", "")).split()]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(dict.fromkeys(classes))})


@register.simple_tag(takes_context=True)
def csrf_here(context: RequestContext) -> SafeString:
    """The CSRF field inside a component, which is included with `only` and so has no token of its own."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(context.request))


@register.simple_tag
def demo_people() -> list[tuple[str, str, str, str]]:
    """E-mail address in its two parts, role and place of whom the demo can be tried as; nobody anywhere else."""
    if not getattr(settings, "DEMO", False):
        return []
    names = {place.key: place.name for place in (*people.OAKFIELD, *people.ELMBANK)}
    tried = [person for person in (*people.PEOPLE, people.STRANGER) if person.at in DEMO_PLACES]
    return [_introduced(one, names.get(one.at, "The trust")) for one in tried]


def _introduced(one: people.DemoPerson, place: str) -> tuple[str, str, str, str]:
    name, _, host = one.email.partition("@")
    return name, host, str(one.roles[0].label), place


# Lists ---------------------------------------------------------------------------------------------------------------


@register.filter
def audiences_shown(tool: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a listed tool: staff, and whoever else may use it. Pupils who may not stand in the first row, as `pupils_no`."""
    rows = [given for given in tool["audiences"] if given["may"] or given["audience"] == "staff"]
    no = next((g for g in tool["audiences"] if g["audience"] == "pupils" and g["years"] and not g["may"]), None)
    return [{**rows[0], "pupils_no": no}, *rows[1:]]


@register.filter
def whose_on_paper(given: dict[str, Any]) -> str:
    """ "About pupils and staff", or with the class for each where it is not the same for all."""
    whose = given["whose"]
    if all(each["most"] == given["data_name"] for each in whose):
        return f"About {listed([each['name'].lower() for each in whose])}"
    return "; ".join(f"{each['name']}: {each['most'].lower()}" for each in whose)


@register.filter
def marks_in(listed: dict[str, Any]) -> list[str]:
    """The marks of year boxes that occur in a published list, for its key."""
    found = {year["mark"] for tool in listed["tools"] for given in tool["audiences"] for year in given["years"]}
    return sorted(found)


POSTER_MOST, POSTER_ROOM = 8, 138.0  # rows; millimetres that its one page has for them
POSTER_WIDE = 12  # year groups from which the strip's column is the wide one


@register.filter
def poster_tools(listed: dict[str, Any]) -> list[dict[str, Any]]:
    """As many of the listed tools as one page has room for, in their order. Estimated: a page has no second chance."""
    letters = (24, 38, 42) if len(listed["year_groups"]) > POSTER_WIDE else (29, 46, 35)
    shown: list[dict[str, Any]] = []
    used = 0.0
    for tool in listed["tools"][:POSTER_MOST]:
        used += _poster_row(tool, *letters)
        if used > POSTER_ROOM and shown:
            break
        shown.append(tool)
    return shown


def _poster_row(tool: dict[str, Any], name_letters: int, small_letters: int, pupil_letters: int) -> float:
    """About how high a row is, in millimetres, from how many letters go into a line of its columns."""
    staff = next((given for given in tool["audiences"] if given["audience"] == "staff"), None)
    pupils = next((given for given in tool["audiences"] if given["audience"] == "pupils"), None)
    uses = ", ".join(staff["purposes"][:2]) if staff else ""
    left = 5.3 * _lines(tool["name"], name_letters) + 4.5 * _lines(f"{tool['edition']} · {uses}", small_letters)
    right = 5.6
    if pupils:
        right += 4.6 * _lines(f"{pupils['who']}: {pupils['data_name']}", pupil_letters)
        right += 4.1 * _lines(", ".join(pupils["purposes"][:2]), pupil_letters) * bool(pupils["purposes"])
        right += 4.5 * bool(pupils["with_parents"])
    return 2.8 + max(left, right)


def _lines(text: str, letters: int) -> int:
    return max(1, -(-len(text) // letters))
