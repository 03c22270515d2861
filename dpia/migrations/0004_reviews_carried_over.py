import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """A review that is carried over to a new version, and what a condition reaches."""

    dependencies = [("dpia", "0003_who_wrote")]

    operations = [
        migrations.AddField(
            model_name="review",
            name="is_referred",
            field=models.BooleanField(default=False, help_text="The Deputy refers it to the DPO"),
        ),
        migrations.AddField(
            model_name="review",
            name="reminded_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="review",
            name="since_version",
            field=models.PositiveSmallIntegerField(default=0, help_text="The version the team knew before; 0: none"),
        ),
        migrations.AddField(
            model_name="reviewcondition",
            name="audiences",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, help_text="Empty: everybody", size=None
            ),
        ),
        migrations.AddField(
            model_name="reviewcondition",
            name="is_per_person",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="reviewcondition",
            name="resets_each_september",
            field=models.BooleanField(default=False),
        ),
    ]
