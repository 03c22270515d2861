"""Lock files: versions and hashes, and not one address; and no address of a registry anywhere else."""

import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# Registries by name, and what addresses of a mirror of one look like, whatever it is called.
REGISTRY = re.compile(
    r"files\.pythonhosted\.org|pypi\.org/(simple|pypi)|registry\.(npmjs\.org|yarnpkg\.com)|deb\.debian\.org|archive\.ubuntu\.com"
    r"|https?://\S+(/simple\b|/artifactory/|/repository/|\.whl\b|\.tgz\b)"
    r"|(index-url|find-links|trusted-host|registry)\W{1,4}(https?://|file:/)"
)
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
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    packages.pop("")
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def kept_files():
    """Every file of the repository; not what is made beside them (.gitignore)."""
    made = {".git", ".venv", ".hypothesis", "__pycache__", "node_modules", "var", "vendor"}
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in made and not name.endswith("_cache")]
        yield from (Path(folder, name) for name in names)


def test_no_file_names_a_registry_or_a_mirror_of_one():
    """A school's network has its own, and pip and npm are told of it outside the repository."""
    files = [path for path in kept_files() if path != Path(__file__)]
    assert len(files) > 500
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        for match in REGISTRY.finditer(path.read_text(errors="ignore"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://pip.example.org/root",
        'registry="https://npm.example.org/"',
        "https://mirror.example.org/simple/django/",
        "https://mirror.example.org/npm/htmx.org-2.0.0.tgz",
        "find-links = file:///srv/wheels",
    ],
)
def test_an_address_of_a_registry_would_be_found(line):
    assert REGISTRY.search(line.replace("example", "school"))
