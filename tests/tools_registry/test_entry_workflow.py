"""The decision's states, written out by hand."""

from itertools import product
from pathlib import Path

import pytest

from tools_registry import workflow
from tools_registry.words import EntryStatus
from tools_registry.workflow import STEPS, Move

ALLOWED = {
    None: {"approve": "approved", "decline": "declined"},
    "approved": {"decide_again": "approved", "withdraw": "withdrawn"},
    "declined": {"decide_again": "approved"},
    "withdrawn": {"decide_again": "approved"},
}


DOC = Path(__file__).parents[2] / "docs" / "entry-workflow.md"


@pytest.mark.parametrize(("start", "move"), list(product([None, *EntryStatus], Move)))
def test_every_pair_is_allowed_or_refused_on_purpose(start, move):
    assert STEPS.get((start, move)) == ALLOWED[start].get(move)
    assert workflow.can(start, move) == (move in ALLOWED[start])


def test_what_was_never_decided_is_approved_and_the_rest_is_decided_again():
    assert [workflow.to_approve(status) for status in (None, *EntryStatus)] == [
        Move.APPROVE,
        Move.DECIDE_AGAIN,
        Move.DECIDE_AGAIN,
        Move.DECIDE_AGAIN,
    ]


def drawn():
    arrows = [f"    {start or '[*]'} --> {end}: {move}" for (start, move), end in STEPS.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])


def test_the_diagram_in_the_docs_is_the_table():
    assert drawn() in DOC.read_text()
