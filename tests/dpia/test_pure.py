"""Questions, the grid, posts and documents: values in, values out."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia import documents, grid, questions
from dpia.documents import Part, compare, concerns
from dpia.posts import Post, unfilled
from dpia.questions import QUESTIONS, SECTIONS, Kind, done_faults, is_answered, unanswered
from dpia.urls import urlpatterns
from dpia.words import Level, Likelihood, Severity
from dpia.workflow import Team

# Questions -----------------------------------------------------------------------------------------------------------


def test_the_sections_are_numbered_and_named_apart():
    assert [section.number for section in SECTIONS] == list(range(1, 9))
    assert len({section.key for section in SECTIONS}) == len(SECTIONS)


def test_no_section_has_the_address_of_an_act():
    acts = {str(p.pattern).split("/")[2] for p in urlpatterns if str(p.pattern).startswith("dpia/<case:ref>/")}
    clashes = {section.key for section in SECTIONS} & acts
    assert clashes == {"risks"}, "the section of the risks has a page of its own, and no other section has"


def test_every_question_is_cared_about_by_some_team():
    assert all(question.teams for question in QUESTIONS.values())


def test_every_question_of_a_choice_has_options_and_every_before_use_becomes_a_condition():
    for question in QUESTIONS.values():
        assert bool(question.options) == (question.kind in {Kind.CHOICE, Kind.CHOICES})
        assert (question.before is not None) == (question.kind == Kind.DONE)


def test_more_is_required_of_a_dpia_and_of_pupils():
    count = {pair: len(unanswered({}, dpia=pair[0], children=pair[1])) for pair in product([False, True], repeat=2)}
    assert count[False, False] < count[False, True] < count[True, True]
    assert count[False, False] < count[True, False] < count[True, True]


def test_the_before_use_list_is_asked_of_every_case():
    asked = {q.key for q in unanswered({}, dpia=False, children=False)}
    wanted = {"before.notices", "before.views", "before.filtering", "before.principles", "before.equity"}
    assert wanted <= asked


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("before.notices", {}, "Choose yes, no or not yet"),
        ("before.notices", {"state": "yes"}, "Type the day it was done"),
        ("before.notices", {"state": "yes", "on": "2026-11-01"}, None),
        ("before.filtering", {"state": "yes", "on": "2026-11-01"}, "Say who, and what came of it"),
        ("before.filtering", {"state": "yes", "on": "2026-11-01", "note": "Priya"}, None),
        ("before.views", {"state": "no"}, "Say why not"),
        ("before.views", {"state": "no", "note": "Nobody's data goes in."}, None),
        ("before.views", {"state": "not_yet"}, None),
    ],
)
def test_what_a_yes_no_or_not_yet_still_lacks(key, value, fault):
    question = QUESTIONS[key]
    assert done_faults(question, value) == ((fault,) if fault else ())
    assert is_answered(question, value) is (fault is None)


def test_only_not_yet_becomes_a_condition():
    said = {"before.notices": {"state": "not_yet"}, "before.views": {"state": "no", "note": "x"}}
    assert [q.key for q in questions.not_yet(said)] == ["before.notices"]


def test_answers_in_words():
    done = questions.in_words(
        QUESTIONS["before.filtering"], {"state": "yes", "on": "2026-11-04", "note": "Priya Nair."}
    )
    assert done == "Yes, on 4 November 2026. Priya Nair."
    assert questions.in_words(QUESTIONS["flow.training"], "yes") == "Yes"
    assert questions.in_words(QUESTIONS["what.aim"], None) == ""


# The grid ------------------------------------------------------------------------------------------------------------


def test_the_grid_answers_every_pair_and_never_falls():
    for severity, likelihood in product(Severity, Likelihood):
        assert grid.suggest(severity, likelihood) in set(Level)
    order = list(Level).index
    for severity in Severity:
        row = [order(grid.suggest(severity, likelihood)) for likelihood in Likelihood]
        assert row == sorted(row)
    for likelihood in Likelihood:
        column = [order(grid.suggest(severity, likelihood)) for severity in Severity]
        assert column == sorted(column)


def test_a_level_that_is_not_said_departs_from_nothing():
    assert not grid.departs("", "", "")
    assert not grid.departs("severe", "possible", "high")
    assert grid.departs("severe", "possible", "low")


# Posts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidates", "missing"),
    [
        ({Post.NETWORK: {1}, Post.DEPUTY_DPO: {2}, Post.SIGN: {3}}, None),
        ({Post.NETWORK: {1}, Post.DEPUTY_DPO: {1}}, Post.DEPUTY_DPO),
        ({Post.NETWORK: {1, 2}, Post.DEPUTY_DPO: {1}}, None),
        ({Post.NETWORK: {1, 2}, Post.DEPUTY_DPO: {1, 2}, Post.SIGN: {1, 2}}, Post.SIGN),
        ({Post.NETWORK: {1, 2}, Post.DEPUTY_DPO: {1, 3}, Post.SIGN: {1}}, None),
        ({Post.NETWORK: set()}, Post.NETWORK),
        ({}, None),
    ],
)
def test_nobody_takes_two_posts(candidates, missing):
    assert unfilled(candidates) == missing


# Documents -----------------------------------------------------------------------------------------------------------

values = st.recursive(st.text(max_size=8) | st.integers() | st.booleans(), lambda inner: st.lists(inner, max_size=3))


@given(st.dictionaries(st.text(max_size=8), values, max_size=6))
def test_the_same_content_is_the_same_text_in_any_order(document):
    turned = dict(reversed(list(document.items())))
    assert documents.canonical(document) == documents.canonical(turned)
    assert documents.sha256(documents.canonical(document)) == documents.sha256(documents.canonical(turned))


def test_the_canonical_text_is_utf8_as_it_is_with_sorted_keys():
    assert documents.canonical({"b": "é", "a": [1, {"d": 1, "c": 2}]}) == '{"a":[1,{"c":2,"d":1}],"b":"é"}'


def document(**parts):
    return {"answers": {}, "asked": [], "risks": [], "tool": {}, "places": [], "trust_wide": False, **parts}


@pytest.mark.parametrize(
    ("change", "teams"),
    [
        ({"answers": {"flow.security": "Now with MFA"}}, {Team.NETWORK}),
        ({"answers": {"fair.rights": "x"}}, {Team.DEPUTY_DPO}),
        ({"answers": {"children.age": "x"}}, {Team.SAFEGUARDING}),
        ({"answers": {"what.aim": "x"}}, set(Team)),
        ({"asked": [{"audience": "pupils"}]}, set(Team)),
        ({"risks": [{"number": 1}]}, set(Team)),
        ({"screening": {"ticks": ["ico_1"]}}, {Team.DEPUTY_DPO}),
        ({"dpia": True}, {Team.DEPUTY_DPO}),
        ({"number": 2}, set()),
        ({}, set()),
    ],
)
def test_which_teams_a_change_concerns(change, teams):
    old = document(screening={}, dpia=False)
    assert {team for team in Team if concerns(team, old, {**old, **change})} == teams


def test_a_short_text_is_compared_by_words_and_a_long_one_by_sentences():
    assert compare("Kept for a year.", "Kept for a month.") == (
        Part("same", "Kept for a "),
        Part("del", "year."),
        Part("ins", "month."),
    )
    long = "Designs stay for as long as the account is open. "
    parts = compare(f"{long}Accounts close in July.", f"{long}An account is closed within 5 days of a pupil leaving.")
    assert [part.kind for part in parts] == ["same", "del", "ins"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_comparison_holds_all_of_the_new_text_and_all_of_the_old(old, new):
    def words(kinds):
        return "".join(part.text for part in compare(old, new) if part.kind in kinds).split()

    assert words({"same", "ins"}) == new.split()
    if old != new:
        assert words({"same", "del"}) == old.split()


def test_texts_too_long_to_be_compared_piece_by_piece_keep_what_both_begin_and_end_with():
    """Sequences of the same few words would take minutes: beyond some hundred pieces the middle is shown as a whole."""
    start, end = "It begins alike. " * 5, "It ends alike. " * 5
    old, new = f"{start}{'a. ' * 3000}{end}", f"{start}{'b. a. ' * 1500}{end}"
    parts = compare(old, new)
    assert [part.kind for part in parts] == ["same", "del", "ins", "same"]
    assert parts[0].text.startswith("It begins alike.")
    assert parts[-1].text.rstrip().endswith("It ends alike.")
    for kind, text in (("del", old), ("ins", new)):
        assert "".join(part.text for part in parts if part.kind in {"same", kind}).split() == text.split()
