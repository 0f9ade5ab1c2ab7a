"""Why a method did not end well, in the language of whoever reads the record.

Methods say it in English, with what varies after a colon; commands and what programs
printed are evidence, and stay as they are.
"""

from __future__ import annotations

from agent.words import Words

FRENCH = {
    "stopped": "arrêté",
    "stopped before it began": "arrêté avant de commencer",
    "stopped; the drive goes on by itself": "arrêté\u202f; le disque continue de lui-même",
    "stopped; the drive goes on by itself, under the known password": "arrêté\u202f; le disque continue de lui-même, sous le mot de passe connu",
    "the drive is gone": "le disque n’est plus là",
    "the drive failed": "le disque est en panne",
    "places that could not be written": "emplacements qui n’ont pas pu être écrits",
    "the drive refused it": "le disque l’a refusé",
    "the drive does not offer it": "le disque ne le propose pas",
    "the drive does not take the command": "le disque n’accepte pas la commande",
    "the drive does not answer any more": "le disque ne répond plus",
    "the drive does not say where it stands": "le disque ne dit pas où il en est",
    "the drive does not say that it has ended": "le disque ne dit pas qu’il a fini",
    "the drive is idle and does not say that it completed": "le disque est au repos et ne dit pas qu’il a fini",
    "the drive says that it failed": "le disque dit qu’il a échoué",
    "the drive speaks of another operation than the one that was asked": "le disque parle d’une autre opération que celle qui était demandée",
    "the drive did not take the password that it asks for": "le disque n’a pas accepté le mot de passe qu’il demande",
    "the drive did not erase itself; it has no password any more": "le disque ne s’est pas effacé\u202f; il n’a plus de mot de passe",
    "the machine’s firmware froze it": "le micrologiciel de la machine l’a figé",
    "it takes no password until its power is cut": "il n’accepte plus de mot de passe avant une coupure de courant",
    "its sanitize commands are locked until its power is cut": "ses commandes «\u202fsanitize\u202f» sont bloquées jusqu’à une coupure de courant",
    "a password that is not ours locks it": "un mot de passe qui n’est pas le nôtre le verrouille",
    "an area beside the main one could not be overwritten": "une zone à côté de la principale n’a pas pu être réécrite",
    "the drive is not formatted as it was": "le disque n’est plus formaté comme avant",
    "the namespace is not formatted as it was": "l’espace de noms n’est plus formaté comme avant",
}


def say(words: Words, reason: str) -> str:
    """The reason; one that has no French is said as it is."""
    head, colon, rest = reason.partition(": ")
    if not words.is_french or head not in FRENCH:
        return reason
    return f"{FRENCH[head]}\u202f: {rest}" if colon else FRENCH[head]
