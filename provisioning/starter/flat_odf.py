"""A short text document as flat OpenDocument (`.fodt`): plain XML that Writer opens.

What stands in braces becomes a placeholder: one click selects it, typing replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_PLACE: Final = re.compile(r"\{([^{}]+)\}")
_NAMES: Final = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("meta", "meta"),
    )
)
_COUNTRIES: Final = {"fr": "FR", "en": "GB"}
# Name, size, weight, colour, space before and after (points), line below.
_STYLES: Final = (
    ("name", 26, "bold", "#0b4f8a", 0, 4, ""),
    ("role", 15, "bold", "#1d2939", 8, 10, ""),
    ("heading", 14, "bold", "#0b4f8a", 16, 6, "1pt solid #f5b301"),
    ("entry", 12, "bold", "#1d2939", 8, 2, ""),
    ("line", 12, "normal", "#1d2939", 0, 6, ""),
    ("bullet", 12, "normal", "#1d2939", 0, 3, ""),
    ("cell", 12, "normal", "#1d2939", 0, 0, ""),
    ("head", 12, "bold", "#1d2939", 0, 0, ""),
)


def document(title: str, language: str, blocks: Iterable[Sequence[str]]) -> bytes:
    """`blocks` are a style and its texts: `("entry", "2024 — {Post}")`, `("row", …)`."""
    body = "".join(
        _table([list(row[1:]) for row in found])
        if is_table
        else "".join(_paragraph(kind, text) for kind, text in found)
        for is_table, found in groupby(blocks, key=lambda block: block[0] == "row")
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>{escape(title)}</dc:title></office:meta>
<office:styles>
<style:default-style style:family="paragraph"><style:text-properties fo:language="{language}" fo:country="{_COUNTRIES[language]}"/></style:default-style>
{"".join(_style(*each) for each in _STYLES)}
<text:list-style style:name="points"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.5cm" fo:margin-left="1cm"/></style:list-level-properties></text:list-level-style-bullet></text:list-style>
</office:styles>
<office:automatic-styles>
<style:style style:name="box" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #98a2b3" fo:padding="0.2cm"/></style:style>
<style:page-layout style:name="leaf"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2.2cm" fo:margin-right="2.2cm"/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="leaf"/></office:master-styles>
<office:body><office:text>{body}</office:text></office:body>
</office:document>
""".encode()


def _style(
    name: str, size: int, weight: str, colour: str, before: int, after: int, line: str
) -> str:
    below = f' fo:border-bottom="{line}" fo:padding-bottom="2pt"' if line else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph">'
        f'<style:paragraph-properties fo:margin-top="{before}pt" '
        f'fo:margin-bottom="{after}pt" fo:line-height="120%"{below}/>'
        f'<style:text-properties fo:font-size="{size}pt" fo:font-weight="{weight}" '
        f'fo:color="{colour}" fo:font-family="\'Liberation Sans\'"/></style:style>'
    )


def _paragraph(kind: str, text: str) -> str:
    said = _with_places(text)
    if kind == "bullet":
        point = f'<text:p text:style-name="bullet">{said}</text:p>'
        return (
            '<text:list text:style-name="points">'
            f"<text:list-item>{point}</text:list-item></text:list>"
        )
    if kind in {"name", "heading"}:
        level = 1 if kind == "name" else 2
        return f'<text:h text:style-name="{kind}" text:outline-level="{level}">{said}</text:h>'
    return f'<text:p text:style-name="{kind}">{said}</text:p>'


def _table(rows: list[list[str]]) -> str:
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    head = f"<table:table-header-rows>{_row(rows[0], 'head')}</table:table-header-rows>"
    body = "".join(_row(row, "cell") for row in rows[1:])
    return f'<table:table table:name="lines">{columns}{head}{body}</table:table>'


def _row(cells: list[str], kind: str) -> str:
    said = "".join(
        '<table:table-cell table:style-name="box" office:value-type="string">'
        f'<text:p text:style-name="{kind}">{_with_places(cell)}</text:p>'
        "</table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{said}</table:table-row>"


def _with_places(text: str) -> str:
    """Plain text, what stands in braces as placeholders."""
    parts = _PLACE.split(text)
    return "".join(
        _place(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def _place(text: str) -> str:
    return (
        '<text:placeholder text:placeholder-type="text" '
        f"text:description={quoteattr(text)}>&lt;{escape(text)}&gt;</text:placeholder>"
    )
