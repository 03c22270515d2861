"""A tool's facts as one trust sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools_registry.models import TrustFact

if TYPE_CHECKING:
    from tools_registry.facts import Facts
    from tools_registry.models import Tool


def facts_today(tool: Tool, trust_id: int) -> Facts:
    """The tool's facts with what counts of the trust's own laid over them. One query."""
    laid = TrustFact.objects.counting().filter(tool=tool, trust_id=trust_id)
    return tool.own_facts.with_laid(dict(laid.values_list("field", "value")))
