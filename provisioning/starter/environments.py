"""The ready environments as layers: job search, family, seniors, connection only.

Each is in French and, as a layer over it, in English. What they have in common is a
layer under them all. Every layer is plain content, as the editor's forms write it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from provisioning.starter.sheets import TEXTS, WORKSHOPS, read

Content = dict[str, Any]
PAGES: Final = "/usr/share/rebond/pages"
COMMON: Final = "rebond"
SYSTEMS: Final = ("lmde:6", "lmde:7", "debian:12", "debian:13", "linuxmint:22")
_BOOKMARKS: Final = tomllib.loads((TEXTS / "bookmarks.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Ready:
    """One ready environment: its layer, what it is for, and what it adds."""

    slug: str
    title: tuple[str, str]
    audience: tuple[str, str]
    welcome: tuple[str, str]
    sheets: tuple[str, ...]
    sites: tuple[str, ...]
    packages: tuple[str, ...] = ()
    portfolio: bool = False
    more: Mapping[str, Any] | None = None


READY: Final = (
    Ready(
        slug="emploi",
        title=("Recherche d’emploi", "Job search"),
        audience=(
            "Écrire un CV, une lettre, un message, et chercher un emploi.",
            "Write a CV, a letter, a message, and look for work.",
        ),
        welcome=(
            (
                "Ici, tout est prêt pour chercher un emploi : les fiches des quatre ateliers, "
                "un modèle de CV dans le dossier Mon e-portfolio, et les sites officiels."
            ),
            (
                "Everything is ready here to look for work: the sheets of the four workshops, "
                "a template of a CV in the folder My e-portfolio, and the official sites."
            ),
        ),
        sheets=("first-evening", *WORKSHOPS),
        sites=("work", "rights", "safety"),
        packages=("libreoffice-writer", "libreoffice-calc", "evince", "simple-scan"),
        portfolio=True,
    ),
    Ready(
        slug="famille",
        title=("Famille", "Family"),
        audience=(
            "L’école, les démarches et les jeux, pour toute la maison.",
            "School, paperwork and games, for the whole home.",
        ),
        welcome=(
            (
                "Cet ordinateur est pour toute la maison : l’école, les papiers, et de quoi "
                "apprendre en jouant, même sans internet."
            ),
            (
                "This computer is for the whole home: school, paperwork, and things to learn "
                "while playing, even without internet."
            ),
        ),
        sheets=("first-evening", "family", "computer", "email"),
        sites=("family", "rights", "health", "safety"),
        packages=("libreoffice-writer", "libreoffice-calc", "gcompris-qt", "tuxpaint"),
    ),
    Ready(
        slug="seniors",
        title=("Seniors", "Seniors"),
        audience=(
            "Grandes lettres, grand pointeur, et l’essentiel à portée de main.",
            "Large letters, a large pointer, and what matters close at hand.",
        ),
        welcome=(
            (
                "Prenez votre temps. Les lettres sont grandes, le pointeur aussi, et rien ne "
                "peut se casser ici."
            ),
            (
                "Take your time. The letters are large, so is the pointer, and nothing can be "
                "broken here."
            ),
        ),
        sheets=("first-evening", "seniors", "email"),
        sites=("health", "age", "rights", "safety"),
        packages=("libreoffice-writer", "vlc", "cheese", "orca"),
        more={"access": {"text_percent": 150, "pointer_pixels": 48}},
    ),
    Ready(
        slug="connexion",
        title=("Connexion seule", "Connection only"),
        audience=(
            "Une ligne internet qui marche, et rien d’autre.",
            "An internet line that works, and nothing else.",
        ),
        welcome=(
            (
                "La connexion du pack est prête. Cette page dit comment garder des données "
                "pour tout le mois."
            ),
            (
                "The connection of the pack is ready. This page says how to keep data for the "
                "whole month."
            ),
        ),
        sheets=("connection", "first-evening"),
        sites=("rights", "safety"),
        more={"connection": {"on": True, "home_only": True, "metered": True}},
    ),
)


def common() -> Content:
    """Under all of them: a browser, French, a passphrase on paper."""
    return {
        "packages": ["firefox-esr", "firefox-esr-l10n-fr", "fonts-dejavu"],
        "region": {"lang": "fr_FR.UTF-8", "keyboard": "fr", "timezone": "Europe/Paris"},
        "account": {"first_login": "printed-passphrase"},
        "browser": {"firefox": True, "chromium": True, "locked": False},
        "needs": {"disk_free_mb": 4000, "ram_mb": 1800},
        "systems": list(SYSTEMS),
    }


def french(ready: Ready, resources: Mapping[str, str]) -> Content:
    """What one of them adds; `resources` are hashes: `fr/cv`, `fr/pages-emploi`, …"""
    return {
        "packages": [*ready.packages, *_spoken(ready)],
        "home_title": _both(ready.title),
        "blocks": [_welcome(ready), _help()],
        **_of_language(ready, "fr", resources),
        **(ready.more or {}),
    }


def english(ready: Ready, resources: Mapping[str, str]) -> Content:
    """Over the French one: the same sheets, sites and folder in English."""
    return {
        "packages": ["firefox-esr-l10n-en-gb", "hunspell-en-gb"],
        "region": {"lang": "en_GB.UTF-8"},
        "left_out": [
            {"of": "packages", "key": "firefox-esr-l10n-fr"},
            *({"of": "packages", "key": each} for each in _spoken(ready)),
        ],
        **_of_language(ready, "en", resources),
    }


def _spoken(ready: Ready) -> tuple[str, ...]:
    """What makes the programs speak French."""
    writes = "libreoffice-writer" in ready.packages
    return ("libreoffice-l10n-fr", "hunspell-fr") if writes else ()


def _of_language(ready: Ready, language: str, resources: Mapping[str, str]) -> Content:
    content: Content = {
        "sheets": [
            {
                "slug": name,
                "resource": resources[f"{language}/{name}"],
                "title": _title(name),
                "on_home": False,  # its page is there, and leads to it
            }
            for name in ready.sheets
        ],
        "folders": [
            {"path": PAGES, "resource": resources[f"{language}/pages-{ready.slug}"]}
        ],
        "tiles": [_tile(name) for name in ready.sheets],
        "bookmarks": [site for name in ready.sites for site in _sites(name, language)],
    }
    if ready.portfolio:
        archive = resources[f"{language}/portfolio"]
        content["portfolio"] = {"on": True, "language": language, "archive": archive}
    return content


def _both(words: tuple[str, str]) -> Content:
    return {"fr": words[0], "en": words[1]}


def _title(name: str) -> Content:
    return {"fr": read(name, "fr").title, "en": read(name, "en").title}


def _tile(name: str) -> Content:
    goals = {"fr": read(name, "fr").goal, "en": read(name, "en").goal}
    url = f"file://{PAGES}/{name}.html"
    return {"slug": name, "title": _title(name), "url": url, "text": goals}


def _welcome(ready: Ready) -> Content:
    return {
        "slug": "welcome",
        "title": _both(("Bienvenue", "Welcome")),
        "text": _both(ready.welcome),
    }


def _help() -> Content:
    return {
        "slug": "help",
        "title": _both(("Besoin d’aide ?", "Do you need help?")),
        "text": _both(
            (
                (
                    "La personne qui vous a remis l’ordinateur peut vous répondre : son nom "
                    "et son numéro sont sur les papiers du pack. Une question de plus est "
                    "une bonne question, ici personne ne juge."
                ),
                (
                    "The person who handed the computer over can answer: their name and "
                    "number are on the papers of the pack. One more question is a good "
                    "question; nobody judges here."
                ),
            )
        ),
    }


def _sites(name: str, language: str) -> list[Content]:
    said = _BOOKMARKS[name]
    at = 0 if language == "fr" else 1
    return [
        {"title": site[1 + at], "url": site[0], "folder": said["folder"][at]}
        for site in said["sites"]
    ]
