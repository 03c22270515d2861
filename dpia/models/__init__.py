"""The tables of an assessment, a file for each noun."""

from .cases import AskedAllowance, Assessment, AssessmentPlace, AssessmentRequest, Author
from .drafts import Answer, Measure, Risk
from .reviews import Comment, Review, ReviewCondition, Version
from .signing import Advice, IcoConsultation, SignOff

__all__ = [
    "Advice",
    "Answer",
    "AskedAllowance",
    "Assessment",
    "AssessmentPlace",
    "AssessmentRequest",
    "Author",
    "Comment",
    "IcoConsultation",
    "Measure",
    "Review",
    "ReviewCondition",
    "Risk",
    "SignOff",
    "Version",
]
