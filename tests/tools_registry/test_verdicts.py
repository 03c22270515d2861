"""What the card says: never more than the answer grants, and in the words a teacher acts on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools import year_groups
from tools_registry import answer, purposes, the_list, verdicts
from tools_registry.answer import Allowance, Answer, AudienceAnswer, Verdict
from tools_registry.reasons import Reason
from tools_registry.the_list import ListedPlace, ListedTool
from tools_registry.verdicts import says
from tools_registry.words import Audience, ConditionKind, DataClass, EntryStatus, SignIn, Subject

from .strategies import TODAY, any_situation

AGREEMENT = answer.Agreement(TODAY, None, DataClass.PERSONAL, frozenset({Subject.PUPILS, Subject.STAFF}))
PLANNING = frozenset({"planning"})


def situation(*allowed: Allowance, status=EntryStatus.APPROVED, **facts):
    """Approved as allowed, for a tool without accounts and for 13 and over."""
    plain = {
        "tool": answer.ToolFacts("Chat", 13, age_confirmed=True, sign_in=SignIn.NONE),
        "place": answer.PlaceFacts(1, frozenset(range(7, 14))),
        "entry": answer.Entry(status, 1, allowed, TODAY, TODAY + timedelta(days=99), TODAY + timedelta(days=120)),
        "clearances": (answer.Clearance(1, "OST-2026-0001", TODAY, None, allowed, staff_sign_up=True),),
    }
    return answer.Situation(**{**plain, **facts})


def said(*allowed: Allowance, reader=Audience.STAFF, where="", suspended_on=None, **facts):
    given_answer = answer.answer(situation(*allowed, **facts), TODAY)
    return says(given_answer, reader, where=where, suspended_on=suspended_on).sentences


STAFF = Allowance(Audience.STAFF, DataClass.INTERNAL, frozenset(), PLANNING)


# Nothing is shown that is not granted --------------------------------------------------------------------------------


@given(any_situation, st.sampled_from(Audience))
def test_a_yes_is_granted(case, reader):
    found = answer.answer(case, TODAY)
    mine, verdict = found.of(reader), says(found, reader)
    assert 1 <= len(verdict.sentences) <= 2
    assert verdict.is_yes == (mine.may and bool(mine.purposes))
    if not verdict.is_yes:
        assert not verdict.sentences[0].startswith("Yes")
        assert verdicts.use_for(mine) == ()
        assert verdicts.whose(mine) == ""


@given(any_situation)
def test_every_part_of_the_card_stays_within_the_answer(case):
    found = answer.answer(case, TODAY)
    for mine in found.audiences:
        granted = mine.may and bool(mine.purposes)
        assert sum(step.state != "out" for step in verdicts.scale(mine)) == (mine.data_class.rank + 1 if granted else 0)
        assert set(verdicts.use_for(mine)) <= set(purposes.labels(mine.purposes))
        assert not set(verdicts.use_for(mine)) & set(verdicts.never_for(mine))
        row = verdicts.audience_row(mine)
        assert bool(row.level) == granted
        for subject in Subject:
            assert (subject.label.lower() in verdicts.whose(mine)) <= (subject in mine.subjects)
    lines = dict(zip(Audience, verdicts.who_lines(found), strict=True))
    assert {who for who, line in lines.items() if line.mark == "yes"} == {
        each.audience for each in found.audiences if each.may and each.purposes
    }


@given(any_situation)
def test_a_box_is_ticked_only_for_a_year_that_may(case):
    pupils = answer.answer(case, TODAY).of(Audience.PUPILS)
    shown = verdicts.boxes(pupils.years)
    assert [box.mark in {"ok", "consent"} for box in shown] == [year.may for year in pupils.years]


@given(any_situation)
def test_an_exception_is_shown_only_while_somebody_has_it(case):
    found = answer.answer(case, TODAY)
    rows = case.entry.exceptions if case.entry else ()
    granted = set(purposes.labels(tuple({code for each in found.audiences if each.may for code in each.purposes})))
    for line in verdicts.exceptions(found, rows, TODAY):
        assert line.lead in granted


@given(st.lists(any_situation, max_size=4))
def test_the_list_holds_only_what_is_granted(cases):
    """The canonical document, read back: every tool, audience, class, person, purpose and year stands in an answer."""
    answers = [answer.answer(case, TODAY) for case in cases]
    document = the_list.canonical(
        _listed_place(), [_listed(n, case, a) for n, (case, a) in enumerate(zip(cases, answers, strict=True))]
    )
    assert {tool["id"] for tool in document["tools"]} == {str(n) for n, a in enumerate(answers) if a.allows_anybody}
    for tool in document["tools"]:
        for shown in tool["audiences"]:
            granted = answers[int(tool["id"])].of(Audience(shown["audience"]))
            assert shown["may"] == granted.may
            assert shown["data_level"] == (granted.data_class.rank + 1 if granted.may else 0)
            assert {each["code"] for each in shown["whose"]} == {str(subject) for subject in granted.subjects}
            assert shown["purposes"] == list(purposes.labels(granted.purposes))
            ticked = {year["code"] for year in shown["years"] if year["mark"] in {"ok", "consent"}}
            assert ticked == {year_groups.short(year) for year in granted.year_groups}


def _listed_place() -> ListedPlace:
    return ListedPlace("Oakfield Park", "700001", "Trust", "Policy", "", "AI lead", "", "The headteacher", (7, 8, 9))


def _listed(n: int, case: answer.Situation, found: Answer) -> ListedTool:
    return ListedTool(
        public_id=str(n),
        name="Chat",
        edition="",
        supplier="",
        how_to_tell="",
        website="",
        sign_in=case.tool.sign_in,
        minimum_age=case.tool.minimum_age,
        parental_age=case.tool.parental_age,
        has_agreement=bool(case.agreements),
        clearance="OST-2026-0001",
        cleared_on=TODAY,
        decided_by="Headteacher",
        decided_on=TODAY,
        review_on=None,
        unsuitable_for="",
        conditions=case.conditions,
        answer=found,
    )


# The sentences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "sentences"),
    [
        ((DataClass.NONE, set()), "Only general topics: nothing about the school or a person."),
        ((DataClass.INTERNAL, set()), "Never put in anything about a person."),
        ((DataClass.PERSONAL, {Subject.PUPILS}), "Personal data may go in about pupils, and nothing sensitive."),
        (
            (DataClass.PERSONAL, {Subject.PUPILS, Subject.STAFF}),
            "Personal data may go in about pupils and staff, and nothing sensitive.",
        ),
    ],
)
def test_yes_and_the_limit_that_matters_most(allowed, sentences):
    data, subjects = allowed
    given_staff = Allowance(Audience.STAFF, data, frozenset(subjects), PLANNING)
    assert said(given_staff, agreements=(AGREEMENT,)) == ("Yes, for lesson planning.", sentences)


def test_more_uses_than_fit_are_counted():
    many = Allowance(
        Audience.STAFF, DataClass.INTERNAL, frozenset(), frozenset({"ideas", "planning", "quizzes", "coding"})
    )
    assert said(many)[0] == "Yes, for ideas, lesson planning and 2 more things."


def test_the_place_is_named_for_a_person_with_several():
    assert said(STAFF, where="Oakfield Park")[0] == "Yes at Oakfield Park, for lesson planning."
    assert said(entry=None, where="Oakfield Park") == ("Not approved at Oakfield Park: do not use it.",)
    assert verdicts.unknown("Oakfield Park").sentences == (
        "We do not know this tool, so do not use it at Oakfield Park.",
    )


@pytest.mark.parametrize(
    ("facts", "sentences"),
    [
        ({"entry": None}, ("Not approved here: do not use it.",)),
        ({"status": EntryStatus.DECLINED}, ("Not approved here: do not use it.",)),
        ({"status": EntryStatus.WITHDRAWN}, ("No longer approved: stop using it.",)),
        (
            {"entry": None, "progress": "under_review"},
            ("Not yet: the teams are looking at it.", "Do not use it until there is an answer."),
        ),
        (
            {"entry": None, "progress": "asked_for"},
            ("Not yet: somebody has asked for it.", "Do not use it until there is an answer."),
        ),
        ({"clearances": ()}, ("The approval has run out: stop using it.",)),
        (
            {"place": answer.PlaceFacts(1, left_on=TODAY)},
            ("The school has left the trust.", "Nothing the trust approved may be used any longer."),
        ),
        (
            {"suspensions": (answer.Suspension(date(2026, 11, 20), "DSL"),), "suspended_on": date(2026, 11, 20)},
            ("Suspended on 20 November 2026: stop using it.",),
        ),
        (
            {"conditions": (answer.Condition(ConditionKind.BEFORE_USE, "Brief the staff"),)},
            ("Not yet: something has to be done first.", "Do not use it until it is."),
        ),
    ],
)
def test_no_and_not_yet(facts, sentences):
    assert said(STAFF, **facts) == sentences


def test_staff_are_told_who_may_when_they_may_not():
    pupils = Allowance(Audience.PUPILS, DataClass.NONE, frozenset(), frozenset({"practice"}), frozenset({9, 10, 11}))
    assert said(pupils) == ("Not open to staff here: do not use it.", "It is open to pupils in Years 9 to 11.")


def test_changed_terms_are_the_limit_that_matters():
    personal = Allowance(Audience.STAFF, DataClass.PERSONAL, frozenset({Subject.PUPILS}), PLANNING)
    changed = answer.Change(answer.ChangeKind.TERMS, TODAY)
    tool = answer.ToolFacts("Chat", 13, age_confirmed=True, sign_in=SignIn.NONE, changes=(changed,))
    found = answer.answer(situation(personal, agreements=(AGREEMENT,), tool=tool), TODAY)
    assert says(found, Audience.STAFF).tone == "limit"
    assert (
        says(found, Audience.STAFF).sentences[1] == "Its terms have changed, so nothing about a person may go in now."
    )


def test_use_without_a_purpose_is_no_use():
    empty = AudienceAnswer(Audience.STAFF, may=True, data_class=DataClass.INTERNAL)
    others = tuple(AudienceAnswer(audience, may=False) for audience in Audience if audience != Audience.STAFF)
    found = Answer(Verdict.YES, "approved", (empty, *others), ())
    assert says(found, Audience.STAFF).tone == "no"
    assert verdicts.who_lines(found)[0].mark == "no"


def test_whose_data_is_told_by_class():
    covered = ((Subject.PUPILS, DataClass.SPECIAL), (Subject.STAFF, DataClass.PERSONAL))
    given_staff = AudienceAnswer(
        Audience.STAFF, may=True, data_class=DataClass.SPECIAL, whose=covered, purposes=("planning",)
    )
    assert verdicts.whose(given_staff) == "Sensitive personal data about pupils only. Personal data about staff only."


def test_pupils_are_named_by_age_where_a_school_has_no_year_groups():
    pupils = Allowance(Audience.PUPILS, DataClass.NONE, frozenset(), frozenset({"practice"}), frozenset({9, 10}))
    found = answer.answer(situation(pupils), TODAY)
    assert verdicts.who_lines(found, by_age=True)[1].text == "Ages 13 and 14"
    shown = verdicts.boxes(found.of(Audience.PUPILS).years, by_age=True)
    assert [(box.label, box.name) for box in shown][:2] == [("11", "Age 11"), ("12", "Age 12")]


def test_a_no_for_one_audience_says_why():
    found = answer.answer(situation(STAFF), TODAY)
    visitors = verdicts.who_lines(found)[3]
    assert (visitors.mark, visitors.text) == ("no", "no: your school has not opened it to visitors")


@pytest.mark.parametrize(
    ("condition", "row"),
    [
        (
            answer.Condition(ConditionKind.BY_DATE, "Brief the staff", due_on=date(2026, 12, 12)),
            ("due", "Brief the staff.", "To be done by 12 December 2026."),
        ),
        (
            answer.Condition(ConditionKind.BY_DATE, "Brief the staff", due_on=date(2026, 11, 1)),
            ("late", "Brief the staff.", "It was to be done by 1 November 2026, so it is off until it is."),
        ),
        (answer.Condition(ConditionKind.BY_DATE, "Done.", met=True, due_on=TODAY), ("met", "Done.", "Met.")),
        (answer.Condition(ConditionKind.ALWAYS, "A teacher is there."), ("always", "A teacher is there.", "")),
        (
            answer.Condition(ConditionKind.BEFORE_USE, "Agreed.", audiences=frozenset({Audience.PUPILS})),
            ("before_use", "Agreed.", "Pupils may not use it until this is done."),
        ),
    ],
)
def test_conditions(condition, row):
    (found,) = verdicts.to_do([condition], TODAY)
    assert (found.state, found.title, found.text) == row


def test_what_is_open_stands_first_and_is_counted():
    rows = verdicts.to_do(
        [
            answer.Condition(ConditionKind.ALWAYS, "Always"),
            answer.Condition(ConditionKind.BY_DATE, "Met", met=True, due_on=TODAY),
            answer.Condition(ConditionKind.BEFORE_USE, "First"),
        ],
        TODAY,
    )
    assert [row.state for row in rows] == ["before_use", "always", "met"]
    assert verdicts.open_count(rows) == "1 of 2 not met yet"
    assert verdicts.open_count(rows[1:]) == "All met"
    assert verdicts.open_count(rows[1:2]) == ""


def test_every_use_has_words_for_a_sentence():
    offered = {purpose.code for purpose in (*purposes.ALLOWED, *purposes.RESTRICTED)}
    assert offered <= set(verdicts.IN_A_SENTENCE) <= set(purposes.PURPOSES)


def test_reasons_name_their_clause():
    found = answer.answer(situation(STAFF), TODAY)
    assert all(isinstance(reason, Reason) and reason.clause for reason in found.all_reasons)
