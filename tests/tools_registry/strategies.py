"""Hypothesis strategies for everything the answer is worked out from; days lie around one school year."""

from datetime import date, timedelta

from hypothesis import strategies as st

from schools import year_groups
from tools_registry import answer, purposes
from tools_registry.words import Audience, ChangeKind, ConditionKind, DataClass, EntryStatus, SignIn, Subject

TODAY = date(2026, 11, 24)
past = st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days))
ahead = st.integers(-60, 800).map(lambda days: TODAY + timedelta(days=days))
years = st.frozensets(st.sampled_from(year_groups.ALL), max_size=10)
subjects = st.frozensets(st.sampled_from(Subject), max_size=4)
codes = st.frozensets(st.sampled_from([*purposes.PURPOSES, "made_up"]), max_size=8)


@st.composite
def allowances(draw):
    audiences = draw(st.frozensets(st.sampled_from(Audience), min_size=1))
    return tuple(
        answer.Allowance(audience, draw(st.sampled_from(DataClass)), draw(subjects), draw(codes), draw(years))
        for audience in sorted(audiences)
    )


@st.composite
def tools(draw):
    minimum = draw(st.none() | st.sampled_from([0, 4, 10, 13, 16, 18]))
    parental = draw(st.none() | st.integers(0, minimum)) if minimum else None
    changes = st.builds(
        answer.Change, st.sampled_from(ChangeKind), past, st.sampled_from(["", "Video maker"]), st.booleans()
    )
    return answer.ToolFacts(
        name="Tool",
        minimum_age=minimum,
        parental_age=parental,
        age_confirmed=draw(st.sampled_from([True, True, True, False])),
        sign_in=draw(st.sampled_from(SignIn)),
        restricted_purposes=draw(st.sampled_from([frozenset(), purposes.MICROSOFT_ONLY])),
        changes=tuple(draw(st.lists(changes, max_size=2))),
    )


@st.composite
def places(draw):
    groups = draw(years)
    mixed = (
        draw(st.dictionaries(st.sampled_from(sorted(groups)), st.sampled_from(sorted(groups)), max_size=2))
        if groups
        else {}
    )
    return answer.PlaceFacts(
        key=1,
        year_groups=groups,
        youngest=tuple(sorted(mixed.items())),
        years_confirmed=draw(st.sampled_from([True, True, True, False])),
        left_on=draw(st.none() | ahead),
    )


agreements = st.builds(
    answer.Agreement,
    past,
    st.none() | ahead,
    st.sampled_from([DataClass.PERSONAL, DataClass.SPECIAL]),
    subjects,
    st.booleans(),
)
exceptions = st.builds(
    answer.OnePurposeException,
    st.sampled_from(sorted(purposes.PURPOSES)),
    past,
    st.integers(1, 400).map(lambda d: TODAY + timedelta(days=d)),
)
conditions = st.builds(
    answer.Condition,
    st.sampled_from(ConditionKind),
    st.just("Brief the staff"),
    met=st.booleans(),
    due_on=ahead,
    audiences=st.frozensets(st.sampled_from(Audience), min_size=1),
)


@st.composite
def clearances(draw):
    first = answer.Clearance(
        1,
        "OST-2026-0001",
        draw(past),
        draw(st.none() | ahead),
        draw(allowances()),
        places=draw(st.sampled_from([None, None, frozenset({1}), frozenset({2})])),
        ended_on=draw(st.none() | st.none() | ahead),
        staff_sign_up=draw(st.booleans()),
    )
    if not draw(st.booleans()):
        return (first,)
    newer = answer.Clearance(
        2,
        "OST-2026-0002",
        draw(past),
        draw(st.none() | ahead),
        draw(allowances()),
        replaces=1,
        staff_sign_up=draw(st.booleans()),
    )
    return (first, newer)


@st.composite
def entries(draw):
    review_on = draw(ahead)
    school_years = st.frozensets(st.sampled_from([2025, 2026, 2027]))
    return answer.Entry(
        status=draw(st.sampled_from([EntryStatus.APPROVED, EntryStatus.APPROVED, EntryStatus.APPROVED, *EntryStatus])),
        clearance=1,
        allowances=draw(allowances()),
        decided_on=TODAY,
        review_on=review_on,
        expires_on=review_on + timedelta(days=28),
        parents_agreed=draw(school_years),
        work_consent=draw(school_years),
        exceptions=tuple(draw(st.lists(exceptions, max_size=2))),
    )


@st.composite
def situations(draw):
    return answer.Situation(
        tool=draw(tools()),
        place=draw(places()),
        entry=draw(st.none() | entries() | entries() | entries()),
        clearances=draw(clearances()),
        agreements=tuple(draw(st.lists(agreements, max_size=3))),
        conditions=tuple(draw(st.lists(conditions, max_size=2))),
        suspensions=draw(st.sampled_from([(), (), (), (answer.Suspension(TODAY, "DSL"),)])),
        progress=draw(st.sampled_from(["", "asked_for", "under_review"])),
    )


@st.composite
def open_situations(draw):
    """Situations in which much is allowed: a wide entry within a wide clearance, nothing in the way but what is drawn."""
    everything = tuple(
        answer.Allowance(
            audience,
            draw(st.sampled_from([DataClass.PERSONAL, DataClass.SPECIAL, DataClass.INTERNAL])),
            frozenset(Subject),
            frozenset(purposes.PURPOSES),
            frozenset(year_groups.ALL),
        )
        for audience in Audience
    )
    entry = draw(entries())
    return answer.Situation(
        tool=draw(tools()),
        place=answer.PlaceFacts(1, frozenset(year_groups.ALL), draw(places()).youngest),
        entry=answer.Entry(
            EntryStatus.APPROVED,
            1,
            everything,
            TODAY,
            draw(ahead),
            TODAY + timedelta(days=900),
            entry.parents_agreed,
            entry.work_consent,
            exceptions=entry.exceptions,
        ),
        clearances=(
            answer.Clearance(
                1, "OST-2026-0001", TODAY, draw(st.none() | ahead), everything, staff_sign_up=draw(st.booleans())
            ),
        ),
        agreements=tuple(draw(st.lists(agreements, max_size=3))),
        conditions=tuple(draw(st.lists(conditions, max_size=1))),
    )


any_situation = situations() | open_situations()
