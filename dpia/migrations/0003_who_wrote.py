import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from schools.same_trust import same_trust


class Migration(migrations.Migration):
    """Everybody who wrote any of a case, once."""

    dependencies = [
        ("dpia", "0002_same_trust"),
        ("schools", "0003_one_role_at_a_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Author",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.TextField()),
                ("at", models.DateTimeField(help_text="When they first wrote")),
            ],
        ),
        migrations.AddField(
            model_name="author",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="authors", to="dpia.assessment"
            ),
        ),
        migrations.AddField(
            model_name="author",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="author",
            name="trust",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.trust"),
        ),
        migrations.AddConstraint(
            model_name="author",
            constraint=models.UniqueConstraint(fields=("assessment", "person"), name="dpia_author_once"),
        ),
        same_trust("dpia_author", "assessment_id", "dpia_assessment"),
    ]
