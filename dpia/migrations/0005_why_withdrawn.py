import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Why a case was withdrawn."""

    dependencies = [("dpia", "0004_reviews_carried_over")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="assessment",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assessment",
            name="update_update",
        ),
        migrations.AddField(
            model_name="assessment",
            name="closed_reason",
            field=models.TextField(blank=True, help_text="Why it was withdrawn"),
        ),
        migrations.AddField(
            model_name="assessmentevent",
            name="closed_reason",
            field=models.TextField(blank=True, help_text="Why it was withdrawn"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "dpia_assessmentevent" ("by_id", "closed_at", "closed_reason", "dpia_chosen", "id", "is_trust_wide", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "questions_edition", "reference", "replaces_clearance_id", "revision", "status", "tool_id", "trust_id", "version") VALUES (NEW."by_id", NEW."closed_at", NEW."closed_reason", NEW."dpia_chosen", NEW."id", NEW."is_trust_wide", NEW."opened_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."questions_edition", NEW."reference", NEW."replaces_clearance_id", NEW."revision", NEW."status", NEW."tool_id", NEW."trust_id", NEW."version"); RETURN NULL;',
                    hash="d6216062a34c221b0e1b9c6207c341a9c35e3376",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f6306",
                    table="dpia_assessment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "dpia_assessmentevent" ("by_id", "closed_at", "closed_reason", "dpia_chosen", "id", "is_trust_wide", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "questions_edition", "reference", "replaces_clearance_id", "revision", "status", "tool_id", "trust_id", "version") VALUES (NEW."by_id", NEW."closed_at", NEW."closed_reason", NEW."dpia_chosen", NEW."id", NEW."is_trust_wide", NEW."opened_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."questions_edition", NEW."reference", NEW."replaces_clearance_id", NEW."revision", NEW."status", NEW."tool_id", NEW."trust_id", NEW."version"); RETURN NULL;',
                    hash="070b4f107a845b3aedc03a505967170aafdbab47",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_648df",
                    table="dpia_assessment",
                    when="AFTER",
                ),
            ),
        ),
    ]
