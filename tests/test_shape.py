"""What must hold of the whole house: whose rows are whose, who writes a status, and the rooms' names."""

import ast
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from dpia.models import Assessment
from tests import make
from tools_registry.models import Agreement, Clearance, RegisterEntry, Request, ToolChange, ToolChangeAnswer
from trustai.exports.models import StoredFile

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


# What the database itself says -----------------------------------------------------------------------------------------

# The register of the DfE's is nobody's own: a school may move while its old place stays with the old trust.
NOBODYS_OWN = {"schools.Trust", "schools.School"}
WRITTEN_ONCE = {
    "audit.Event",
    "tools_registry.ClearanceAllowance",
    "tools_registry.ClearancePlace",
    "tools_registry.EditionFile",
    "tools_registry.ToolChangeAnswer",
    "dpia.Advice",
    "dpia.IcoConsultation",
    "dpia.ReviewCondition",
    "dpia.SignOff",
    "dpia.Version",
}
DECISIONS = {
    "tools_registry.Agreement",
    "tools_registry.Clearance",
    "tools_registry.Condition",
    "tools_registry.ConditionProgress",
    "tools_registry.DayOne",
    "tools_registry.EntryAllowance",
    "tools_registry.EntryException",
    "tools_registry.RegisterEntry",
    "tools_registry.Suspension",
    "tools_registry.TrustFact",
    "dpia.Assessment",
    "dpia.Review",
}
TRIGGERS = """
SELECT tgrelid::regclass::text, pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger
JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal AND tgenabled = 'O'
"""
# A trigger that refuses every change, or one of the trust whatever else is changed.
KEEPS_THE_TRUST = re.compile(
    r"BEFORE (DELETE OR )?UPDATE ON \S+ FOR EACH ROW "
    r"(WHEN \(+old\.trust_id IS DISTINCT FROM new\.trust_id\)((?! AND ).)*)?EXECUTE FUNCTION"
)
KEYS = """
SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND convalidated
"""


def asked(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def is_history(model):
    return "pgh_id" in {field.name for field in model._meta.fields}


def trust_of(model):
    """The column that says whose a row is, or None where no row is anybody's."""
    fields = {field.attname: field for field in model._meta.fields}
    return None if model._meta.label in NOBODYS_OWN or is_history(model) else fields.get("trust_id")


def of_a_trust():
    return [model for model in ours() if trust_of(model) and model._meta.label != "audit.Sequence"]


def pointers():
    """Each foreign key from a row that is a trust's to a row that is."""
    return [
        pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
        for model in of_a_trust()
        for field in model._meta.fields
        if field.is_relation and trust_of(field.related_model)
    ]


def test_the_walk_over_the_models_finds_what_points_to_what():
    found = {point.id for point in pointers()}
    assert {
        "tools_registry.Agreement.document",
        "tools_registry.Clearance.tool",
        "tools_registry.ToolChangeAnswer.change",
        "dpia.Assessment.tool",
        "dpia.Review.version",
        "schools.Membership.place",
    } <= found
    assert len(found) >= 56


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), pointers())
def test_what_a_row_points_to_is_of_its_own_trust_or_shared(model, field):
    table, target = model._meta.db_table, field.related_model._meta.db_table
    if trust_of(field.related_model).null:
        when = f"INSERT OR UPDATE OF {field.column}, trust_id ON public.{table} FOR EACH ROW"
        calls = f"WHEN ((new.{field.column} IS NOT NULL)) EXECUTE FUNCTION schools_same_trust_or_shared('{field.column}', '{target}')"
        said = [text for of, text, _ in asked(TRIGGERS) if of == table and text.endswith(f"BEFORE {when} {calls}")]
    else:
        key = f"FOREIGN KEY ({field.column}, trust_id) REFERENCES {target}(id, trust_id)"
        said = [text for of, text in asked(KEYS) if of == table and text == key]
    assert len(said) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("model", of_a_trust(), ids=lambda model: model._meta.label)
def test_a_row_keeps_the_trust_it_was_made_with(model):
    assert any(
        table == model._meta.db_table and KEEPS_THE_TRUST.search(text) and "RAISE EXCEPTION" in body
        for table, text, body in asked(TRIGGERS)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_what_is_written_once_is_neither_changed_nor_removed(model):
    whole = [
        text
        for of, text, body in asked(TRIGGERS)
        if of == model._meta.db_table
        and "BEFORE DELETE OR UPDATE ON" in text
        and " WHEN " not in text
        and "RAISE EXCEPTION" in body
    ]
    assert bool(whole) == (model._meta.label in WRITTEN_ONCE or is_history(model))


def test_every_state_of_what_decides_is_kept():
    assert {model.pgh_tracked_model._meta.label for model in ours() if is_history(model)} == DECISIONS


# And it does what it says ----------------------------------------------------------------------------------------------


@pytest.fixture
def worlds(db):
    """Two trusts; the first has a row or more of most things."""
    world, other = make.world(), make.world()
    make.signed_case(world)
    make.approved(world.place, world.tool)
    make.agreement(world.trust, world.tool)
    make.request(world.place, world.tool)
    make.own_tool(world.trust)
    stored(world.trust)
    return world, other


def stored(trust):
    key = f"{trust.pk}/{uuid4()}"
    return StoredFile.objects.create(trust_id=trust.pk, owner_type="x", owner_id=uuid4(), key=key, size=1, at=make.NOW)


def refused(change):
    """What the database said when it refused."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        change()
    return str(refusal.value)


def test_no_row_goes_over_to_another_trust(worlds):
    world, other = worlds
    tried = 0
    for model in of_a_trust():
        rows = model._base_manager.filter(trust_id=world.trust.pk)
        if rows.exists():
            tried += 1
            said = refused(lambda rows=rows: rows.update(trust_id=other.trust.pk))
            assert "keeps the trust it was made with" in said or "Cannot update" in said
    assert tried >= 25


def test_what_was_written_once_stays_as_it_was(worlds):
    tried = 0
    for model in ours():
        rows = model._base_manager.all()
        if (model._meta.label in WRITTEN_ONCE or is_history(model)) and rows.exists():
            tried += 1
            assert "Cannot update or delete" in refused(lambda rows=rows: rows.update(trust_id=F("trust_id")))
            assert "Cannot update or delete" in refused(lambda rows=rows: rows._raw_delete("default"))
    assert tried >= 10


@pytest.mark.parametrize("model", [Agreement, Assessment, Clearance, RegisterEntry, Request])
def test_the_tool_of_another_trust_is_refused_and_a_shared_one_is_not(worlds, model):
    world, other = worlds
    rows, name = model.objects.filter(trust=world.trust), f"{model._meta.db_table}_tool_same_trust"
    strange = make.own_tool(other.trust)
    assert name in refused(lambda: rows.update(tool=strange))
    assert rows.update(tool=other.tool) == rows.count() > 0
    assert rows.update(tool=make.own_tool(world.trust, "Lantern")) == rows.count()


def test_a_change_that_holds_for_everybody_is_of_a_shared_tool(worlds):
    world, _ = worlds
    change = {"kind": "terms", "summary": "x", "effective_on": make.TODAY, "at": make.NOW}
    own = make.own_tool(world.trust, "Lantern")
    ToolChange.objects.create(trust=world.trust, tool=own, **change)
    name = "tools_registry_toolchange_tool_same_trust"
    assert name in refused(lambda: ToolChange.objects.create(trust=None, tool=own, **change))


def test_only_the_own_trusts_changes_and_everybodys_are_answered(worlds):
    world, other = worlds
    change = {"tool": world.tool, "kind": "terms", "summary": "x", "effective_on": make.TODAY, "at": make.NOW}
    answer = {"trust": world.trust, "reason": "Read it.", "by": world.people["deputydpo"], "at": make.NOW}
    theirs, everybodys = (ToolChange.objects.create(trust=trust, **change) for trust in (other.trust, None))
    name = "tools_registry_toolchangeanswer_change_same_trust"
    assert name in refused(lambda: ToolChangeAnswer.objects.create(change=theirs, **answer))
    ToolChangeAnswer.objects.create(change=everybodys, **answer)


@pytest.mark.parametrize("model", [Agreement, Clearance])
def test_a_file_of_another_trust_is_refused(worlds, model):
    world, other = worlds
    rows, name = model.objects.filter(trust=world.trust), f"{model._meta.db_table}_document_same_trust"
    strange = stored(other.trust)
    assert name in refused(lambda: rows.update(document=strange))
    assert rows.update(document=stored(world.trust)) == rows.count() > 0


def test_a_stored_file_is_never_other_bytes(worlds):
    assert "Cannot update" in refused(lambda: StoredFile.objects.update(sha256="0" * 64))
    assert StoredFile.objects.update(withdrawn_at=make.NOW) >= 1
