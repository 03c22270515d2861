"""What is different between two editions of a list, in sentences. Pure; works on the canonical documents of the_list.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .reasons import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Document = dict[str, Any]
# Of a tool: what a reader need not be told word by word.
DETAILS = (
    "name",
    "edition",
    "supplier",
    "how_to_tell",
    "website",
    "sign_in",
    "minimum_age",
    "parental_age",
    "agreement",
)
OF_THE_LIST = (("ask", "Whom to ask has changed."), ("decides", "Who decides has changed."))
RULES = ("never", "always", "policy", "data_classes")


@dataclass(frozen=True, slots=True)
class ToolChanges:
    """A tool that stayed on the list, and what is different."""

    name: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListChanges:
    removed: tuple[str, ...]
    changed: tuple[ToolChanges, ...]
    added: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything, what narrows first."""
        return (
            *(f"{name} is off the list." for name in self.removed),
            *(f"{tool.name}: {_joined(tool.sentences)}" for tool in self.changed),
            *(f"New on the list: {name}." for name in self.added),
            *self.other,
        )


def compare(before: Document, after: Document) -> ListChanges:
    """From one edition to a later one."""
    old, new = _by_id(before), _by_id(after)
    changed = (
        ToolChanges(title(new[key]), tuple(_tool_changes(old[key], new[key])))
        for key in new
        if key in old and old[key] != new[key]
    )
    return ListChanges(
        removed=tuple(title(tool) for key, tool in old.items() if key not in new),
        changed=tuple(changed),
        added=tuple(f"{title(tool)}, for {_audiences(tool)}" for key, tool in new.items() if key not in old),
        other=tuple(_list_changes(before, after)),
    )


def title(tool: Document) -> str:
    return f"{tool['name']} ({tool['edition']})" if tool["edition"] else str(tool["name"])


def _by_id(document: Document) -> dict[str, Document]:
    return {tool["id"]: tool for tool in document["tools"]}


def _joined(sentences: Iterable[str]) -> str:
    return "; ".join(sentence.rstrip(".") for sentence in sentences) + "."


def _audiences(tool: Document) -> str:
    named = [_who(given) for given in tool["audiences"] if given["may"]]
    return " and ".join(", ".join(named).rsplit(", ", 1))


def _who(given: Document) -> str:
    who = str(given["who"])
    return who if given["audience"] == "pupils" else who.lower()


def _list_changes(before: Document, after: Document) -> Iterator[str]:
    for key, sentence in OF_THE_LIST:
        if before.get(key) != after.get(key):
            yield sentence
    if any(before.get(key) != after.get(key) for key in RULES):
        yield "The rules for every tool have changed."
    if before.get("year_groups") != after.get("year_groups"):
        yield "The school’s year groups have changed."


def _tool_changes(old: Document, new: Document) -> Iterator[str]:
    given_before = {given["audience"]: given for given in old["audiences"]}
    for given in new["audiences"]:
        yield from _audience_changes(given_before.get(given["audience"]), given)
    if old["features_off"] != new["features_off"]:
        yield _features(new["features_off"])
    if old["conditions"] != new["conditions"]:
        yield "its conditions have changed"
    if old["unsuitable_for"] != new["unsuitable_for"]:
        yield "whom it does not suit has changed"
    if old["review_by"] != new["review_by"] and new["review_by"]:
        yield f"it is looked at again by {day(date.fromisoformat(new['review_by']))}"
    if old["decided"] != new["decided"] or old["clearance"] != new["clearance"]:
        yield "it was decided again"
    if any(old[key] != new[key] for key in DETAILS):
        yield "its details have changed"


def _features(off: list[str]) -> str:
    return f"not to be used in it: {', '.join(off)}" if off else "no part of it is off any longer"


def _audience_changes(old: Document | None, new: Document) -> Iterator[str]:
    if old is None or old == new:
        return
    name = str(new["name"]).lower()
    if old["may"] != new["may"]:
        yield f"now for {_who(new)} too" if new["may"] else f"no longer for {name}"
        return
    if not new["may"]:
        return
    if old["who"] != new["who"]:
        yield f"{new['who']}, and no longer {old['who']}"
    if old["data"] != new["data"] or old["whose"] != new["whose"]:
        yield f"{name} may put in at most: {_data(new)}; before: {_data(old)}"
    yield from _purposes(name, old["purposes"], new["purposes"])
    if old["with_parents"] != new["with_parents"]:
        yield "only pupils whose parent has agreed" if new["with_parents"] else "a parent need not agree any longer"
    if not old.get("with_work_consent", False) and new["with_work_consent"]:
        yield "pupils’ own work only where the pupil and a parent have agreed"


def _data(given: Document) -> str:
    whose = ", ".join(f"{each['name'].lower()}: {each['most'].lower()}" for each in given["whose"])
    return f"{given['data_name'].lower()} ({whose})" if whose else str(given["data_name"]).lower()


def _purposes(name: str, old: list[str], new: list[str]) -> Iterator[str]:
    gone = [purpose for purpose in old if purpose not in new]
    come = [purpose for purpose in new if purpose not in old]
    if gone:
        yield f"{name} may no longer use it for: {_lowered(gone)}"
    if come:
        yield f"{name} may now use it for: {_lowered(come)}"


def _lowered(purposes: list[str]) -> str:
    return ", ".join(purpose[:1].lower() + purpose[1:] for purpose in purposes)
