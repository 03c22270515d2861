from django.db import migrations

from schools.same_trust import FUNCTIONS, NO_FUNCTIONS


class Migration(migrations.Migration):
    """What the triggers call that keep a row in its trust."""

    dependencies = [("schools", "0003_one_role_at_a_time")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS)]
