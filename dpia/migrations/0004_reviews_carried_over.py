import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """A review that is carried over to a new version, and what a condition reaches."""

    dependencies = [("dpia", "0003_who_wrote")]

    operations = [
        migrations.AddField(
            model_name='reviewcondition',
            name='audiences',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Empty: everybody', size=None),
        ),
        migrations.AddField(
            model_name='reviewcondition',
            name='is_per_person',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='reviewcondition',
            name='resets_each_september',
            field=models.BooleanField(default=False),
        ),
    ]
