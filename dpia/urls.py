"""Addresses of the cases (design §6). Names of sections and names of acts share one place, and must not clash."""

from __future__ import annotations

from django.urls import path, register_converter

from dpia.views import cases, comments, lists, papers, reviews, risks, sections, signing


class Reference:
    """<TRUST>-<year>-<4 digits>"""

    regex = r"[A-Z0-9][A-Z0-9-]*-[0-9]{4}-[0-9]{4,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Reference, "case")

app_name = "dpia"
urlpatterns = [
    path("dpia/", lists.index, name="list"),
    path("dpia/cases.<slug:kind>", lists.download, name="sheet"),
    path("dpia/start/", cases.start, name="start"),
    path("dpia/<case:ref>.pdf", papers.pdf, name="pdf"),
    path("dpia/<case:ref>/", cases.detail, name="case"),
    path("dpia/<case:ref>/send/", cases.send, name="send"),
    path("dpia/<case:ref>/withdraw/", cases.withdraw, name="withdraw"),
    path("dpia/<case:ref>/screening/", sections.screening, name="screening"),
    path("dpia/<case:ref>/who/", sections.who, name="who"),
    path("dpia/<case:ref>/who/<slug:audience>/", sections.who_edit, name="who_edit"),
    path("dpia/<case:ref>/who/<slug:audience>/off/", sections.who_off, name="who_off"),
    path("dpia/<case:ref>/answer/<str:key>/", sections.answer, name="answer"),
    path("dpia/<case:ref>/risks/", risks.index, name="risks"),
    path("dpia/<case:ref>/risks/new/", risks.new, name="risk_new"),
    path("dpia/<case:ref>/risks/<uuid:risk>/", risks.edit, name="risk"),
    path("dpia/<case:ref>/risks/<uuid:risk>/off/", risks.off, name="risk_off"),
    path("dpia/<case:ref>/risks/<uuid:risk>/measures/new/", risks.measure_new, name="measure_new"),
    path("dpia/<case:ref>/measures/<uuid:measure>/", risks.measure, name="measure"),
    path("dpia/<case:ref>/measures/<uuid:measure>/off/", risks.measure_off, name="measure_off"),
    path("dpia/<case:ref>/review/", reviews.review, name="review"),
    path("dpia/<case:ref>/review/take/", reviews.take, name="take"),
    path("dpia/<case:ref>/advice/", signing.advice, name="advice"),
    path("dpia/<case:ref>/sign/", signing.sign, name="sign"),
    path("dpia/<case:ref>/decline/", signing.decline, name="decline"),
    path("dpia/<case:ref>/ico/", signing.ico, name="ico"),
    path("dpia/<case:ref>/comments/", comments.post, name="comment"),
    path("dpia/<case:ref>/comments/<uuid:comment>/settle/", comments.settle, name="settle"),
    path("dpia/<case:ref>/<slug:section>/", sections.section, name="section"),
]
