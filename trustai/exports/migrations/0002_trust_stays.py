import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """A stored file keeps its trust, its key and its sum."""

    dependencies = [
        ("exports", "0001_stored_files"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="storedfile",
            trigger=pgtrigger.compiler.Trigger(
                name="exports_storedfile_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."trust_id" IS DISTINCT FROM (NEW."trust_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e33ad7a0bae87139fac2fd1051dab831e3cb81d8",
                    operation="UPDATE",
                    pgid="pgtrigger_exports_storedfile_fixed_dc308",
                    table="exports_storedfile",
                    when="BEFORE",
                ),
            ),
        ),
    ]
