import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """What a clearance allows and where, a “carry on” and a finished file are written once."""

    dependencies = [("tools_registry", "0007_whose_rows")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="clearanceallowance",
            trigger=pgtrigger.compiler.Trigger(
                name="clearanceallowance_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="90c3e7e5179cda9a070444e5ce0646a0cd0a7175",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_clearanceallowance_frozen_b4559",
                    table="tools_registry_clearanceallowance",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clearanceplace",
            trigger=pgtrigger.compiler.Trigger(
                name="clearanceplace_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9b807c656393dc7a5e87556feda733104d1ffe15",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_clearanceplace_frozen_d136d",
                    table="tools_registry_clearanceplace",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="editionfile",
            trigger=pgtrigger.compiler.Trigger(
                name="editionfile_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3e17911148e620fe97c1728bd53f0747adafe48f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_editionfile_frozen_3129d",
                    table="tools_registry_editionfile",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="toolchangeanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="changeanswer_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="df9f44a7bae75f671e976a2b548a756492d547f7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_changeanswer_frozen_249c3",
                    table="tools_registry_toolchangeanswer",
                    when="BEFORE",
                ),
            ),
        ),
    ]
