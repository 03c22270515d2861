import django.db.models.deletion
from django.db import migrations, models

from schools.same_trust import same_trust

# The version that was the last one sent when the answer was recorded.
_FILL = """
UPDATE dpia_icoconsultation SET version_id = (
    SELECT id FROM dpia_version
    WHERE dpia_version.assessment_id = dpia_icoconsultation.assessment_id AND dpia_version.at <= dpia_icoconsultation.at
    ORDER BY number DESC LIMIT 1
);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    """What the ICO answers is about one version."""

    dependencies = [("dpia", "0005_why_withdrawn")]

    operations = [
        migrations.AddField(
            model_name="icoconsultation",
            name="version",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dpia.version"
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="icoconsultation",
            name="version",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dpia.version"),
        ),
        same_trust("dpia_icoconsultation", "version_id", "dpia_version"),
    ]
