"""The web addresses of AI tools for a school's web filter, from the answers of today. Pure: text in one page, one address a line."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from schools import year_groups
from tools_registry import verdicts
from tools_registry.finding import host_of
from tools_registry.reasons import day
from tools_registry.words import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from tools_registry.answer import Answer

EXPLAINED = (
    "An address is let through for people when one kind of account behind it is approved for them here.",
    "A filter cannot see which account a person uses: the notes say where an address serves others too.",
    "It changes when the register does, so fetch it again rather than keep it.",
)


class Address(NamedTuple):
    """One tool behind an address, and what is allowed of it today."""

    tool: str
    domains: Sequence[str]
    answer: Answer


def web_filter(rows: Iterable[Address], *, place: str, on: date, by_age: bool) -> str:
    """What to let through for whom, and what to block for everybody. A line that begins with # is a note."""
    behind: dict[str, list[Address]] = defaultdict(list)
    for row in rows:
        for host in dict.fromkeys(map(host_of, row.domains)):
            if host:
                behind[host].append(row)
    lines = [f"AI tools: addresses for the web filter of {place}", f"Worked out on {day(on)}.", *EXPLAINED]
    text = [f"# {line}" for line in lines]
    for audience in Audience:
        text += _section(f"Let through for {audience.label.lower()}", _open(behind, audience), audience, by_age=by_age)
    opened = {host for audience in Audience for host in _open(behind, audience)}
    shut = {host: tools for host, tools in behind.items() if host not in opened}
    text += _section("Block for everybody: no tool behind it is approved", shut, None, by_age=by_age)
    return "\n".join(text) + "\n"


def _open(behind: Mapping[str, list[Address]], audience: Audience) -> dict[str, list[Address]]:
    return {
        host: tools for host, tools in behind.items() if any(verdicts.may(row.answer.of(audience)) for row in tools)
    }


def _section(
    title: str, hosts: Mapping[str, list[Address]], audience: Audience | None, *, by_age: bool
) -> Iterable[str]:
    yield from ("", f"## {title}")
    if not hosts:
        yield "# None."
    for host in sorted(hosts):
        for row in hosts[host]:
            yield f"# {' '.join(row.tool.split())}{_who(row.answer, audience, by_age=by_age)}"
        yield host


def _who(answer: Answer, audience: Audience | None, *, by_age: bool) -> str:
    """Nothing under what is blocked; else whether this one of the tools is meant, and which years."""
    if audience is None:
        return ""
    given = answer.of(audience)
    if not verdicts.may(given):
        return ": not approved, though the address is the same"
    return f": {year_groups.words(given.year_groups, by_age=by_age)}" if audience == Audience.PUPILS else ""
