"""The register's tables, a file for each noun."""

from .agreements import Agreement
from .catalogue import Tool, ToolChange, ToolChangeAnswer, TrustFact
from .clearances import Clearance, ClearanceAllowance, ClearancePlace, Consultation, DayOne
from .conditions import Condition, ConditionProgress
from .entries import EntryAllowance, EntryException, RegisterEntry, Suspension
from .lists import EditionFile, ListEdition
from .requests import Request

__all__ = [
    "Agreement",
    "Clearance",
    "ClearanceAllowance",
    "ClearancePlace",
    "Condition",
    "ConditionProgress",
    "Consultation",
    "DayOne",
    "EditionFile",
    "EntryAllowance",
    "EntryException",
    "ListEdition",
    "RegisterEntry",
    "Request",
    "Suspension",
    "Tool",
    "ToolChange",
    "ToolChangeAnswer",
    "TrustFact",
]
