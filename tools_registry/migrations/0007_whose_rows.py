from django.db import migrations

from schools.same_trust import same_trust, same_trust_or_shared, trust_stays

TOOL = "tools_registry_tool"


class Migration(migrations.Migration):
    """A row keeps its trust; its files are of the same trust, and its tool is too or is shared."""

    dependencies = [
        ("tools_registry", "0006_what_was_read"),
        ("schools", "0004_whose_rows"),
        ("exports", "0002_trust_stays"),
    ]

    operations = [
        trust_stays("tools_registry_tool"),
        trust_stays("tools_registry_trustfact"),
        trust_stays("tools_registry_toolchange"),
        trust_stays("tools_registry_toolchangeanswer"),
        trust_stays("tools_registry_agreement"),
        trust_stays("tools_registry_clearance"),
        trust_stays("tools_registry_clearanceplace"),
        trust_stays("tools_registry_clearanceallowance"),
        trust_stays("tools_registry_consultation"),
        trust_stays("tools_registry_dayone"),
        trust_stays("tools_registry_registerentry"),
        trust_stays("tools_registry_entryallowance"),
        trust_stays("tools_registry_entryexception"),
        trust_stays("tools_registry_suspension"),
        trust_stays("tools_registry_condition"),
        trust_stays("tools_registry_conditionprogress"),
        trust_stays("tools_registry_listedition"),
        trust_stays("tools_registry_editionfile"),
        trust_stays("tools_registry_request"),
        same_trust_or_shared("tools_registry_trustfact", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_toolchange", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_toolchangeanswer", "change_id", "tools_registry_toolchange"),
        same_trust_or_shared("tools_registry_agreement", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_clearance", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_consultation", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_dayone", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_registerentry", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_suspension", "tool_id", TOOL),
        same_trust_or_shared("tools_registry_request", "tool_id", TOOL),
        same_trust("tools_registry_agreement", "document_id", "exports_storedfile"),
        same_trust("tools_registry_clearance", "document_id", "exports_storedfile"),
        same_trust("tools_registry_dayone", "document_id", "exports_storedfile"),
        same_trust("tools_registry_editionfile", "file_id", "exports_storedfile"),
    ]
