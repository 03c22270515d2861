import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep what the AI lead had said when the head answers in their place."""

    dependencies = [
        ("tools_registry", "0002_same_trust"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "request", "recommendation", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            "request",
            "recommended_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("request", "recommended_at", models.DateTimeField(null=True)),
    ]
