"""The few words that every sheet has around its own, in the language of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from provisioning.starter.sheets import Sheet

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "workshop": "Atelier {number}",
        "sheet": "Fiche",
        "minutes": "{minutes} minutes",
        "hours": "{hours} h",
        "needs": "Il vous faut",
        "steps": "Pas à pas",
        "try": "À vous",
        "troubles": "Si ça ne marche pas",
        "remember": "À retenir",
        "back": "Retour à la page d’accueil",
        "print": "À imprimer (PDF)",
        "licence": "Rebond · CC BY-SA 4.0 : à copier, à adapter, à partager aux mêmes conditions",
    },
    "en": {
        "workshop": "Workshop {number}",
        "sheet": "Sheet",
        "minutes": "{minutes} minutes",
        "hours": "{hours} h",
        "needs": "What you need",
        "steps": "Step by step",
        "try": "Your turn",
        "troubles": "If it does not work",
        "remember": "Remember",
        "back": "Back to the home page",
        "print": "To print (PDF)",
        "licence": "Rebond · CC BY-SA 4.0: copy it, adapt it, share it on the same terms",
    },
}


def kind_of(sheet: Sheet) -> str:
    """As “Workshop 2 · 2 h” or “Sheet · 20 minutes”."""
    words = WORDS[sheet.language]
    numbered = words["workshop" if sheet.workshop else "sheet"]
    hours, rest = divmod(sheet.minutes, 60)
    if hours and not rest:
        lasts = words["hours"].format(hours=hours)
    else:
        lasts = words["minutes"].format(minutes=sheet.minutes)
    return f"{numbered.format(number=sheet.workshop)} · {lasts}"
