"""Lock files: versions and hashes, and not one address."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("name", LOCKS)
def test_python_packages_are_pinned_by_hash_and_name_no_address(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"https?:|file:|^\s*--(index|extra|find|trusted)", text, re.MULTILINE)
    pins = re.findall(r"^([a-z0-9._-]+(?:\[[a-z0-9,._-]+\])?)==((?:.*\\\n)*.*)", text, re.MULTILINE | re.IGNORECASE)
    assert pins
    assert [package for package, rest in pins if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_wanted_package_is_in_its_lock(name):
    wanted = re.findall(r"^([A-Za-z][A-Za-z0-9._-]*)", (ROOT / name).with_suffix(".in").read_text(), re.MULTILINE)
    pinned = set(re.findall(r"^([a-z0-9._-]+)", (ROOT / name).read_text(), re.MULTILINE | re.IGNORECASE))
    assert {package.lower() for package in wanted} <= {package.lower() for package in pinned}


def test_the_two_python_locks_agree():
    def versions(name):
        return dict(re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE))

    production, development = versions("requirements.txt"), versions("requirements-dev.txt")
    assert {package: development.get(package) for package in production} == production


def test_npm_packages_are_pinned_by_hash_and_name_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages.pop("")
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
