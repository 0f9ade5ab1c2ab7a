"""The e-portfolio that a person begins with: what is in its folder, packed as ZIP.

CV, letter, skills and applications for Writer, and a page of one's own that opens from
the folder, offline. The same bytes every time.
"""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Mapping
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import quote

from provisioning.starter.flat_odf import document
from provisioning.starter.sheets import TEXTS


def files(language: str) -> dict[str, bytes]:
    """What is in the folder, by its name there."""
    said = tomllib.loads((TEXTS / language / "portfolio.toml").read_text("utf-8"))
    found = {
        each["file"]: document(each["title"], language, each["blocks"])
        for each in said["documents"]
    }
    return {**found, said["site"]["file"]: _site(said, language).encode()}


def packed(found: Mapping[str, bytes]) -> bytes:
    """A ZIP that is the same whenever it is made."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in sorted(found.items()):
            entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return output.getvalue()


def _site(said: Mapping[str, Any], language: str) -> str:
    site = said["site"]
    sections = "\n".join(
        f"<h2>{escape(title)}</h2>\n<p>{escape(text)}</p>"
        for title, text in site["sections"]
    )
    documents = "\n".join(
        f'<li><a href="{quote(each["file"])}">{escape(each["title"])}</a></li>'
        for each in said["documents"]
    )
    return _PAGE.format(
        language=language,
        title=escape(site["title"]),
        lead=escape(site["lead"]),
        sections=sections,
        heading=escape(site["documents"]),
        documents=documents,
        how=escape(site["how"]),
    )


# Its style stands in it: Writer keeps it so when the person writes into the page.
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 44rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; color: #1d2939;
  background: #fff; font: 1.15rem/1.6 "Atkinson Hyperlegible", "DejaVu Sans", sans-serif; }}
h1 {{ margin: 0; padding-bottom: 0.5rem; color: #0b4f8a; font-size: 2.1rem; line-height: 1.2;
  border-bottom: 0.3rem solid #f5b301; }}
h2 {{ margin: 2rem 0 0.25rem; color: #0b4f8a; font-size: 1.4rem; }}
p {{ margin: 0.5rem 0; }}
li {{ padding: 0.25rem 0; }}
a {{ color: #0b4f8a; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{lead}</p>
{sections}
<h2>{heading}</h2>
<ul>
{documents}
</ul>
<p>{how}</p>
</body>
</html>
"""
