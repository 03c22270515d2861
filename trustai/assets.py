"""Copies the stylesheets, fonts and scripts that pages use from `node_modules/` to `static/vendor/`."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = {
    "bootstrap/dist/css": ("bootstrap.min.css", "bootstrap.min.css.map"),
    "bootstrap/dist/js": ("bootstrap.bundle.min.js", "bootstrap.bundle.min.js.map"),
    "bootstrap-icons/font": ("bootstrap-icons.min.css", "fonts/bootstrap-icons.woff2", "fonts/bootstrap-icons.woff"),
    "htmx.org/dist": ("htmx.min.js",),
    "@fontsource-variable/atkinson-hyperlegible-next": ("wght.css", "wght-italic.css", "files/*.woff2"),
}
FOLDERS = {
    "bootstrap/dist/css": "bootstrap",
    "bootstrap/dist/js": "bootstrap",
    "bootstrap-icons/font": "bootstrap-icons",
    "htmx.org/dist": "htmx",
    "@fontsource-variable/atkinson-hyperlegible-next": "atkinson",
}


def copy_vendor(*, modules: Path = ROOT / "node_modules", vendor: Path = ROOT / "static" / "vendor") -> list[Path]:
    """Fill `vendor` afresh and return what it holds. Raises FileNotFoundError naming a file npm did not bring."""
    shutil.rmtree(vendor, ignore_errors=True)
    made = []
    for package, patterns in WANTED.items():
        for pattern in patterns:
            found = sorted((modules / package).glob(pattern))
            if not found:
                raise FileNotFoundError(f"{modules / package / pattern} is missing: run `npm ci --ignore-scripts`.")
            for source in found:
                target = vendor / FOLDERS[package] / source.relative_to(modules / package)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                made.append(target)
    return made


if __name__ == "__main__":
    copy_vendor()
