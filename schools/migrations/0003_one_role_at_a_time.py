from django.db import migrations

FORWARD = """
ALTER TABLE schools_membership ADD CONSTRAINT schools_membership_one_at_a_time EXCLUDE USING gist (
    int8range(person_id, person_id, '[]') WITH &&,
    int8range(trust_id, trust_id, '[]') WITH &&,
    int8range(coalesce(place_id, 0), coalesce(place_id, 0), '[]') WITH &&,
    int8range(hashtext(role), hashtext(role), '[]') WITH &&,
    daterange(starts_on, ends_on) WITH &&
) WHERE (withdrawn_at IS NULL)
"""


class Migration(migrations.Migration):
    """Nobody holds the same role at the same place twice on one day. Core PostgreSQL has no GiST index on text: the role is hashed."""

    dependencies = [("schools", "0002_same_trust")]

    operations = [
        migrations.RunSQL(FORWARD, "ALTER TABLE schools_membership DROP CONSTRAINT schools_membership_one_at_a_time")
    ]
