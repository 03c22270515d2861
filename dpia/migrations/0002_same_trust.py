from django.db import migrations

from schools.same_trust import same_trust


class Migration(migrations.Migration):
    """What a row points to belongs to the row's own trust."""

    dependencies = [("dpia", "0001_the_cases"), ("schools", "0002_same_trust")]

    operations = [
        same_trust("dpia_assessment", "replaces_clearance_id", "tools_registry_clearance"),
        same_trust("dpia_assessmentplace", "assessment_id", "dpia_assessment"),
        same_trust("dpia_assessmentplace", "place_id", "schools_place"),
        same_trust("dpia_assessmentrequest", "assessment_id", "dpia_assessment"),
        same_trust("dpia_assessmentrequest", "request_id", "tools_registry_request"),
        same_trust("dpia_askedallowance", "assessment_id", "dpia_assessment"),
        same_trust("dpia_answer", "assessment_id", "dpia_assessment"),
        same_trust("dpia_risk", "assessment_id", "dpia_assessment"),
        same_trust("dpia_measure", "risk_id", "dpia_risk"),
        same_trust("dpia_version", "assessment_id", "dpia_assessment"),
        same_trust("dpia_review", "assessment_id", "dpia_assessment"),
        same_trust("dpia_review", "version_id", "dpia_version"),
        same_trust("dpia_review", "place_id", "schools_place"),
        same_trust("dpia_reviewcondition", "review_id", "dpia_review"),
        same_trust("dpia_comment", "assessment_id", "dpia_assessment"),
        same_trust("dpia_advice", "assessment_id", "dpia_assessment"),
        same_trust("dpia_advice", "version_id", "dpia_version"),
        same_trust("dpia_icoconsultation", "assessment_id", "dpia_assessment"),
        same_trust("dpia_signoff", "assessment_id", "dpia_assessment"),
        same_trust("dpia_signoff", "version_id", "dpia_version"),
    ]
