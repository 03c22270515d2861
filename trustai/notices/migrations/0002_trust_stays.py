import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """A notice keeps its trust."""

    dependencies = [
        ("notices", "0001_outbox"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="notices_notice_trust_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."trust_id" IS DISTINCT FROM (NEW."trust_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="439bd45567e3364decb7c648e6303261b38e0658",
                    operation="UPDATE",
                    pgid="pgtrigger_notices_notice_trust_fixed_a26c2",
                    table="notices_notice",
                    when="BEFORE",
                ),
            ),
        ),
    ]
