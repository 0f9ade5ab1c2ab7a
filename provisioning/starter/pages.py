"""A sheet as a page that opens from the disk and prints well. No script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from provisioning.starter.sheets import Part, Sheet
from provisioning.starter.words import WORDS, kind_of

# From the folder of the pages to the page that a machine opens with, and to the PDFs.
HOME: Final = "../accueil/index.html"
PRINTED: Final = "../fiches"


def style() -> str:
    return Path(__file__).with_name("sheet.css").read_text(encoding="utf-8")


def page(sheet: Sheet) -> str:
    """The whole page; its style stands beside it as `sheet.css`."""
    words = WORDS[sheet.language]
    return f"""<!doctype html>
<html lang="{sheet.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(sheet.title)}</title>
<link rel="stylesheet" href="sheet.css">
</head>
<body>
<header>
<div class="frame">
<nav><a href="{HOME}">{words["back"]}</a>
<a href="{PRINTED}/{sheet.name}.pdf">{words["print"]}</a></nav>
<p class="kind">{escape(kind_of(sheet))}</p>
<h1>{escape(sheet.title)}</h1>
</div>
</header>
<main class="frame">
<p class="goal">{escape(sheet.goal)}</p>
<section class="box"><h2>{words["needs"]}</h2>
<ul>{"".join(f"<li>{escape(each)}</li>" for each in sheet.needs)}</ul></section>
<h2>{words["steps"]}</h2>
<ol>{_parts(sheet.steps)}</ol>
<section class="box"><h2>{words["try"]}</h2><p>{escape(sheet.exercise)}</p></section>
<h2>{words["troubles"]}</h2>
<ul class="troubles">{_parts(sheet.troubles)}</ul>
<section class="box remember"><h2>{words["remember"]}</h2>
<p>{escape(sheet.remember)}</p></section>
</main>
<footer class="frame"><p>{words["licence"]}</p></footer>
</body>
</html>
"""


def _parts(parts: Iterable[Part]) -> str:
    return "".join(
        f"<li><h3>{escape(each.title)}</h3><p>{escape(each.text)}</p></li>"
        for each in parts
    )
