import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Sequence",
            fields=[
                ("trust_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust_id", models.BigIntegerField()),
                ("sequence", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("urn", models.TextField(blank=True)),
                ("by", models.UUIDField(null=True)),
                ("role", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("detail", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_id", "sequence"], name="audit_event_subject"),
                    django.contrib.postgres.indexes.GinIndex(fields=["detail"], name="audit_event_detail"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("trust_id", "sequence"), name="audit_event_numbered_once"),
                    models.CheckConstraint(condition=models.Q(("sequence__gt", 0)), name="audit_event_number_positive"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_event_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="721dccf189d483b24ba104fcc24777d5f5db1cd6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_audit_event_append_only_f64b1",
                    table="audit_event",
                    when="BEFORE",
                ),
            ),
        ),
    ]
