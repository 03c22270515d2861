import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every state of a review is kept, and history itself is only ever added to."""

    dependencies = [
        ("dpia", "0008_written_once"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("schools", "0004_whose_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "team",
                    models.TextField(
                        choices=[
                            ("network", "Network Team"),
                            ("deputydpo", "Deputy Data Protection Officer"),
                            ("safeguarding", "Safeguarding"),
                        ]
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("agree", "Agree"),
                            ("conditions", "Agree with conditions"),
                            ("changes", "Ask for changes"),
                            ("object", "Object"),
                        ],
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("given_role", models.TextField(blank=True)),
                ("given_at", models.DateTimeField(null=True)),
                ("given_on_version", models.PositiveSmallIntegerField(null=True)),
                (
                    "since_version",
                    models.PositiveSmallIntegerField(default=0, help_text="The version the team knew before; 0: none"),
                ),
                ("is_referred", models.BooleanField(default=False, help_text="The Deputy refers it to the DPO")),
                ("reminded_on", models.DateField(null=True)),
                (
                    "is_advice_too",
                    models.BooleanField(default=False, help_text="The DPO reviewed and advised in one act"),
                ),
                (
                    "superseded_at",
                    models.DateTimeField(help_text="Asked again, or the verdict no longer counts", null=True),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessmentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="228fd6c6b2a4d9c8518bee1dd3f28d0d98af93e4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e6c73",
                    table="dpia_assessmentevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "dpia_reviewevent" ("asked_at", "assessment_id", "due_on", "given_at", "given_by_id", "given_on_version", "given_role", "id", "is_advice_too", "is_referred", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "public_id", "reason", "reminded_on", "revision", "since_version", "superseded_at", "taken_at", "taken_by_id", "team", "trust_id", "verdict", "version_id") VALUES (NEW."asked_at", NEW."assessment_id", NEW."due_on", NEW."given_at", NEW."given_by_id", NEW."given_on_version", NEW."given_role", NEW."id", NEW."is_advice_too", NEW."is_referred", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."public_id", NEW."reason", NEW."reminded_on", NEW."revision", NEW."since_version", NEW."superseded_at", NEW."taken_at", NEW."taken_by_id", NEW."team", NEW."trust_id", NEW."verdict", NEW."version_id"); RETURN NULL;',
                    hash="10f07fcfb3914e14a400fbc5c13219d8d6ca8fac",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d9294",
                    table="dpia_review",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "dpia_reviewevent" ("asked_at", "assessment_id", "due_on", "given_at", "given_by_id", "given_on_version", "given_role", "id", "is_advice_too", "is_referred", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "public_id", "reason", "reminded_on", "revision", "since_version", "superseded_at", "taken_at", "taken_by_id", "team", "trust_id", "verdict", "version_id") VALUES (NEW."asked_at", NEW."assessment_id", NEW."due_on", NEW."given_at", NEW."given_by_id", NEW."given_on_version", NEW."given_role", NEW."id", NEW."is_advice_too", NEW."is_referred", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."public_id", NEW."reason", NEW."reminded_on", NEW."revision", NEW."since_version", NEW."superseded_at", NEW."taken_at", NEW."taken_by_id", NEW."team", NEW."trust_id", NEW."verdict", NEW."version_id"); RETURN NULL;',
                    hash="31ece9e9ca2e7e518088a6146a618ae0ec0bc762",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_45128",
                    table="dpia_review",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="assessment",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="dpia.assessment",
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="given_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="dpia.review",
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="place",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="schools.place",
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="taken_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="trust",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="schools.trust",
            ),
        ),
        migrations.AddField(
            model_name="reviewevent",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Asked about",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="dpia.version",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="bdc2a335eca613aec432f3a50fe9c6e38716b3b0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c74da",
                    table="dpia_reviewevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
