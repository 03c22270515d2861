"""Small files of every kind a person might send."""

import zipfile
from io import BytesIO

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(20)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def zipped(**parts):
    """A ZIP archive; double underscores in a name stand for the slash, single ones for the full stop."""
    return packed({name.replace("__", "/").replace("_", "."): content for name, content in parts.items()})


def packed(parts):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(content_type=WORD, **more):
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{content_type}"/></Types>'
    return packed({"[Content_Types].xml": types, "word/document.xml": "<w:document/>", **more})
