from django.db import migrations

from schools.same_trust import same_trust


class Migration(migrations.Migration):
    """A membership at a place is in the trust of that place."""

    dependencies = [("schools", "0001_schools_and_people")]

    operations = [same_trust("schools_membership", "place_id", "schools_place")]
