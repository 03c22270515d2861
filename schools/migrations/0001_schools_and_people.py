import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
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
            name="Trust",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "group_uid",
                    models.TextField(
                        help_text="Group UID in the DfE's register; `Trusts (code)` in its file", unique=True
                    ),
                ),
                ("name", models.TextField()),
                ("sort_name", models.TextField()),
                (
                    "code",
                    models.CharField(help_text="Starts the reference of every assessment", max_length=12, unique=True),
                ),
                ("mailbox", models.EmailField(blank=True, max_length=254)),
                ("policy_name", models.TextField(default="Trust AI policy")),
                ("policy_url", models.URLField(blank=True)),
                ("review_working_days", models.PositiveSmallIntegerField(default=10)),
                ("grace_school_days", models.PositiveSmallIntegerField(default=20)),
                ("review_months", models.PositiveSmallIntegerField(default=12)),
                (
                    "entry_decider",
                    models.TextField(
                        choices=[
                            ("head", "The headteacher of each school"),
                            ("trust", "The trust lead, for every school"),
                        ],
                        default="head",
                    ),
                ),
                (
                    "deputy_may_advise_from",
                    models.DateField(help_text="The DPO's recorded delegation to the Deputy", null=True),
                ),
                ("next_case_number", models.PositiveIntegerField(default=1)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("entry_decider__in", ["head", "trust"])), name="schools_trust_decider_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("review_working_days__gt", 0)), name="schools_trust_review_days_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="School",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("urn", models.CharField(max_length=6, unique=True)),
                ("name", models.TextField()),
                ("sort_name", models.TextField()),
                ("la_code", models.TextField(blank=True)),
                ("la_name", models.TextField(blank=True)),
                ("establishment_number", models.TextField(blank=True)),
                ("ukprn", models.TextField(blank=True)),
                ("type_code", models.TextField(blank=True)),
                ("type_name", models.TextField(blank=True)),
                ("phase_name", models.TextField(blank=True, help_text="As filed. Never used for age")),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("open", "Open"),
                            ("closing", "Open, but proposed to close"),
                            ("proposed", "Proposed to open"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                    ),
                ),
                ("low_age", models.PositiveSmallIntegerField(null=True)),
                ("high_age", models.PositiveSmallIntegerField(null=True)),
                ("has_nursery", models.BooleanField(null=True)),
                ("has_sixth_form", models.BooleanField(null=True)),
                ("pupils", models.PositiveIntegerField(null=True)),
                ("street", models.TextField(blank=True)),
                ("town", models.TextField(blank=True)),
                ("postcode", models.TextField(blank=True)),
                ("website", models.URLField(blank=True, max_length=400)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("changed_on", models.DateField(help_text="LastChangedDate in the file", null=True)),
                ("read_at", models.DateTimeField(help_text="When a file last had this school")),
                (
                    "trust",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schools",
                        to="schools.trust",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.TextField(choices=[("school", "School"), ("office", "Trust office")], default="school"),
                ),
                ("name", models.TextField()),
                ("sort_name", models.TextField()),
                (
                    "urn",
                    models.CharField(blank=True, help_text="The school's; blank for the trust office", max_length=6),
                ),
                (
                    "year_groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(),
                        default=list,
                        help_text="Confirmed by the head; sorted; N1 = -2",
                        size=None,
                    ),
                ),
                (
                    "youngest_in_mixed_class",
                    models.JSONField(
                        default=dict,
                        help_text='Mixed-age classes: {"2": 1} says Year 2 sits with Year 1, so the youngest decides',
                    ),
                ),
                ("year_groups_confirmed_at", models.DateTimeField(null=True)),
                (
                    "shows_ages",
                    models.BooleanField(default=False, help_text="Its classes are not year groups, so pages show ages"),
                ),
                ("is_published", models.BooleanField(default=False)),
                ("contact_role", models.TextField(default="AI lead")),
                ("contact_mailbox", models.EmailField(blank=True, max_length=254)),
                ("joined_on", models.DateField()),
                ("left_on", models.DateField(null=True)),
                (
                    "leaving_reported_at",
                    models.DateTimeField(help_text="A file no longer had it in this trust", null=True),
                ),
                ("leaving_trust_code", models.TextField(blank=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "year_groups_confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="schools.school",
                    ),
                ),
                (
                    "trust",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="schools.trust"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("staff", "Staff"),
                            ("ailead", "AI lead"),
                            ("dsl", "Designated safeguarding lead"),
                            ("head", "Headteacher"),
                            ("governor", "Governor"),
                            ("network", "Network Team"),
                            ("deputydpo", "Deputy Data Protection Officer"),
                            ("dpo", "Data Protection Officer"),
                            ("safeguarding", "Trust safeguarding lead"),
                            ("trustlead", "Trust lead"),
                            ("trustee", "Trustee"),
                            ("admin", "Trust administrator"),
                        ]
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("withdrawn_at", models.DateTimeField(help_text="Ended at once, whatever its last day", null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="schools.place",
                    ),
                ),
                (
                    "trust",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="schools.trust"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="school",
            index=models.Index(fields=["sort_name"], name="schools_school_by_name"),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "closing", "proposed", "closed"])),
                name="schools_school_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(("urn__regex", "^[0-9]{5,6}$")), name="schools_school_urn_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("low_age__isnull", True),
                    ("high_age__isnull", True),
                    ("low_age__lte", models.F("high_age")),
                    _connector="OR",
                ),
                name="schools_school_ages_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["school", "office"])), name="schools_place_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "office"), ("school__isnull", True), ("urn", "")),
                    models.Q(("kind", "school"), ("school__isnull", False), models.Q(("urn", ""), _negated=True)),
                    _connector="OR",
                ),
                name="schools_place_school_or_office",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_on__isnull", True)),
                fields=("school",),
                name="schools_place_one_current_per_school",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "office")), fields=("trust",), name="schools_place_one_office"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("left_on__isnull", True), ("left_on__gte", models.F("joined_on")), _connector="OR"),
                name="schools_place_left_after_joined",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place__isnull", False), ("role__in", ["ailead", "dsl", "governor", "head", "staff"])),
                    models.Q(
                        ("place__isnull", True),
                        ("role__in", ["admin", "deputydpo", "dpo", "network", "safeguarding", "trustee", "trustlead"]),
                    ),
                    _connector="OR",
                ),
                name="schools_membership_role_fits_where",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                name="schools_membership_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("trust", "place", "person", "role", "starts_on"),
                name="schools_membership_once",
                nulls_distinct=False,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="schools_membership_trust_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."trust_id" IS DISTINCT FROM (NEW."trust_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9fa8a5a641c2c985be7a3cd428b94ec39f18a8ee",
                    operation="UPDATE",
                    pgid="pgtrigger_schools_membership_trust_fixed_876a3",
                    table="schools_membership",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["urn"], name="schools_place_by_urn"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="place",
            trigger=pgtrigger.compiler.Trigger(
                name="schools_place_trust_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."trust_id" IS DISTINCT FROM (NEW."trust_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cff99e9e1ab2805d3c232863c5c8fdf72a27894f",
                    operation="UPDATE",
                    pgid="pgtrigger_schools_place_trust_fixed_42598",
                    table="schools_place",
                    when="BEFORE",
                ),
            ),
        ),
    ]
