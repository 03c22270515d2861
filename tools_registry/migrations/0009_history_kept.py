import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every state of what decides is kept, and history itself is only ever added to."""

    dependencies = [
        ("exports", "0002_trust_stays"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("schools", "0004_whose_rows"),
        ("tools_registry", "0008_written_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConditionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[("before_use", "Before use"), ("by_date", "By a date"), ("always", "Always")]
                    ),
                ),
                ("words", models.TextField()),
                (
                    "public_words",
                    models.TextField(blank=True, help_text="Approved for the published list; blank: not published"),
                ),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, help_text="Empty: everybody", size=None
                    ),
                ),
                ("due_on", models.DateField(help_text="The last day to do it", null=True)),
                ("is_per_person", models.BooleanField(default=False)),
                ("resets_each_september", models.BooleanField(default=False)),
                (
                    "met_once_for_all",
                    models.BooleanField(default=False, help_text="Met for every place at once, not place by place"),
                ),
                ("owner_role", models.TextField()),
                ("set_by_role", models.TextField(help_text="The team or role that confirms it is met")),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConditionProgressEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("school_year", models.PositiveSmallIntegerField()),
                ("evidence", models.TextField()),
                (
                    "done_count",
                    models.PositiveIntegerField(
                        help_text="Of a condition per person: how many have done it", null=True
                    ),
                ),
                ("of_count", models.PositiveIntegerField(null=True)),
                ("reported_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refused_reason", models.TextField(blank=True)),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, help_text="Goes on from the row that was refused before it"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DayOneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("reference", models.TextField(help_text="The earlier document's own")),
                ("document_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("terms", models.JSONField()),
                ("at", models.DateTimeField()),
                ("deputy_role", models.TextField(blank=True)),
                ("deputy_at", models.DateTimeField(null=True)),
                ("network_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EntryAllowanceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "audience",
                    models.TextField(
                        choices=[
                            ("staff", "Staff"),
                            ("pupils", "Pupils"),
                            ("governors", "Governors and trustees"),
                            ("visitors", "Visitors"),
                        ]
                    ),
                ),
                (
                    "data_class",
                    models.TextField(
                        choices=[
                            ("none", "General topics only"),
                            ("internal", "School information"),
                            ("personal", "Personal data"),
                            ("special", "Sensitive personal data"),
                        ],
                        default="none",
                    ),
                ),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "year_groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), default=list, size=None
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EntryExceptionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("purpose", models.TextField()),
                ("reason", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SuspensionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("reason", models.TextField()),
                ("role", models.TextField(help_text="The role it was done in: the team that must agree to lifting")),
                ("at", models.DateTimeField()),
                ("team_agreed_at", models.DateTimeField(null=True)),
                ("lift_asked_at", models.DateTimeField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TrustFactEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "field",
                    models.TextField(
                        choices=[
                            ("minimum_age", "Minimum age"),
                            ("parental_age", "Age with a parent's agreement"),
                            ("age_confirmed", "The age limit is confirmed from the terms"),
                            ("sign_in", "How people sign in"),
                            ("trains_on_inputs", "Trains on what people type"),
                            ("data_location", "Where data is processed"),
                        ]
                    ),
                ),
                ("value", models.JSONField(null=True)),
                ("is_stricter", models.BooleanField()),
                ("wording", models.TextField(blank=True, help_text="The words of the terms that say so")),
                ("source", models.TextField(blank=True)),
                ("source_on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="70fd50c8fd57e865e59a8e5ea5f96618a3883d04",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_202ae",
                    table="tools_registry_agreementevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clearanceevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="648a7f54cd5eeb8af24fda6677f443363125712e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0c98c",
                    table="tools_registry_clearanceevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="condition",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tools_registry_conditionevent" ("at", "audiences", "clearance_id", "due_on", "entry_id", "id", "is_per_person", "kind", "met_once_for_all", "owner_id", "owner_role", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "public_words", "resets_each_september", "revision", "set_by_id", "set_by_role", "trust_id", "withdrawn_at", "words") VALUES (NEW."at", NEW."audiences", NEW."clearance_id", NEW."due_on", NEW."entry_id", NEW."id", NEW."is_per_person", NEW."kind", NEW."met_once_for_all", NEW."owner_id", NEW."owner_role", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."public_words", NEW."resets_each_september", NEW."revision", NEW."set_by_id", NEW."set_by_role", NEW."trust_id", NEW."withdrawn_at", NEW."words"); RETURN NULL;',
                    hash="ce671e4916839e3a5c60d21131a355b6c1aa7f40",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d758a",
                    table="tools_registry_condition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="condition",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tools_registry_conditionevent" ("at", "audiences", "clearance_id", "due_on", "entry_id", "id", "is_per_person", "kind", "met_once_for_all", "owner_id", "owner_role", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "public_words", "resets_each_september", "revision", "set_by_id", "set_by_role", "trust_id", "withdrawn_at", "words") VALUES (NEW."at", NEW."audiences", NEW."clearance_id", NEW."due_on", NEW."entry_id", NEW."id", NEW."is_per_person", NEW."kind", NEW."met_once_for_all", NEW."owner_id", NEW."owner_role", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."public_words", NEW."resets_each_september", NEW."revision", NEW."set_by_id", NEW."set_by_role", NEW."trust_id", NEW."withdrawn_at", NEW."words"); RETURN NULL;',
                    hash="27ecc0994e2ef2c31867bb8aac7657ac0ad916e3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5eaf1",
                    table="tools_registry_condition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conditionprogress",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tools_registry_conditionprogressevent" ("condition_id", "confirmed_at", "confirmed_by_id", "done_count", "evidence", "id", "of_count", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "public_id", "refused_at", "refused_reason", "reported_at", "reported_by_id", "revision", "school_year", "trust_id") VALUES (NEW."condition_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."done_count", NEW."evidence", NEW."id", NEW."of_count", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."public_id", NEW."refused_at", NEW."refused_reason", NEW."reported_at", NEW."reported_by_id", NEW."revision", NEW."school_year", NEW."trust_id"); RETURN NULL;',
                    hash="2aeaa38aeb391e7ee60442d03a7d00af1e9cf980",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2d570",
                    table="tools_registry_conditionprogress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conditionprogress",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tools_registry_conditionprogressevent" ("condition_id", "confirmed_at", "confirmed_by_id", "done_count", "evidence", "id", "of_count", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "public_id", "refused_at", "refused_reason", "reported_at", "reported_by_id", "revision", "school_year", "trust_id") VALUES (NEW."condition_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."done_count", NEW."evidence", NEW."id", NEW."of_count", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."public_id", NEW."refused_at", NEW."refused_reason", NEW."reported_at", NEW."reported_by_id", NEW."revision", NEW."school_year", NEW."trust_id"); RETURN NULL;',
                    hash="383cbf1a04a5967efe18e13d93942661c408d6fd",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e3cc9",
                    table="tools_registry_conditionprogress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dayone",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tools_registry_dayoneevent" ("at", "by_id", "clearance_id", "deputy_at", "deputy_by_id", "deputy_role", "document_id", "document_on", "ends_on", "id", "network_at", "network_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reference", "revision", "terms", "tool_id", "trust_id", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."at", NEW."by_id", NEW."clearance_id", NEW."deputy_at", NEW."deputy_by_id", NEW."deputy_role", NEW."document_id", NEW."document_on", NEW."ends_on", NEW."id", NEW."network_at", NEW."network_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reference", NEW."revision", NEW."terms", NEW."tool_id", NEW."trust_id", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;',
                    hash="4f5b7ca804180e5f73b70a249eba29d0a71eb0e2",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ba26f",
                    table="tools_registry_dayone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dayone",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tools_registry_dayoneevent" ("at", "by_id", "clearance_id", "deputy_at", "deputy_by_id", "deputy_role", "document_id", "document_on", "ends_on", "id", "network_at", "network_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reference", "revision", "terms", "tool_id", "trust_id", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."at", NEW."by_id", NEW."clearance_id", NEW."deputy_at", NEW."deputy_by_id", NEW."deputy_role", NEW."document_id", NEW."document_on", NEW."ends_on", NEW."id", NEW."network_at", NEW."network_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reference", NEW."revision", NEW."terms", NEW."tool_id", NEW."trust_id", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;',
                    hash="3dba341c5e3577259c32a66a4d6b3f98912ee560",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2aff7",
                    table="tools_registry_dayone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entryallowance",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tools_registry_entryallowanceevent" ("audience", "data_class", "entry_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purposes", "subjects", "trust_id", "withdrawn_at", "year_groups") VALUES (NEW."audience", NEW."data_class", NEW."entry_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purposes", NEW."subjects", NEW."trust_id", NEW."withdrawn_at", NEW."year_groups"); RETURN NULL;',
                    hash="26686295320986b7be76607303f482e3e766b2de",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7cf75",
                    table="tools_registry_entryallowance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entryallowance",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tools_registry_entryallowanceevent" ("audience", "data_class", "entry_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purposes", "subjects", "trust_id", "withdrawn_at", "year_groups") VALUES (NEW."audience", NEW."data_class", NEW."entry_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purposes", NEW."subjects", NEW."trust_id", NEW."withdrawn_at", NEW."year_groups"); RETURN NULL;',
                    hash="a79224be1385f6e414ab19475de610e96c5c62aa",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fe8c5",
                    table="tools_registry_entryallowance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entryexception",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tools_registry_entryexceptionevent" ("at", "by_id", "ends_on", "entry_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purpose", "reason", "starts_on", "trust_id", "withdrawn_at") VALUES (NEW."at", NEW."by_id", NEW."ends_on", NEW."entry_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."purpose", NEW."reason", NEW."starts_on", NEW."trust_id", NEW."withdrawn_at"); RETURN NULL;',
                    hash="b20f8d83f6dc73a81243b3e3aed78e995d05cef8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a2eb4",
                    table="tools_registry_entryexception",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entryexception",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tools_registry_entryexceptionevent" ("at", "by_id", "ends_on", "entry_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purpose", "reason", "starts_on", "trust_id", "withdrawn_at") VALUES (NEW."at", NEW."by_id", NEW."ends_on", NEW."entry_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."purpose", NEW."reason", NEW."starts_on", NEW."trust_id", NEW."withdrawn_at"); RETURN NULL;',
                    hash="8819b0e6c0f8d5dc38aa9f526e4b90eb23522b72",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9eee7",
                    table="tools_registry_entryexception",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registerentryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4778991888a585993645048bc7dff32baae2aa1e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_08b79",
                    table="tools_registry_registerentryevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="suspension",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tools_registry_suspensionevent" ("at", "by_id", "id", "lift_asked_at", "lift_asked_by_id", "lifted_at", "lifted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "public_id", "reason", "revision", "role", "team_agreed_at", "team_agreed_by_id", "tool_id", "trust_id") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."lift_asked_at", NEW."lift_asked_by_id", NEW."lifted_at", NEW."lifted_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place_id", NEW."public_id", NEW."reason", NEW."revision", NEW."role", NEW."team_agreed_at", NEW."team_agreed_by_id", NEW."tool_id", NEW."trust_id"); RETURN NULL;',
                    hash="cc1d134520f71e96a05487a3816023c8e735663c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e6217",
                    table="tools_registry_suspension",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="suspension",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tools_registry_suspensionevent" ("at", "by_id", "id", "lift_asked_at", "lift_asked_by_id", "lifted_at", "lifted_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "public_id", "reason", "revision", "role", "team_agreed_at", "team_agreed_by_id", "tool_id", "trust_id") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."lift_asked_at", NEW."lift_asked_by_id", NEW."lifted_at", NEW."lifted_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place_id", NEW."public_id", NEW."reason", NEW."revision", NEW."role", NEW."team_agreed_at", NEW."team_agreed_by_id", NEW."tool_id", NEW."trust_id"); RETURN NULL;',
                    hash="1e6c276fc472f0388c1aea4bbe4c94308adffa47",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_613b4",
                    table="tools_registry_suspension",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trustfact",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tools_registry_trustfactevent" ("at", "by_id", "checked_at", "checked_by_id", "field", "id", "is_stricter", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "source_on", "tool_id", "trust_id", "value", "withdrawn_at", "wording") VALUES (NEW."at", NEW."by_id", NEW."checked_at", NEW."checked_by_id", NEW."field", NEW."id", NEW."is_stricter", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."source", NEW."source_on", NEW."tool_id", NEW."trust_id", NEW."value", NEW."withdrawn_at", NEW."wording"); RETURN NULL;',
                    hash="8bbcc11414bf7f086732b2b575dd0850fe75dbed",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_38442",
                    table="tools_registry_trustfact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trustfact",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tools_registry_trustfactevent" ("at", "by_id", "checked_at", "checked_by_id", "field", "id", "is_stricter", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "source_on", "tool_id", "trust_id", "value", "withdrawn_at", "wording") VALUES (NEW."at", NEW."by_id", NEW."checked_at", NEW."checked_by_id", NEW."field", NEW."id", NEW."is_stricter", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."source", NEW."source_on", NEW."tool_id", NEW."trust_id", NEW."value", NEW."withdrawn_at", NEW."wording"); RETURN NULL;',
                    hash="3c3d7c1bab6023ce27496c1c171818a6b7702c54",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_62199",
                    table="tools_registry_trustfact",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="conditionevent",
            name="clearance",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.clearance",
            ),
        ),
        migrations.AddField(
            model_name="conditionevent",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.registerentry",
            ),
        ),
        migrations.AddField(
            model_name="conditionevent",
            name="owner",
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
            model_name="conditionevent",
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
            model_name="conditionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tools_registry.condition",
            ),
        ),
        migrations.AddField(
            model_name="conditionevent",
            name="set_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="conditionevent",
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
            model_name="conditionprogressevent",
            name="condition",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.condition",
            ),
        ),
        migrations.AddField(
            model_name="conditionprogressevent",
            name="confirmed_by",
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
            model_name="conditionprogressevent",
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
            model_name="conditionprogressevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tools_registry.conditionprogress",
            ),
        ),
        migrations.AddField(
            model_name="conditionprogressevent",
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
            model_name="conditionprogressevent",
            name="reported_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="conditionprogressevent",
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
            model_name="dayoneevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dayoneevent",
            name="clearance",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.clearance",
            ),
        ),
        migrations.AddField(
            model_name="dayoneevent",
            name="deputy_by",
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
            model_name="dayoneevent",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="exports.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="dayoneevent",
            name="network_by",
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
            model_name="dayoneevent",
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
            model_name="dayoneevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tools_registry.dayone",
            ),
        ),
        migrations.AddField(
            model_name="dayoneevent",
            name="tool",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.tool",
            ),
        ),
        migrations.AddField(
            model_name="dayoneevent",
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
            model_name="dayoneevent",
            name="withdrawn_by",
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
            model_name="entryallowanceevent",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.registerentry",
            ),
        ),
        migrations.AddField(
            model_name="entryallowanceevent",
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
            model_name="entryallowanceevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tools_registry.entryallowance",
            ),
        ),
        migrations.AddField(
            model_name="entryallowanceevent",
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
            model_name="entryexceptionevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="entryexceptionevent",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.registerentry",
            ),
        ),
        migrations.AddField(
            model_name="entryexceptionevent",
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
            model_name="entryexceptionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tools_registry.entryexception",
            ),
        ),
        migrations.AddField(
            model_name="entryexceptionevent",
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
            model_name="suspensionevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suspensionevent",
            name="lift_asked_by",
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
            model_name="suspensionevent",
            name="lifted_by",
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
            model_name="suspensionevent",
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
            model_name="suspensionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tools_registry.suspension",
            ),
        ),
        migrations.AddField(
            model_name="suspensionevent",
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
            model_name="suspensionevent",
            name="team_agreed_by",
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
            model_name="suspensionevent",
            name="tool",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.tool",
            ),
        ),
        migrations.AddField(
            model_name="suspensionevent",
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
            model_name="trustfactevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="trustfactevent",
            name="checked_by",
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
            model_name="trustfactevent",
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
            model_name="trustfactevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tools_registry.trustfact",
            ),
        ),
        migrations.AddField(
            model_name="trustfactevent",
            name="tool",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tools_registry.tool",
            ),
        ),
        migrations.AddField(
            model_name="trustfactevent",
            name="trust",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="schools.trust",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conditionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c0d1c893de9c2e688a94c169ac7b323593ba8532",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_87dbc",
                    table="tools_registry_conditionevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conditionprogressevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="281d94e8f0bea981925db53f08f834eb13b236c3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_63692",
                    table="tools_registry_conditionprogressevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dayoneevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b19cf00bd2573b44e4cf63e0ccf080c69c1dd255",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_abcde",
                    table="tools_registry_dayoneevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entryallowanceevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8865d5bc87a56ce82c7487261a383cf76da4c524",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_69705",
                    table="tools_registry_entryallowanceevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entryexceptionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e03fcbcffe4e7e3730dd995cd49bdc8e61b05de9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3dadc",
                    table="tools_registry_entryexceptionevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="suspensionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5f19479b9339e1aa8202161c17e27602ee83ca43",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_75068",
                    table="tools_registry_suspensionevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trustfactevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1c41f615691ebf2af0e00a3b1a8d29929597a92d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b9c56",
                    table="tools_registry_trustfactevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
