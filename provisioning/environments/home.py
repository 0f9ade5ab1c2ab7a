"""The page that a machine opens with: what its layers say, as HTML and CSS.

Two files of text, beside each other. They are opened from the disk: no script, nothing
fetched, and every link relative or as it was written. Values of the person
(`{{contact.phone}}`) stay as they are; the machine puts them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from agent.profile.parts import Bookmark
from provisioning.environments.content import Block, LayerContent, Tile, Tongue

FOLDER: Final = "/usr/share/rebond/accueil"
PAGE: Final = f"{FOLDER}/index.html"
STYLE: Final = f"{FOLDER}/accueil.css"
ADDRESS: Final = f"file://{PAGE}"
KIWIX_PORT: Final = 8381
_SAID: Final[Mapping[Tongue, Mapping[str, str]]] = {
    Tongue.FR: {
        "sheets": "Mes fiches",
        "library": "Mon encyclopédie",
        "offline": "À lire sans internet.",
        "sites": "Sites utiles",
        "online": "Il faut être connecté à internet.",
        "skip": "Aller au contenu",
        "elsewhere": "Autres adresses",
        "foot": "Cette page est dans l’ordinateur : elle s’ouvre sans internet.",
    },
    Tongue.EN: {
        "sheets": "My sheets",
        "library": "My encyclopaedia",
        "offline": "To read without internet.",
        "sites": "Useful sites",
        "online": "You need to be connected to the internet.",
        "skip": "Go to the content",
        "elsewhere": "Other addresses",
        "foot": "This page is inside the computer: it opens without internet.",
    },
}


def home_files(
    content: LayerContent, *, title: str, tongue: Tongue, sheets: Mapping[str, str]
) -> dict[str, str]:
    """The page and its style, by their paths on the machine.

    `sheets` says under which path or address each sheet of the content is opened.
    """
    return {
        PAGE: home_page(content, title=title, tongue=tongue, sheets=sheets),
        STYLE: style(),
    }


def style() -> str:
    return Path(__file__).with_name("accueil.css").read_text(encoding="utf-8")


def home_page(
    content: LayerContent, *, title: str, tongue: Tongue, sheets: Mapping[str, str]
) -> str:
    """The whole page; `title` stands where the layers name none."""
    said = _SAID[tongue]
    heading = content.home_title.said(tongue) if content.home_title else title
    first, rest = content.blocks[:1], content.blocks[1:]
    parts = (
        *_tiles(content.tiles, tongue),
        *_sheets(content, sheets, tongue),
        *_offline(content, tongue),
        *_sites(content.bookmarks, said),
        *(_block(block, tongue) for block in rest),
    )
    body = "\n".join(parts)
    return f"""<!doctype html>
<html lang="{tongue.value}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(heading)}</title>
<link rel="stylesheet" href="accueil.css">
</head>
<body>
<a class="skip" href="#content">{said["skip"]}</a>
<header>
<div class="frame">
<h1>{escape(heading)}</h1>
{_lead(first, tongue)}
</div>
</header>
<main id="content" class="frame" tabindex="-1">
{body}
</main>
<footer class="frame"><p>{said["foot"]}</p></footer>
</body>
</html>
"""


def _lead(blocks: Sequence[Block], tongue: Tongue) -> str:
    """The first block, under the heading of the page: a word of welcome."""
    return "\n".join(
        f'<div class="lead"><h2>{escape(block.title.said(tongue))}</h2>'
        f"{_paragraphs(block.text.said(tongue))}</div>"
        for block in blocks
    )


def _tiles(tiles: Sequence[Tile], tongue: Tongue) -> Iterable[str]:
    if tiles:
        drawn = "\n".join(_tile(tile, tongue) for tile in tiles)
        yield f'<ul class="tiles">\n{drawn}\n</ul>'


def _tile(tile: Tile, tongue: Tongue) -> str:
    text = f"<span>{escape(tile.text.said(tongue))}</span>" if tile.text else ""
    name = escape(tile.title.said(tongue))
    return f'<li><a href="{escape(tile.url)}"><strong>{name}</strong>{text}</a></li>'


def _sheets(
    content: LayerContent, sheets: Mapping[str, str], tongue: Tongue
) -> Iterable[str]:
    shown = [each for each in content.sheets if each.on_home and each.slug in sheets]
    if shown:
        links = (_link(sheets[each.slug], each.title.said(tongue)) for each in shown)
        yield _section("sheets", "offline", tongue, f"<ul>{''.join(links)}</ul>")


def _offline(content: LayerContent, tongue: Tongue) -> Iterable[str]:
    """Encyclopaedias that the machine serves to itself."""
    address = f"http://localhost:{content.kiwix.port or KIWIX_PORT}/"
    links = [_link(address, each.title.said(tongue)) for each in content.encyclopaedias]
    if links:
        yield _section("library", "offline", tongue, f"<ul>{''.join(links)}</ul>")


def _sites(bookmarks: Sequence[Bookmark], said: Mapping[str, str]) -> Iterable[str]:
    """By folder, in the order in which the layers name the folders."""
    if not bookmarks:
        return
    order = list(dict.fromkeys(each.folder for each in bookmarks))
    sorted_ = sorted(bookmarks, key=lambda each: order.index(each.folder))
    groups = "\n".join(
        f"<div><h3>{escape(folder or said['elsewhere'])}</h3>"
        f"<ul>{''.join(_link(each.url, each.title) for each in found)}</ul></div>"
        for folder, found in groupby(sorted_, key=lambda each: each.folder)
    )
    yield (
        f'<section aria-labelledby="sites"><h2 id="sites">{said["sites"]}</h2>'
        f'<p class="quiet">{said["online"]}</p><div class="groups">{groups}</div>'
        "</section>"
    )


def _section(name: str, under: str, tongue: Tongue, body: str) -> str:
    said = _SAID[tongue]
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{said[name]}</h2>'
        f'<p class="quiet">{said[under]}</p>{body}</section>'
    )


def _block(block: Block, tongue: Tongue) -> str:
    name = f"b-{block.slug}"
    return (
        f'<section aria-labelledby="{name}">'
        f'<h2 id="{name}">{escape(block.title.said(tongue))}</h2>'
        f"{_paragraphs(block.text.said(tongue))}</section>"
    )


def _link(address: str, title: str) -> str:
    return f'<li><a href="{escape(address)}">{escape(title)}</a></li>'


def _paragraphs(text: str) -> str:
    """An empty line parts paragraphs; a line end stays one."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return "".join(
        f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in parts if part
    )
