"""What must hold of the whole house: whose rows are whose, who writes a status, and the rooms' names."""

import ast
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parent.parent
APPS = ("trustai", "schools", "tools_registry", "dpia")
SOURCES = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
NOBODYS_ROOM = {"utils", "helpers", "common", "mixins", "signals"}
OF_NO_TRUST = {
    "accounts.User": "a person is global and seen only through a membership",
    "schools.Trust": "is the trust",
    "schools.School": "the DfE's register, the same for everybody; half of England's schools have no trust",
    "tools_registry.Tool": "shared tools have none; a trust's own have theirs",
    "tools_registry.ToolChange": "a change of a shared tool holds for everybody",
    "audit.Sequence": "is the trust's counter, by the trust's id",
}
OUTSIDE = {"auth", "contenttypes", "sessions", "account", "pghistory", "messages", "admin"}


def ours():
    return [model for model in apps.get_models() if model._meta.app_label not in OUTSIDE]


def test_every_row_of_the_domain_has_its_trust_and_never_without():
    without = set()
    for model in ours():
        fields = {field.name: field for field in model._meta.fields}
        found = fields.get("trust") or fields.get("trust_id")
        tracked = model.__name__.endswith("Event") and "pgh_id" in fields
        if (found is None or found.null) and not tracked:
            without.add(model._meta.label)
    assert without - set(OF_NO_TRUST) == set()


def test_nothing_is_deleted_along_with_what_it_points_to():
    cascades = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.fields
        if field.remote_field and getattr(field.remote_field.on_delete, "__name__", "") == "CASCADE"
    ]
    assert cascades == []


def test_status_is_assigned_in_one_function_of_a_room():
    """Called `move`, private where one file holds all that calls it."""
    writers = set()
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and any(getattr(t, "attr", "") == "status" for t in node.targets):
                    writers.add(f"{path.relative_to(ROOT)}:{function.name}")
    assert {writer.rsplit(":", 1)[1] for writer in writers} <= {"_move", "move"}, writers
    assert len({writer.rsplit(":", 1)[0] for writer in writers}) == len(writers), writers


def test_no_room_is_called_by_a_word_that_means_nothing():
    assert [str(path) for path in SOURCES if path.stem in NOBODYS_ROOM or path.parent.name in NOBODYS_ROOM] == []


def test_every_include_ends_in_only():
    """But in the form pack, whose pieces crispy hands a context."""
    loose = [
        f"{path.relative_to(ROOT)}: {tag}"
        for path in (ROOT / "templates").rglob("*.html")
        if "bootstrap5" not in path.parts
        for tag in path.read_text().split("{% include ")[1:]
        if not tag.split("%}")[0].rstrip().endswith("only") and "base_head" not in tag.split("%}")[0]
    ]
    assert loose == []
