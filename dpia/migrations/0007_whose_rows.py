from django.db import migrations

from schools.same_trust import same_trust_or_shared, trust_stays


class Migration(migrations.Migration):
    """A row keeps its trust, and a case is about a tool of the same trust or a shared one."""

    dependencies = [("dpia", "0006_ico_on_a_version"), ("tools_registry", "0007_whose_rows")]

    operations = [
        trust_stays("dpia_assessment"),
        trust_stays("dpia_assessmentplace"),
        trust_stays("dpia_author"),
        trust_stays("dpia_assessmentrequest"),
        trust_stays("dpia_askedallowance"),
        trust_stays("dpia_answer"),
        trust_stays("dpia_risk"),
        trust_stays("dpia_measure"),
        trust_stays("dpia_version"),
        trust_stays("dpia_review"),
        trust_stays("dpia_reviewcondition"),
        trust_stays("dpia_comment"),
        trust_stays("dpia_advice"),
        trust_stays("dpia_icoconsultation"),
        trust_stays("dpia_signoff"),
        same_trust_or_shared("dpia_assessment", "tool_id", "tools_registry_tool"),
    ]
