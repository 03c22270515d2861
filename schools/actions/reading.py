"""Take in what the DfE's file says about schools: adds, updates, marks closed, and reports those that left a trust."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field, fields
from itertools import batched
from typing import TYPE_CHECKING

from django.db import connection, transaction

from schools import gias, trust_names
from schools.models import Place, PlaceKind, Role, School, SchoolStatus, Trust
from schools.standing import people_holding
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

BATCH = 1000
FACTS = [fact.name for fact in fields(gias.Facts)]
KEPT = [*FACTS, "sort_name", "trust"]
ONE_AT_A_TIME = 0x5C4001
