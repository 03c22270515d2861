"""Every address, and who gets what: a stranger nothing, an insider without the role the sentence that says who can.

Written by hand from the design (§3 and §5). Whoever is named neither as getting it nor as not seeing it is refused.
"""

from __future__ import annotations

import gc
import html
import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import get_resolver, resolve, reverse

from tests import demo_world, make

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.demo_world import DemoWorld

# The demo is loaded once, so one worker takes all of these.
pytestmark = pytest.mark.xdist_group("every url")

NOBODY = "nobody"
AT_PARK = "staff ailead dsl head governor"
RUNS_PARK = "ailead dsl head governor"
WIDE = "network deputydpo dpo safeguarding trustlead trustee admin"
PLACES = f"{AT_PARK} staff2 head2 stranger"
OTHERS = "staff2 head2 stranger"
EVERYBODY = f"{AT_PARK} {WIDE} {OTHERS}"
SEES_PARK = f"{AT_PARK} {WIDE}"
OAKFIELD = f"{AT_PARK} {WIDE} staff2 head2"

SEES_CASE = f"{RUNS_PARK} {WIDE}"
SEES_NO_CASE = f"staff {OTHERS}"
DRAFTS = "ailead head network deputydpo trustlead"
SUSPENDS = "dsl head network deputydpo dpo safeguarding trustlead"
SUSPENDS_ALL = "network deputydpo dpo safeguarding trustlead"
ENTERS = "network deputydpo dpo trustlead admin"
ASKS = "staff ailead dsl head staff2 head2 stranger network deputydpo dpo safeguarding trustlead"
SEES_REQUEST = "staff ailead head network deputydpo dpo safeguarding trustlead"
SEES_NO_REQUEST = f"dsl governor trustee admin {OTHERS}"

# What the refused read.
RUNS_IT = "Only the headteacher, the trust lead or a trust administrator changes this"
MANAGES = "A trust administrator looks after the people of the trust, a headteacher those of their school."
WHOLE_TRUST = "Only people with a role in the whole trust see its settings."
SETTLES = "Only the trust lead or a trust administrator says whether a school has left"
KEEPS_TOOLS = "The Network Team, the Deputy DPO or a trust administrator changes the trust’s own tools."
KEEPS_AGREEMENTS = "The Deputy DPO, the DPO or a trust administrator keeps the agreements."
SEES_AGREEMENTS = "Headteachers and people with a role in the whole trust see the agreements."
ANSWERS = "The AI lead or the headteacher of Oakfield Park School answers this."
HEAD_DECIDES = "Only the headteacher decides this for Oakfield Park School."
LEAD_DECIDES = "Only the trust lead decides what the trust office may use."
SUSPENDS_IT = (
    "Only the headteacher, a safeguarding lead, the Network Team, the data protection officers or the trust lead"
)
LIFTS_AT_PARK = (
    "Only the headteacher of Oakfield Park School lifts it, with the agreement of the team that suspended it.",
    "Only the Designated safeguarding lead agrees to lifting it: that team suspended it.",
)
LIFTS_AT_THE_OFFICE = (
    "Only the trust lead lifts it, with the agreement of the team that suspended it.",
    "Only the Network Team agrees to lifting it: that team suspended it.",
)
SEES_CLEARANCES = "Clearances are for heads, AI leads, safeguarding leads, governors and the trust's own roles."
ENTERS_IT = "Only the trust"
WRITES = (
    "Only the school's AI lead or headteacher, the Network Team, the Deputy DPO or the trust lead may write this case."
)
REVIEWS = (
    "Those who review this case: Network Team, Deputy DPO, Safeguarding lead, Oakfield Park School.",
    "This review is the Deputy Data Protection Officer’s, who can give it.",
    "This review is the Designated safeguarding lead’s of Oakfield Park School, who can give it.",
)
SIGNS = "The headteacher of Oakfield Park School signs this case."


@dataclass(frozen=True)
class Row:
    """One address about one thing. `at` names what stands in it by the words of `DemoWorld.names`.

    `get` and `post` are the people who get it (None: there is no such method); `unseen` those for whom it is not
    there. Everybody else reads `says`. `shown` is the thing whose revision the form posts; `writes` names the table that
    is written to when it is only read. `costly`: of those who get it the first stands for all.
    """

    name: str
    at: tuple[str, ...] = ()
    get: str | None = None
    post: str | None = None
    unseen: str = ""
    says: str | tuple[str, ...] = ()
    shown: str = ""
    data: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    public: bool = False
    writes: str = ""
    costly: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        return (self.says,) if isinstance(self.says, str) else self.says

    def who(self, method: str) -> list[str] | None:
        found = self.get if method == "get" else self.post
        return None if found is None else found.split()

    def asks(self, method: str) -> list[str]:
        """Who is asked for it: where everybody gets the same, one who belongs and one who does not."""
        may = self.who(method)
        if may is None:
            return []
        if self.public:
            return ["staff", "stranger"]
        return [who for who in EVERYBODY.split() if not (self.costly and who in may[1:])]

    def __str__(self) -> str:
        return " ".join([self.name, *self.at, *self.data])


def case(name: str, at: str, *more: str, **facts: Any) -> Row:
    """A page of a case of Park: whoever may not see the case gets nothing."""
    return Row(f"dpia:{name}", (at, *more), **{"unseen": SEES_NO_CASE, **facts})


def park(name: str, *at: str, **facts: Any) -> Row:
    return Row(f"tools_registry:{name}", ("park", *at), **{"unseen": OTHERS, **facts})


def office(name: str, *at: str, **facts: Any) -> Row:
    return Row(f"tools_registry:office_{name}", at, **{"unseen": PLACES, **facts})


def of(name: str, *at: str, **facts: Any) -> Row:
    return Row(f"tools_registry:{name}", at, **facts)


OPEN = [
    Row("healthz", get=EVERYBODY, public=True),
    Row("readyz", get=EVERYBODY, public=True),
    Row("gallery", get=EVERYBODY, public=True),
    Row("home:accessibility", get=EVERYBODY, public=True),
    Row("account_login", get=EVERYBODY, post=EVERYBODY, public=True),
    Row("account_signup", get=EVERYBODY, post=EVERYBODY, public=True),
    Row("account_inactive", get=EVERYBODY, public=True),
    Row("account_logout", get=EVERYBODY, post=EVERYBODY, public=True),
    Row("account_reset_password", get=EVERYBODY, post=EVERYBODY, public=True),
    Row("account_reset_password_done", get=EVERYBODY, public=True),
    Row("account_reset_password_from_key", ("uid", "reset key"), get=EVERYBODY, post=EVERYBODY, public=True),
    Row("account_reset_password_from_key_done", get=EVERYBODY, public=True),
    Row("account_email_verification_sent", get=EVERYBODY, public=True),
    Row("account_confirm_email", ("mail key",), get=EVERYBODY, public=True),
    Row("account_confirm_login_code", get=EVERYBODY, post=EVERYBODY, public=True),
    Row("account_reauthenticate", get=EVERYBODY, post=EVERYBODY),
    Row("account_email", get=EVERYBODY, post=EVERYBODY, writes="account_emailaddress"),
    Row("account_change_password", get=EVERYBODY, post=EVERYBODY),
    Row("account_set_password", get=EVERYBODY, post=EVERYBODY),
    *(
        row
        for name in ("list", "list_pdf", "list_json", "list_csv", "poster_pdf")
        for row in (
            of(name, "park", get=EVERYBODY, public=True),
            of(name, "lane", get="", unseen=EVERYBODY, public=True),
        )
    ),
    of("check_form", get=EVERYBODY, public=True),
    of("check", "code", get=EVERYBODY, public=True),
]

SCHOOLS = [
    Row("home:home", get=EVERYBODY),
    Row("schools:list", get=EVERYBODY),
    Row("schools:sheet", ("csv",), get=EVERYBODY),
    Row("schools:place", ("park",), get=SEES_PARK, unseen=OTHERS),
    Row(
        "schools:year_groups",
        ("park",),
        get="head trustlead",
        post="head trustlead",
        unseen=OTHERS,
        says="Only the headteacher, or the trust lead, confirms which year groups",
    ),
    Row(
        "schools:place_settings",
        ("park",),
        get="head trustlead admin",
        post="head trustlead admin",
        unseen=OTHERS,
        says=RUNS_IT,
    ),
    Row(
        "schools:publish",
        ("park",),
        get="head trustlead admin",
        post="head trustlead admin",
        unseen=OTHERS,
        says=RUNS_IT,
        shown="park",
        data={"unpublish": "1"},
    ),
    Row(
        "schools:publish",
        ("park",),
        get="head trustlead admin",
        post="head trustlead admin",
        unseen=OTHERS,
        says=RUNS_IT,
        shown="park",
    ),
    Row("schools:leaving", ("hill",), get="trustlead admin", post="trustlead admin", unseen=PLACES, says=SETTLES),
    Row("schools:keep", ("hill",), post="trustlead admin", unseen=PLACES, says=SETTLES, shown="hill"),
    Row("schools:office", get=WIDE, unseen=PLACES),
    Row(
        "schools:office_settings",
        get="trustlead admin",
        post="trustlead admin",
        unseen=PLACES,
        says="Only the trust lead or a trust administrator changes this",
    ),
    Row("schools:people", get="head head2 stranger admin", says=MANAGES),
    Row("schools:people_sheet", ("csv",), get="head head2 stranger admin", says=MANAGES),
    Row("schools:give_role", get="head head2 stranger admin", post="head head2 stranger admin", says=MANAGES),
    Row("schools:role", ("role",), get="head admin", post="head admin", unseen="head2 stranger", says=MANAGES),
    Row("schools:end_role", ("role",), post="head admin", unseen="head2 stranger", says=MANAGES, shown="role"),
    Row(
        "schools:trust_settings",
        get=WIDE,
        post="trustlead admin",
        says=(WHOLE_TRUST, "Only the trust lead or a trust administrator changes the trust's settings."),
    ),
    Row(
        "schools:delegation",
        get="dpo",
        post="dpo",
        says=(WHOLE_TRUST, "Only the Data Protection Officer records that the Deputy may advise in their place."),
    ),
    Row("schools:switch_place", post=SEES_PARK, unseen=OTHERS, data={"place": "place:park"}),
    Row("schools:switch_place", post=WIDE, unseen=PLACES, data={"place": "place:office"}),
]

CATALOGUE = [
    of("look_up", get=EVERYBODY),
    of("catalogue", get=EVERYBODY),
    of("catalogue_sheet", "csv", get=EVERYBODY),
    of(
        "add_tool",
        get="network deputydpo admin",
        post="network deputydpo admin",
        says="The Network Team, the Deputy DPO or a trust administrator adds a tool.",
    ),
    of("tool", "aila", get=EVERYBODY),
    of("tool", "own tool", get=OAKFIELD, unseen="stranger"),
    of(
        "edit_tool",
        "own tool",
        get="network deputydpo admin",
        post="network deputydpo admin",
        unseen="stranger",
        says=KEEPS_TOOLS,
    ),
    of("edit_tool", "aila", get="", post="", says="This tool is shared by all trusts."),
    of(
        "withdraw_tool",
        "own tool",
        post="network deputydpo admin",
        unseen="stranger",
        says=KEEPS_TOOLS,
        shown="own tool",
    ),
    of("facts", "aila", get=EVERYBODY),
    of("facts", "own tool", get=OAKFIELD, unseen="stranger"),
    of(
        "fact",
        "aila",
        "minimum age",
        get="deputydpo admin",
        post="deputydpo admin",
        says="The Deputy DPO sets facts about data and age for the trust.",
    ),
    of(
        "fact",
        "aila",
        "sign in",
        get="network admin",
        post="network admin",
        says="The Network Team sets technical facts for the trust.",
    ),
    of(
        "check_fact",
        "looser tool",
        "fact",
        post="deputydpo dpo",
        unseen="stranger",
        says=(
            "The Deputy DPO, the DPO or the Network Team checks a fact that allows more.",
            "You put this fact forward. A second person checks it.",
        ),
    ),
    of(
        "turn_down_fact",
        "looser tool",
        "fact",
        post="network deputydpo dpo",
        unseen="stranger",
        says="The Deputy DPO, the DPO or the Network Team turns a fact down",
    ),
    of(
        "record_change",
        "padlet",
        get="network deputydpo",
        post="network deputydpo",
        says="The Network Team or the Deputy DPO records that a tool has changed.",
    ),
    of(
        "carry_on",
        "padlet",
        "change",
        get="deputydpo dpo",
        post="deputydpo dpo",
        unseen="stranger",
        says="The Deputy DPO, or the DPO, says whether use may carry on after a change.",
    ),
]

AGREEMENTS = [
    of("agreements", get=f"head head2 stranger {WIDE}", says=SEES_AGREEMENTS),
    of("agreements_sheet", "csv", get=f"head head2 stranger {WIDE}", says=SEES_AGREEMENTS),
    of("add_agreement", get="deputydpo dpo admin", post="deputydpo dpo admin", says=KEEPS_AGREEMENTS),
    of("agreement", "agreement", get=f"head head2 {WIDE}", unseen="stranger", says=SEES_AGREEMENTS),
    of(
        "edit_agreement",
        "agreement",
        get="deputydpo dpo admin",
        post="deputydpo dpo admin",
        unseen="stranger",
        says=(KEEPS_AGREEMENTS, SEES_AGREEMENTS),
    ),
    of(
        "withdraw_agreement",
        "agreement",
        get="deputydpo dpo admin",
        post="deputydpo dpo admin",
        unseen="stranger",
        says=(KEEPS_AGREEMENTS, SEES_AGREEMENTS),
        shown="agreement",
    ),
    of(
        "agreement_document",
        "agreement",
        get=WIDE,
        unseen="stranger",
        says=("Only people with a role in the whole trust read the signed document.", SEES_AGREEMENTS),
    ),
]

REQUESTS = [
    of("ask", get=ASKS, post=ASKS, says="Staff ask for a tool."),
    of("requests", get=EVERYBODY),
    of("requests_sheet", "csv", get=EVERYBODY),
    of("request", "request", get=SEES_REQUEST, unseen=SEES_NO_REQUEST),
    of("answer_request", "request", post="ailead head", unseen=SEES_NO_REQUEST, says=ANSWERS),
    of(
        "look_again",
        "refused request",
        post="staff",
        unseen=SEES_NO_REQUEST,
        says="Only the person who asked can ask for another look.",
        shown="refused request",
    ),
    of(
        "link_tool",
        "unnamed request",
        post="ailead head network deputydpo trustlead",
        unseen=SEES_NO_REQUEST,
        says="The AI lead or the headteacher of Oakfield Park School, or the trust’s teams, take it forward.",
    ),
]

REGISTER = [
    park("preview", get=SEES_PARK),
    of("preview", "lane", get=WIDE, unseen=PLACES),
    park("register", get=SEES_PARK),
    park("register_sheet", "csv", get=SEES_PARK),
    park("web_filter", get=SEES_PARK),
    *(park("entry", tool, get=SEES_PARK) for tool in ("teachermatic", "grok")),
    park("decide", "gemini-education", get="head", post="head", says=HEAD_DECIDES),
    park("decline", "gemini-education", get="head", post="head", says=HEAD_DECIDES),
    park("withdraw", "aila", get="head", post="head", says=HEAD_DECIDES, shown="entry:aila"),
    park(
        "deletion",
        "quillbot",
        post="head ailead",
        says="Only the headteacher or an AI lead confirms that what was put in has been deleted.",
    ),
    park("suspend", "aila", get=SUSPENDS, post=SUSPENDS, says=SUSPENDS_IT),
    park(
        "lift",
        "teachermatic",
        "suspension",
        get="",
        post="head",
        says=LIFTS_AT_PARK,
        data={"ask": ""},
    ),
    park(
        "lift",
        "teachermatic",
        "suspension",
        get="",
        post="dsl",
        says=LIFTS_AT_PARK,
        data={"agree": ""},
    ),
    park("condition", "copilot-chat-school", "briefing", get=SEES_PARK),
    park(
        "report_condition",
        "copilot-chat-school",
        "briefing",
        post="ailead head",
        says="Only its owner (AI lead), or whoever decides here, reports that this is done.",
        shown="briefing",
    ),
    park(
        "confirm_condition",
        "copilot-chat-school",
        "briefing",
        post="head",
        says="Only the Headteacher confirms this: it is met when whoever set it says so.",
        shown="briefing",
    ),
    park(
        "refuse_condition",
        "copilot-chat-school",
        "briefing",
        post="head",
        says="Only the Headteacher confirms this: it is met when whoever set it says so.",
        shown="briefing",
    ),
    office("list", get=WIDE),
    office("register", get=WIDE),
    office("register_sheet", "csv", get=WIDE),
    office("web_filter", get=WIDE),
    office("entry", "aila", get=WIDE),
    office("decide", "gemini-education", get="trustlead", post="trustlead", says=LEAD_DECIDES),
    office("decline", "gemini-education", get="trustlead", post="trustlead", says=LEAD_DECIDES),
    office("withdraw", "aila", get="trustlead", post="trustlead", says=LEAD_DECIDES),
    office("deletion", "padlet", post="trustlead", says="Only the trust lead confirms that what was put in"),
    office("suspend", "aila", get=SUSPENDS_ALL, post=SUSPENDS_ALL, says=SUSPENDS_IT),
    office(
        "lift",
        "teachermatic",
        "office suspension",
        get="",
        post="trustlead",
        says=LIFTS_AT_THE_OFFICE,
        data={"ask": ""},
    ),
    office(
        "lift",
        "teachermatic",
        "office suspension",
        get="",
        post="network",
        says=LIFTS_AT_THE_OFFICE,
        data={"agree": ""},
    ),
    office("condition", "aila", "office briefing", get=WIDE),
    office(
        "report_condition",
        "aila",
        "office briefing",
        post="trustlead",
        says="Only its owner (Staff), or whoever decides here, reports that this is done.",
        shown="office briefing",
    ),
    office(
        "confirm_condition",
        "aila",
        "office briefing",
        post="trustlead",
        says="Only the Trust lead confirms this",
        shown="office briefing",
    ),
    office(
        "refuse_condition",
        "aila",
        "office briefing",
        post="trustlead",
        says="Only the Trust lead confirms this",
        shown="office briefing",
    ),
]

CLEARANCES = [
    of("clearances", get=f"{RUNS_PARK} head2 stranger {WIDE}", says=SEES_CLEARANCES),
    of("clearances_sheet", "csv", get=f"{RUNS_PARK} head2 stranger {WIDE}", says=SEES_CLEARANCES),
    of(
        "clearance",
        "park clearance",
        get=f"{RUNS_PARK} {WIDE}",
        post="trustlead",
        unseen="head2 stranger",
        says=(SEES_CLEARANCES, "Only the trust lead withdraws a clearance."),
        shown="park clearance",
    ),
    of(
        "clearance",
        "trust clearance",
        get=f"{RUNS_PARK} head2 {WIDE}",
        post="trustlead",
        unseen="stranger",
        says=(SEES_CLEARANCES, "Only the trust lead withdraws a clearance."),
        shown="trust clearance",
    ),
    of("enter", get=ENTERS, says=ENTERS_IT),
    of("enter_tool", "grok", get=ENTERS, post=ENTERS, says=ENTERS_IT),
    of("day_one", "day one", get=WIDE, unseen=PLACES),
    of("day_one_document", "day one", get=WIDE, unseen="ailead dsl head governor head2 stranger", says=SEES_CLEARANCES),
    of(
        "confirm_day_one",
        "day one",
        "deputy",
        post="deputydpo dpo",
        unseen=PLACES,
        says="Only the Deputy Data Protection Officer confirms this.",
    ),
    of(
        "confirm_day_one",
        "day one",
        "network team",
        post="network",
        unseen=PLACES,
        says="Only the Network Team confirms this.",
    ),
    of(
        "sign_day_one",
        "confirmed day one",
        post="trustlead",
        unseen=PLACES,
        says="Only the trust lead signs it.",
        shown="confirmed day one",
    ),
    of(
        "take_back_day_one",
        "day one",
        post="admin trustlead",
        unseen=PLACES,
        says="Only the person who entered it, or the trust lead, takes it back.",
    ),
]

CASES = [
    Row("dpia:list", get=EVERYBODY),
    *(Row("dpia:sheet", (kind,), get=EVERYBODY) for kind in ("csv", "xlsx")),
    Row(
        "dpia:start",
        get="ailead head head2 stranger network deputydpo trustlead",
        post="ailead head head2 stranger network deputydpo trustlead",
        says=(
            "Only the school's AI lead or headteacher, the Network Team, the Deputy DPO or the trust lead may start a case."
        ),
    ),
    *(case("case", at, get=SEES_CASE) for at in ("draft", "read")),
    case("case", "signed", get=f"{SEES_CASE} head2", unseen="staff staff2 stranger"),
    case("pdf", "read", get=SEES_CASE, costly=True),
    case("pdf", "draft", get="", unseen=EVERYBODY),
    case("send", "draft", post=DRAFTS, says=WRITES, shown="draft"),
    case("withdraw", "draft", get=DRAFTS, post=DRAFTS, says=WRITES),
    case("screening", "draft", get=SEES_CASE, post=DRAFTS, says=WRITES),
    case("who", "draft", get=SEES_CASE),
    case("who_edit", "draft", "staff", get=DRAFTS, post=DRAFTS, says=WRITES),
    case("who_off", "draft", "staff", post=DRAFTS, says=WRITES, shown="asked"),
    case("answer", "draft", "key", post=DRAFTS, says=WRITES),
    case("section", "draft", "what", get=SEES_CASE, post=DRAFTS, says=WRITES),
    case("risks", "draft", get=SEES_CASE),
    case("risk_new", "draft", get=DRAFTS, post=DRAFTS, says=WRITES),
    case("risk", "draft", "risk", get=DRAFTS, post=DRAFTS, says=WRITES),
    case("risk_off", "draft", "risk", post=DRAFTS, says=WRITES, shown="risk"),
    case("measure_new", "draft", "risk", get=DRAFTS, post=DRAFTS, says=WRITES),
    case("measure", "draft", "measure", get=DRAFTS, post=DRAFTS, says=WRITES),
    case("measure_off", "draft", "measure", post=DRAFTS, says=WRITES, shown="measure"),
    case("review", "read", get=SEES_CASE, post="network deputydpo dsl", says=REVIEWS),
    case("take", "read", post="network deputydpo dsl dpo", says=REVIEWS, shown="network review"),
    case("advice", "read", get=SEES_CASE, post="dpo", says="Only the Data Protection Officer gives this advice."),
    case("sign", "ready", get=SEES_CASE, post="head trustlead", says=SIGNS),
    case("decline", "ready", post="head", says=SIGNS),
    case(
        "ico",
        "high",
        get=SEES_CASE,
        post="dpo deputydpo",
        says="Only the Data Protection Officer or their Deputy records what the ICO says.",
    ),
    case("comment", "draft", post=SEES_CASE, data={"section": "what", "text": "Who looks at it?"}),
    case(
        "settle",
        "draft",
        "comment",
        post="network",
        says="Only whoever wrote the comment, or somebody in the same role, says that it is settled.",
    ),
]

TABLE = [*OPEN, *SCHOOLS, *CATALOGUE, *AGREEMENTS, *REQUESTS, *REGISTER, *CLEARANCES, *CASES]
WORDS = {
    "xlsx": "xlsx",
    "minimum age": "minimum_age",
    "sign in": "sign_in",
    "deputy": "deputy",
    "network team": "network",
    "uid": "a1",
    "reset key": "set-password",
    "mail key": "MQ:1a2b3c",
}


# The world, and asking it ----------------------------------------------------------------------------------------------


@dataclass
class Got:
    """What somebody got: the status, where it leads, what stands in it, and the tables it wrote to."""

    status: int
    url: str
    body: str
    written: frozenset[str]

    @property
    def wants_sign_in(self) -> bool:
        return self.status == 302 and self.url.startswith("/accounts/login/?next=")

    def __str__(self) -> str:
        """The status, and the sentence of a page that says no or what went wrong."""
        _, _, rest = self.body.partition('<p class="lead">')
        said = self.body if self.status >= 500 else " ".join(rest.partition("</p>")[0].split())
        return f"{self.status} {self.url} {said} {sorted(self.written)}"

    @property
    def is_there(self) -> bool:
        """Got, or done; or a stale page, which only somebody who may act is told of."""
        return self.status in {200, 409} or (self.status == 302 and not self.wants_sign_in)


class Asker:
    """One browser that everybody uses in turn; whatever it does is taken back."""

    def __init__(self, world: DemoWorld) -> None:
        self.world = world
        self.client = Client(raise_request_exception=False)
        self.sessions = {who: self._sign_in(person) for who, person in world.people.items()}
        self.writes = writes()

    def _sign_in(self, person: Any) -> str:
        self.client.force_login(person)
        return self.client.cookies.pop("session").value

    def ask(self, who: str, method: str, path: str, data: Mapping[str, str] | None = None) -> Got:
        self.client.cookies.clear()
        if who != NOBODY:
            self.client.cookies["session"] = self.sessions[who]
        with transaction.atomic():
            response = getattr(self.client, method)(path, data or {})
            body = b"".join(response.streaming_content) if response.streaming else response.content
            written = self._written() if response.status_code != 500 else frozenset[str]()
            transaction.set_rollback(True)
        text = html.unescape(body.decode(errors="replace"))
        if response.status_code >= 500:
            text = repr(getattr(response, "exc_info", None))
        return Got(response.status_code, response.headers.get("Location", ""), text, written)

    def _written(self) -> frozenset[str]:
        """Tables that have been written to since this was asked last, what was taken back counted too."""
        before, self.writes = self.writes, writes()
        changed = {table for table, count in self.writes.items() if count != before.get(table, 0)}
        return frozenset(changed - {"django_session"})

    def ask_for(self, who: str, method: str, row: Row) -> Got:
        return self.ask(who, method, self.path(row), self.data(row) if method == "post" else None)

    def path(self, row: Row) -> str:
        return reverse(row.name, args=[self.named(word) for word in row.at])

    def named(self, word: str) -> Any:
        return WORDS.get(word) or self.world.names[word]

    def data(self, row: Row) -> dict[str, str]:
        said = {name: str(self.world.names.get(value, value)) for name, value in row.data.items()}
        return {**said, "revision": str(self.world.revisions[row.shown])} if row.shown else said


WRITES = """
SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid)
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def writes() -> dict[str, int]:
    """Rows that this transaction has written so far, by table, also those taken back since."""
    with connection.cursor() as cursor:
        cursor.execute(WRITES)
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Asker]:
    """The demo, loaded once; every request is taken back to here."""
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
        time_machine.travel(make.NOW),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        asker = Asker(demo_world.build())
        gc.freeze()  # the collector need not look at all of this again, a hundred times a minute
        yield asker
        gc.unfreeze()
        transaction.set_rollback(True)


@pytest.fixture
def asker(_built: Asker, db: None) -> Asker:
    cache.clear()
    return _built


# The table is whole -----------------------------------------------------------------------------------------------------


def names(resolver: Any, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def test_no_url_is_missing_from_the_table():
    assert set(names(get_resolver())) == {row.name for row in TABLE}


def test_the_table_names_only_people_there_are():
    known = set(EVERYBODY.split())
    for row in TABLE:
        for people in (row.get, row.post, row.unseen):
            assert set((people or "").split()) <= known, row


# Who gets what ----------------------------------------------------------------------------------------------------------


def wrong(row: Row, method: str, who: str, got: Got) -> str:
    """What is wrong with what somebody got, or nothing."""
    may = row.who(method) or []
    if who in row.unseen.split():
        fault = "" if got.status == 404 else "should be 404"
    elif who in may:
        fault = "" if got.is_there else "should get it"
    elif got.status != 403:
        fault = "should be refused"
    else:
        fault = "" if any(said in got.body for said in row.sentences) else f"should read {row.sentences}"
    if (method == "get" or who not in may) and not got.written <= {row.writes}:
        fault = f"{fault} wrote to {sorted(got.written)}"
    return f"{method} {row} by {who}: {fault}; got {got}" if fault else ""


def assert_none(faults: Iterable[str]) -> None:
    found = [fault for fault in faults if fault]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_who_gets_what(asker, row):
    faults = [
        wrong(row, method, who, asker.ask_for(who, method, row))
        for method in ("get", "post")
        for who in row.asks(method)
    ]
    assert_none(faults)


def test_somebody_who_is_not_signed_in_gets_what_is_public_and_else_the_sign_in(asker):
    faults = []
    for row, method in (each for each in asked() if each[0].who(each[1]) is not None):
        got = asker.ask_for(NOBODY, method, row)
        is_right = got.wants_sign_in if not row.public else got.status in ({200, 302} if row.who(method) else {404})
        if not is_right or got.written:
            faults.append(f"{method} {row}: {got}")
    assert_none(faults)


def test_there_is_no_other_method(asker):
    """allauth answers every method in its own way."""
    faults = []
    for row, method in (each for each in asked() if each[0].who(each[1]) is None):
        got = asker.ask_for("head", method, row)
        if not row.name.startswith("account_") and (got.status != 405 or got.written):
            faults.append(f"{method} {row}: {got}")
    assert_none(faults)


def asked() -> list[tuple[Row, str]]:
    return [(row, method) for row in TABLE for method in ("get", "post")]


@pytest.mark.parametrize("row", [row for row in TABLE if row.name.endswith("sheet")], ids=str)
def test_every_list_can_be_taken_away_for_a_spreadsheet_too(asker, row):
    got = asker.ask(row.get.split()[0], "get", f"{asker.path(row).rpartition('.')[0]}.xlsx")
    assert (got.status, got.body[:2]) == (200, "PK")


@pytest.mark.parametrize("row", [row for row in TABLE if row.get], ids=str)
def test_every_link_of_a_page_leads_somewhere(asker, row):
    faults = []
    for who in row.who("get") or [NOBODY]:
        got = asker.ask_for(who, "get", row)
        faults += [f"{row} by {who}: {link}" for link in re.findall(r'<[^>]*\b(?:href|action)=""[^>]*>[^<]*', got.body)]
    assert_none(faults)


# What is not there --------------------------------------------------------------------------------------------------------

UNKNOWN = {
    "urn": ("999999", "nonsense"),
    "ref": ("OST-2026-9999", "ELM-2026-0001"),
    "code": ("ZZZZZZZZZZ", "nonsense", "\0"),
    "kind": ("pdf",),
}


def unknown(name: str, value: Any) -> tuple[Any, ...]:
    """What such a part of an address could be without naming anything."""
    if isinstance(value, uuid.UUID):
        return (uuid.uuid4(),)
    return UNKNOWN.get(name, ("nonsense",))


def test_what_is_not_there_is_a_404(asker):
    faults = []
    for row in (each for each in TABLE if each.at and not each.name.startswith("account_")):
        method = "post" if row.get is None else "get"
        may = row.who(method) or ["trustlead"]
        for path in misnamed(asker, row):
            for who, wanted in ((may[-1], {404}), ("stranger", {403, 404})):
                got = asker.ask(who, method, path, asker.data(row) if method == "post" else None)
                if got.status not in wanted or got.written:
                    faults.append(f"{method} {path} by {who}: {got}")
    assert_none(faults)


def misnamed(asker: Asker, row: Row) -> Iterator[str]:
    """The address with one part after the other naming nothing."""
    args = [asker.named(word) for word in row.at]
    for index, name in enumerate(resolve(asker.path(row)).kwargs):
        for value in unknown(name, args[index]):
            yield reverse(row.name, args=[*args[:index], value, *args[index + 1 :]])


GARBLED = dict.fromkeys(("q", "page", "sort", "state", "status", "tool", "place", "within", "version"), "\x00nonsense")
GARBLED |= dict.fromkeys(("request", "only", "show", "data", "stage", "role", "where", "mine", "code"), "nonsense")


def test_a_garbled_query_is_never_our_failure(asker):
    faults = []
    for row in (each for each in TABLE if each.get):
        got = asker.ask(row.get.split()[-1], "get", asker.path(row), GARBLED)
        if got.status >= 500 or got.written - {row.writes}:
            faults.append(f"{row}: {got}")
    assert_none(faults)


# Each is what it says it is: an address that names two things that do not belong together leads nowhere.
ASTRAY = [
    ("post", "tools_registry:check_fact", ("aila", "fact"), "deputydpo"),
    ("post", "tools_registry:turn_down_fact", ("aila", "fact"), "deputydpo"),
    ("get", "tools_registry:carry_on", ("aila", "change"), "deputydpo"),
    ("post", "tools_registry:lift", ("park", "aila", "suspension"), "head"),
    ("post", "tools_registry:lift", ("park", "teachermatic", "office suspension"), "network"),
    ("post", "tools_registry:office_lift", ("teachermatic", "suspension"), "trustlead"),
    ("get", "tools_registry:condition", ("park", "aila", "briefing"), "head"),
    ("get", "tools_registry:condition", ("brook", "copilot-chat-school", "briefing"), "trustlead"),
    ("get", "tools_registry:condition", ("park", "aila", "office briefing"), "trustlead"),
    ("get", "tools_registry:office_condition", ("copilot-chat-school", "briefing"), "trustlead"),
    ("post", "tools_registry:confirm_condition", ("brook", "copilot-chat-school", "briefing"), "trustlead"),
    ("get", "tools_registry:clearance", ("day one",), "trustlead"),
    ("get", "tools_registry:day_one", ("park clearance",), "trustlead"),
    ("get", "dpia:risk", ("read", "risk"), "trustlead"),
    ("post", "dpia:risk_off", ("read", "risk"), "trustlead"),
    ("get", "dpia:measure_new", ("read", "risk"), "trustlead"),
    ("get", "dpia:measure", ("read", "measure"), "trustlead"),
    ("post", "dpia:measure_off", ("read", "measure"), "trustlead"),
    ("post", "dpia:settle", ("read", "comment"), "network"),
]


def test_two_things_that_do_not_belong_together_lead_nowhere(asker):
    posted = {"ask": "", "agree": "", "evidence": "Seen."}
    faults = []
    for method, name, at, who in ASTRAY:
        path = reverse(name, args=[asker.named(word) for word in at])
        got = asker.ask(who, method, path, posted if method == "post" else None)
        if got.status != 404 or got.written:
            faults.append(f"{method} {name} {at} by {who}: {got}")
    assert_none(faults)


def test_reading_a_list_writes_its_next_edition_and_no_more(asker):
    with time_machine.travel(make.NOW + timedelta(days=30)):
        got = asker.ask(NOBODY, "get", reverse("tools_registry:list", args=[demo_world.PARK]))
    assert got.status == 200
    assert got.written == {"tools_registry_listedition", "audit_event", "audit_sequence"}
