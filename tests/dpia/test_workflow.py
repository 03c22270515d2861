"""The table of a case's states, written by hand, and the pure outcome of a round."""

from itertools import product
from pathlib import Path

import pytest

from dpia.workflow import FINAL, STEPS, Move, Status, Verdict, outcome

ALLOWED = {
    "draft": {"submit": "in_review", "withdraw": "withdrawn"},
    "in_review": {
        "submit": "in_review",
        "ask_changes": "changes_asked",
        "all_in": "ready",
        "withdraw": "withdrawn",
    },
    "changes_asked": {"submit": "in_review", "withdraw": "withdrawn"},
    "ready": {"sign": "signed", "decline": "declined", "withdraw": "withdrawn"},
}
DOC = Path(__file__).parents[2] / "docs" / "dpia-workflow.md"


@pytest.mark.parametrize(("start", "move"), list(product(Status, Move)))
def test_every_pair_is_allowed_or_refused_on_purpose(start, move):
    assert STEPS.get((start, move)) == ALLOWED.get(start, {}).get(move)


def test_nothing_leaves_signed_declined_or_withdrawn():
    assert {Status.SIGNED, Status.DECLINED, Status.WITHDRAWN} == FINAL


@pytest.mark.parametrize(
    ("verdicts", "awaited", "move"),
    [
        ([], 0, None),
        ([], 3, None),
        ([Verdict.OBJECT], 2, None),
        ([Verdict.CHANGES, Verdict.AGREE], 1, None),
        ([Verdict.AGREE] * 3, 0, Move.ALL_IN),
        ([Verdict.AGREE, Verdict.CONDITIONS], 0, Move.ALL_IN),
        ([Verdict.OBJECT, Verdict.AGREE], 0, Move.ALL_IN),
        ([Verdict.AGREE, Verdict.CHANGES, Verdict.AGREE], 0, Move.ASK_CHANGES),
        ([Verdict.OBJECT, Verdict.CHANGES], 0, Move.ASK_CHANGES),
    ],
)
def test_a_round_waits_for_all_and_then_goes_back_or_on(verdicts, awaited, move):
    assert outcome(verdicts, awaited=awaited) == move


def drawn():
    arrows = [f"    {start.value} --> {end.value}: {move.value}" for (start, move), end in STEPS.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])


def test_the_diagram_in_the_docs_is_the_table():
    assert drawn() in DOC.read_text()
