import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """Advice, the ICO’s answer, the signature and the conditions of a verdict are written once."""

    dependencies = [("dpia", "0007_whose_rows")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="advice",
            trigger=pgtrigger.compiler.Trigger(
                name="advice_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0909635976780d022cc1f13c85fce120e7564d2c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_advice_frozen_7de67",
                    table="dpia_advice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="icoconsultation",
            trigger=pgtrigger.compiler.Trigger(
                name="ico_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="31e43002efc49428a8f87decca075d6be0a3b3ee",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_ico_frozen_66ce9",
                    table="dpia_icoconsultation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewcondition",
            trigger=pgtrigger.compiler.Trigger(
                name="reviewcondition_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4e7353bfa111365114cd73d297d707bd1180b939",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_reviewcondition_frozen_b1767",
                    table="dpia_reviewcondition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signoff",
            trigger=pgtrigger.compiler.Trigger(
                name="signoff_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="eb9cb87a104bde2054f501134c8095d958fc4c06",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_signoff_frozen_1c6a0",
                    table="dpia_signoff",
                    when="BEFORE",
                ),
            ),
        ),
    ]
