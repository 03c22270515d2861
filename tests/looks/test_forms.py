"""What a person types, and what they are told. No database."""

from datetime import date

import pytest
from django import forms

from trustai.forms import ClosedChoiceField, ClosedMultipleChoiceField, DayField, LastDayField, PlainForm, read_day
from trustai.home.templatetags import looks


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31 8 2027", date(2027, 8, 31)),
        ("31/08/2027", date(2027, 8, 31)),
        ("31-8-2027", date(2027, 8, 31)),
        ("31.8.2027", date(2027, 8, 31)),
        ("31 August 2027", date(2027, 8, 31)),
        ("31st aug 2027", date(2027, 8, 31)),
        ("  1   SEPT 2027 ", date(2027, 9, 1)),
        ("2027-08-31", date(2027, 8, 31)),
        ("29 2 2028", date(2028, 2, 29)),
        ("29 2 2027", None),
        ("31 31 2027", None),
        ("31 8 27", None),
        ("31 ju 2027", None),
        ("8 2027", None),
        ("next week", None),
        ("١ ١ ٢٠٢٧", date(2027, 1, 1)),
        ("", None),
    ],
)
def test_a_day_as_people_write_it(typed, day):
    assert read_day(typed) == day


class Decision(PlainForm):
    asks = {"uses": "Choose at least one thing staff may use it for"}
    uses = ClosedMultipleChoiceField(label="Uses", choices=[("plan", "Planning"), ("minutes", "Minutes")])
    data = ClosedChoiceField(label="Most", choices=[("none", "General topics only"), ("personal", "Personal data")])
    review = DayField(label="Review by", on_or_before=date(2027, 11, 16), because="when the clearance ends")
    ends = LastDayField(label="Last day", required=False)
    why = forms.CharField(label="Why", max_length=5)
    own = forms.CharField(label="Own", error_messages={"required": "Say it in your own words"})
    mailbox = forms.EmailField(label="Mailbox", required=False)
    read = forms.BooleanField(label="I have read it")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["uses"].close({"minutes": "Only Microsoft's programs may do this."})
        self.fields["data"].close({"personal": "The trust has no agreement that covers it.", "none": ""})


RIGHT = {
    "uses": ["plan"],
    "data": "none",
    "review": "31 8 2027",
    "ends": "31 8 2027",
    "why": "Needs",
    "own": "Yes",
    "read": "on",
}


def test_all_is_well():
    form = Decision(RIGHT)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["review"] == date(2027, 8, 31)


def test_the_last_day_is_stored_as_the_day_after_and_shown_as_the_last():
    form = Decision(RIGHT)
    form.is_valid()
    assert form.cleaned_data["ends"] == date(2027, 9, 1)
    assert 'value="31 8 2027"' in str(Decision(initial={"ends": date(2027, 9, 1)})["ends"])


def test_what_was_typed_is_kept():
    assert 'value="31 31 2027"' in str(Decision({"ends": "31 31 2027"})["ends"])


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("uses", [], "Choose at least one thing staff may use it for"),
        ("uses", ["plan", "minutes"], "Only Microsoft's programs may do this."),
        ("uses", ["else"], "Choose one of the answers shown for “Uses”"),
        ("data", "personal", "The trust has no agreement that covers it."),
        ("data", "", "Choose an answer for “Most”"),
        ("review", "", "Type an answer for “Review by”"),
        ("review", "soon", "Type a day like 31 8 2027"),
        ("review", "17 11 2027", "Type a day on or before 16 November 2027, when the clearance ends"),
        ("why", "too long", "Use at most 5 characters for “Why”: it has 8 now"),
        ("own", "", "Say it in your own words"),
        ("mailbox", "office", "Type an e-mail address like name@school.example"),
        ("read", "", "Tick “I have read it”"),
    ],
)
def test_a_mistake_says_what_to_do(field, typed, sentence):
    form = Decision({**RIGHT, field: typed})
    assert not form.is_valid()
    assert form.errors == {field: [sentence]}


def test_a_closed_choice_is_disabled_and_one_form_does_not_close_another():
    closed = {option.data["value"]: option.data for option in Decision()["data"]}
    assert closed["personal"]["closed"] == "The trust has no agreement that covers it."
    assert closed["personal"]["attrs"]["disabled"] is True
    assert not closed["none"]["closed"]

    class Open(PlainForm):
        data = ClosedChoiceField(choices=[("personal", "Personal data")])

    assert not Open()["data"][0].data["closed"]


def test_the_summary_leads_to_the_first_choice_that_is_open():
    class Two(PlainForm):
        data = ClosedChoiceField(choices=[("a", "A"), ("b", "B")])

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["data"].close({"a": "Not this one."})

    lines = looks.error_lines(Two({}))
    assert [(line.text, line.target) for line in lines] == [("Choose an answer for “Data”", "id_data_1")]
    assert looks.error_title(lines) == "1 answer needs another look"


def test_no_summary_for_a_form_not_sent():
    assert looks.error_lines(Decision(), "") == []


def test_a_long_text_has_four_rows_unless_it_says_otherwise():
    class Texts(PlainForm):
        usual = forms.CharField(widget=forms.Textarea)
        long = forms.CharField(widget=forms.Textarea(attrs={"rows": 12}))

    assert 'rows="4"' in str(Texts()["usual"])
    assert 'rows="12"' in str(Texts()["long"])
