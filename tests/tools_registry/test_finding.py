"""Finding the tool a person means, in the shipped catalogue: slips, aliases, suppliers, links."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools_registry.oakfield import CATALOGUE
from tools_registry import catalogue_file, finding
from tools_registry.finding import Findable, find, read

ROWS = catalogue_file.read(CATALOGUE)
TOOLS = [Findable(n, row.name, row.edition, row.supplier, row.aliases, row.domains) for n, row in enumerate(ROWS)]
CODES = {n: row.code for n, row in enumerate(ROWS)}

CHATGPT = {"chatgpt-personal", "chatgpt-agent", "chatgpt-organisation"}
COPILOT = {"copilot-personal", "copilot-chat-school", "copilot-licence", "github-copilot"}
CANVA = {"canva-personal", "canva-education"}


def fits(text):
    return {CODES[key] for key in find(text, TOOLS).fits}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ChatGPT", CHATGPT),
        ("chat gtp", CHATGPT),
        ("chatgpt 5", CHATGPT),
        ("openai", CHATGPT),
        ("co pilot", COPILOT),
        ("copilott chat", COPILOT),
        ("COPILOT", COPILOT),
        ("cop", COPILOT),
        ("bing chat", {"copilot-personal"}),
        ("canva", CANVA),
        ("canva for education", {"canva-education"}),
        ("Canva for Education School account", {"canva-education"}),
        ("kahot", {"kahoot-play"}),
        ("otter", {"otter"}),
        ("real fast report", {"real-fast-reports"}),
        ("notebook lm", {code for code in CODES.values() if code.startswith("notebooklm")}),
        ("Aila", {"aila"}),
        ("brightwrite", set()),
        ("", set()),
        ("?!", set()),
        ("z", set()),
    ],
)
def test_words(typed, meant):
    assert fits(typed) == meant


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("https://chatgpt.com/c/123", CHATGPT),
        ("chatgpt.com/c/123", CHATGPT),
        ("look at https://chatgpt.com/c/123 please", CHATGPT),
        ("HTTPS://WWW.ChatGPT.com:443/", CHATGPT),
        ("https://chatgpt.com./x", CHATGPT),
        ("https://chat.openai.com/g/secret", {"chatgpt-personal"}),
        ("https://app.diffit.me/a?b=c", {"diffit"}),
        ("https://www.canva.com/design/1", CANVA),
        ("otter.ai", {"otter"}),
    ],
)
def test_links(pasted, meant):
    assert fits(pasted) == meant


@pytest.mark.parametrize(
    "pasted",
    [
        "https://chatgtp.com/",
        "chatgtp.com",
        "https://chatgpt.com.evil.example/",
        "https://chatgpt.com@evil.example/",
        "https://evil.example\\@chatgpt.com/",
        "https://notchatgpt.com/",
        "https://chаtgpt.com/",  # a Cyrillic а
        "https://com/",
        "https:///c/123",
        "https://[::1",
    ],
)
def test_an_address_that_only_looks_like_one_finds_nothing(pasted):
    assert fits(pasted) == set()


def test_a_domain_that_others_live_beneath_is_shared():
    found = fits("https://teams.microsoft.com/l/meetup")
    assert {"copilot-personal", "immersive-reader"} <= found
    assert len(find("https://docs.google.com/document/d/1", TOOLS).fits) > 1


def test_other_editions_stand_beside_a_tool_named_in_full():
    found = find("GitHub Copilot Personal account", TOOLS)
    assert [CODES[key] for key in found.fits] == ["github-copilot"]
    assert {CODES[key] for key in found.near} == COPILOT - {"github-copilot"}


def test_a_false_address_is_unknown_with_what_it_is_near():
    found = find("chatgtp.com", TOOLS)
    assert found.fits == ()
    assert {CODES[key] for key in found.near} == CHATGPT


def test_nearest_is_said_where_no_name_is_exactly_this():
    assert not find("kahot", TOOLS).exact
    assert find("kahoot!", TOOLS).exact


def test_names_that_are_the_same_in_two_editions_both_fit():
    twins = [Findable(1, "Padlet", "School account"), Findable(2, "Padlet", "Personal account")]
    assert find("padlet", twins).fits == (1, 2)
    assert find("padlet school account", twins).fits == (1,)


@given(
    path=st.text(st.characters(codec="utf-8", exclude_characters=" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0"), min_size=1)
)
def test_nothing_of_a_link_but_its_host_is_kept(path):
    if path[0] in "\\@:.-_" or path[0].isalnum():
        path = f"/{path}"
    if "@" in path:
        return
    typed = read(f"https://chatgpt.com/{path}")
    assert typed.words == ""
    assert typed.host == "chatgpt.com"


@given(text=st.text(max_size=300))
def test_anything_may_be_typed(text):
    found = find(text, TOOLS[:20])
    assert set(found.fits).isdisjoint(found.near)
    assert "/" not in found.typed.host


def test_a_thousand_tools_are_searched_as_one_types():
    many = [
        Findable(n, f"{tool.name} {n}", tool.edition, tool.supplier, tool.aliases, tool.domains)
        for n, tool in enumerate(TOOLS * 13)
    ]
    begun = time.perf_counter()
    find("copilott chat for teachers", many)
    assert time.perf_counter() - begun < 0.5


def test_a_long_text_is_cut():
    assert len(read("word " * 1000).words) <= finding.LONGEST
