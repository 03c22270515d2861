from django.db import migrations

from schools.same_trust import same_trust


class Migration(migrations.Migration):
    """What a row points to belongs to the row's own trust."""

    dependencies = [("tools_registry", "0001_the_register"), ("schools", "0002_same_trust")]

    operations = [
        same_trust("tools_registry_clearance", "replaces_id", "tools_registry_clearance"),
        same_trust("tools_registry_clearanceplace", "clearance_id", "tools_registry_clearance"),
        same_trust("tools_registry_clearanceplace", "place_id", "schools_place"),
        same_trust("tools_registry_clearanceallowance", "clearance_id", "tools_registry_clearance"),
        same_trust("tools_registry_consultation", "place_id", "schools_place"),
        same_trust("tools_registry_registerentry", "place_id", "schools_place"),
        same_trust("tools_registry_registerentry", "clearance_id", "tools_registry_clearance"),
        same_trust("tools_registry_entryallowance", "entry_id", "tools_registry_registerentry"),
        same_trust("tools_registry_entryexception", "entry_id", "tools_registry_registerentry"),
        same_trust("tools_registry_suspension", "place_id", "schools_place"),
        same_trust("tools_registry_condition", "clearance_id", "tools_registry_clearance"),
        same_trust("tools_registry_condition", "entry_id", "tools_registry_registerentry"),
        same_trust("tools_registry_conditionprogress", "condition_id", "tools_registry_condition"),
        same_trust("tools_registry_conditionprogress", "place_id", "schools_place"),
        same_trust("tools_registry_listedition", "place_id", "schools_place"),
        same_trust("tools_registry_editionfile", "edition_id", "tools_registry_listedition"),
        same_trust("tools_registry_request", "place_id", "schools_place"),
    ]
