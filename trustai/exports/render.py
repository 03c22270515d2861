"""Renders one document: a job as JSON on standard input, the PDF on standard output. Run by `pdf.render` alone.

It knows neither Django nor the database, has no secret in its environment and can read nothing but our static files.
"""

from __future__ import annotations

import hashlib
import json
import logging
import mimetypes
import sys
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weasyprint import Document

SCHEME = "static"
BASE = f"{SCHEME}:///"
VARIANT = "pdf/ua-1"


@dataclass(frozen=True, slots=True)
class Job:
    """`issued_at` is a W3C date in UTC; `roots` the folders of static files, `prefix` the address they have on pages."""

    html: str
    title: str
    issued_at: str
    roots: Sequence[str]
    prefix: str


class Complaints(logging.Handler):
    """What WeasyPrint only logs: a picture without words, a style sheet that is none. A document is whole or not at all."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


class Incomplete(Exception):
    """The document lacks something it names, or something PDF/UA wants."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """WeasyPrint's way to everything a document names: our static files, and no other file, host or data address.

    Raising ends the rendering, except inside an SVG or a colour profile, where WeasyPrint goes on: hence `refused`.
    """

    roots: Sequence[str]
    prefix: str
    refused: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> URLFetcherResponse:
        path = self.find(url)
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": content_type})

    def find(self, url: str) -> Path:
        """The file behind an address. Raises FatalURLFetchingError."""
        parts = urlsplit(url)
        name = unquote(parts.path).removeprefix(self.prefix).lstrip("/")
        if parts.scheme == SCHEME and not parts.netloc and "\0" not in name:
            for root in (Path(folder).resolve() for folder in self.roots):
                path = (root / name).resolve()
                if path.is_relative_to(root) and path.is_file():
                    return path
        self.refused.append(f"Refused: {url[:200]}. A document may use our own static files only.")
        raise FatalURLFetchingError(self.refused[-1])


def document(job: Job) -> bytes:
    """The PDF. Raises Incomplete, or FatalURLFetchingError for an address that is not ours."""
    complaints = Complaints()
    logging.getLogger("weasyprint").addHandler(complaints)
    # Without this an address beside a style sheet (url(./files/…)) would not be read as one beside it.
    urllib.parse.uses_relative.append(SCHEME)
    urllib.parse.uses_netloc.append(SCHEME)
    own_files = OwnFiles(job.roots, job.prefix)
    html = HTML(string=job.html, base_url=BASE, url_fetcher=own_files)
    laid_out = html.render(pdf_variant=VARIANT)
    laid_out.metadata.title = job.title
    laid_out.metadata.created = laid_out.metadata.modified = job.issued_at
    finished: bytes = laid_out.write_pdf(pdf_variant=VARIANT, pdf_identifier=_identifier(job))
    if problems := own_files.refused + complaints.said + _dead_links(laid_out):
        raise Incomplete("; ".join(problems))
    return finished


def _dead_links(laid_out: Document) -> list[str]:
    """Links that are addresses on our site only, of no use to whoever holds the document."""
    links = (link for page in laid_out.pages for link in page.links)
    return [f"A link needs its whole address: {target}" for _, target, *_ in links if target.startswith(BASE)]


def _identifier(job: Job) -> bytes:
    return hashlib.sha256("\0".join((job.title, job.issued_at, job.html)).encode()).hexdigest()[:32].encode()


def main() -> None:
    try:
        sys.stdout.buffer.write(document(Job(**json.load(sys.stdin.buffer))))
    except (Incomplete, FatalURLFetchingError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
