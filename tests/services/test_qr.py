import re
from xml.etree import ElementTree as ET

import segno

from trustai.exports.qr import QUIET, qr_svg

ADDRESS = "https://trustai.example.org/check/K7QM3RTX9V/"


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314  # our own


def drawn(svg):
    """The dark squares of the picture, as (across, down)."""
    strips = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", parsed(svg).find("path").get("d"))
    assert all(length == back for *_, length, back in strips)
    return {(int(x) + step, int(y)) for x, y, length, _ in strips for step in range(int(length))}


def test_draws_the_code_with_its_quiet_zone():
    matrix = segno.make_qr(ADDRESS, error="m").matrix
    dark = {(x + QUIET, y + QUIET) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    svg = qr_svg(ADDRESS)
    assert drawn(svg) == dark
    assert parsed(svg).get("viewBox") == f"0 0 {len(matrix) + 8} {len(matrix) + 8}"


def test_is_a_picture_with_words_and_without_styles():
    root = parsed(qr_svg(ADDRESS, label="Check <this> list"))
    assert (root.get("class"), root.get("role"), root.get("aria-label")) == ("qr", "img", "Check <this> list")
    assert root.find("title").text == "Check <this> list"
    assert "style" not in qr_svg(ADDRESS)


def test_another_address_is_another_picture():
    assert qr_svg(ADDRESS) != qr_svg(ADDRESS.replace("K", "J"))
