import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust_id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("owner_type", models.TextField()),
                ("owner_id", models.UUIDField()),
                ("key", models.TextField(unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("content_type", models.TextField()),
                ("original_name", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "scan",
                    models.TextField(
                        choices=[("not_scanned", "Not scanned"), ("clean", "Clean"), ("refused", "Refused")],
                        default="not_scanned",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="exports_storedfile_not_empty"),
                    models.CheckConstraint(
                        condition=models.Q(("scan__in", ["not_scanned", "clean", "refused"])),
                        name="exports_storedfile_scan_known",
                    ),
                ],
            },
        ),
    ]
