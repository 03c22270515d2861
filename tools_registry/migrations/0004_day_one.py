import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from schools.same_trust import same_trust


class Migration(migrations.Migration):
    """Earlier consultations, entered at start-up and confirmed step by step."""

    dependencies = [
        ("exports", "0001_stored_files"),
        ("schools", "0003_one_role_at_a_time"),
        ("tools_registry", "0003_request_recommendation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DayOne",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reference", models.TextField(help_text="The earlier document's own")),
                ("document_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("terms", models.JSONField()),
                ("at", models.DateTimeField()),
                ("deputy_role", models.TextField(blank=True)),
                ("deputy_at", models.DateTimeField(null=True)),
                ("network_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clearance",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="day_one",
                        to="tools_registry.clearance",
                    ),
                ),
                (
                    "deputy_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exports.storedfile"
                    ),
                ),
                (
                    "network_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tools_registry.tool"
                    ),
                ),
                (
                    "trust",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.trust"
                    ),
                ),
                (
                    "withdrawn_by",
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
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("trust", "reference"),
                        name="tools_registry_dayone_reference_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="tools_registry_dayone_has_reference"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deputy_by__isnull", True),
                            ("network_by__isnull", True),
                            models.Q(("deputy_by", models.F("network_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="tools_registry_dayone_two_people_confirm",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("clearance__isnull", True),
                            models.Q(("deputy_by__isnull", False), ("network_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="tools_registry_dayone_signed_after_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("clearance__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                        ),
                        name="tools_registry_dayone_signed_or_taken_back",
                    ),
                ],
            },
        ),
        same_trust("tools_registry_dayone", "clearance_id", "tools_registry_clearance"),
    ]
