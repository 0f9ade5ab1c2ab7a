"""Why a description, its signature, its keys or a file is not taken, in French.

Whoever reads the code says it in English, with what varies inside of it; places of a
description, names and addresses stay as they are.
"""

from __future__ import annotations

import re
from typing import Final

FRENCH: Final = {
    # of a signature
    "it is signed by a key that this machine does not trust": "elle vient d’une clé à laquelle cette machine ne fait pas confiance",
    "it was altered after it was signed": "le contenu a été modifié après la signature",
    "the signature is not in the format of minisign": "la signature n’est pas au format de minisign",
    # of keys
    "one of the keys is none": "l’une des clés n’en est pas une",
    "the keys are not signed by the server": "les clés ne sont pas signées par le serveur",
    "these keys are older than those that are known": "ces clés sont plus anciennes que celles déjà connues",
    "this machine joined before its server had a key": "cette machine a été inscrite avant que son serveur n’ait une clé",
    "two pairs of keys have the same number": "deux paires de clés portent le même numéro",
    # of a file, and of who should give it
    "it answers with another part than was asked for": "la réponse est une autre partie que celle demandée",
    "it ends too early": "il s’arrête trop tôt",
    "it is another file": "c’est un autre fichier",
    "it is longer than it should be": "il est plus long que prévu",
    "it leads elsewhere": "cela mène ailleurs",
    "it leads round in circles": "cela tourne en rond",
    "no source was named": "aucune source n’est indiquée",
    "the exchange does not end": "l’échange ne finit pas",
    # of a description
    "gives arguments to a page": "donne des arguments à une page",
    "holds a character that no text may hold": "contient un caractère qu’aucun texte ne peut contenir",
    "holds no step": "ne contient aucune étape",
    "holds one file of two sizes": "contient un fichier sous deux tailles",
    "is missing": "manque",
    "is neither true nor false": "n’est ni vrai ni faux",
    "is nested too deeply": "est imbriqué trop profondément",
    "is no kind of step that is known": "n’est pas une sorte d’étape connue",
    "is not JSON": "n’est pas du JSON",
    "is not UTF-8": "n’est pas de l’UTF-8",
    "is not a list": "n’est pas une liste",
    "is not a number": "n’est pas un nombre",
    "is not a text": "n’est pas un texte",
    "is not a whole number": "n’est pas un nombre entier",
    "is not a word": "n’est pas un mot",
    "is not an object": "n’est pas un objet",
    "is not known": "n’est pas connu",
    "leads out of its folder": "mène hors de son dossier",
    "opens neither a page nor a program, or both": "n’ouvre ni page ni programme, ou les deux",
    "says a key twice": "donne deux fois une clé",
    "is not a Flatpak’s name": "n’est pas le nom d’un Flatpak",
    "is not a SHA-256 in lower-case hexadecimal": "n’est pas un SHA-256 en hexadécimal minuscule",
    "is not a channel": "n’est pas un canal",
    "is not a key of dconf": "n’est pas une clé de dconf",
    "is not a keyboard as fr or be": "n’est pas un clavier comme fr ou be",
    "is not a kind of file": "n’est pas un type de fichier",
    "is not a language as fr_FR.UTF-8": "n’est pas une langue comme fr_FR.UTF-8",
    "is not a mode as 0644": "n’est pas un mode comme 0644",
    "is not a program": "n’est pas un programme",
    "is not a short name": "n’est pas un nom court",
    "is not a system as debian:12": "n’est pas un système comme debian:12",
    "is not a time zone": "n’est pas un fuseau horaire",
    "is not a variant of a keyboard": "n’est pas une variante de clavier",
    "is not a version as 0.4": "n’est pas une version comme 0.4",
    "is not a web address, or a file of the machine": "n’est pas une adresse web, ni un fichier de la machine",
    "is not a yes or no, a number, a text in quotes, or a list of them": "n’est pas un oui ou non, un nombre, un texte entre guillemets, ni une liste de ceux-ci",
    "is not an address as ipp://printer/ipp/print": "n’est pas une adresse comme ipp://printer/ipp/print",
    "is not an architecture as amd64": "n’est pas une architecture comme amd64",
    "is not one argument without blanks": "n’est pas un argument sans espace",
    "is not the id of a channel": "n’est pas l’identifiant d’une chaîne",
    "is not the id of a node": "n’est pas l’identifiant d’un contenu",
    "is not the id of an add-on": "n’est pas l’identifiant d’un module",
    "is not the name of a file": "n’est pas le nom d’un fichier",
    "is not the name of a group for people": "n’est pas un groupe pour des personnes",
    "is not the name of a package": "n’est pas le nom d’un paquet",
    "is not the name of a printer": "n’est pas le nom d’une imprimante",
    "is not the name of a unit": "n’est pas le nom d’une unité",
    "is not the name of an account": "n’est pas le nom d’un compte",
    "is not the name of an icon": "n’est pas le nom d’une icône",
    "is not the path of a file": "n’est pas le chemin d’un fichier",
    "is not the short name of a step": "n’est pas le nom court d’une étape",
    "is not the value user.password_hash": "n’est pas la valeur user.password_hash",
}

# What the system itself says of lines and sticks.
OF_THE_SYSTEM: Final = {
    "Connection refused": "la connexion est refusée",
    "Connection reset by peer": "la connexion a été coupée",
    "Connection timed out": "la connexion ne vient pas",
    "Input/output error": "le support ne se lit pas",
    "Name or service not known": "ce nom est inconnu",
    "Network is unreachable": "le réseau est hors d’atteinte",
    "No route to host": "aucun chemin n’y mène",
    "No such file or directory": "ce fichier n’existe pas",
    "Remote end closed connection without response": "la connexion est coupée sans réponse",
    "Temporary failure in name resolution": "aucun nom ne se trouve pour l’instant",
    "timed out": "rien ne vient à temps",
}

# What varies stands in the middle of these.
SHAPES: Final = tuple(
    (re.compile(english), french)
    for english, french in (
        (r"an answer of more than (\d+) bytes", "une réponse de plus de {} octets"),
        (r"it has (\d+) bytes instead of (\d+)", "il fait {} octets au lieu de {}"),
        (r"status (\d+)", "code {}"),
        (r"asks for (.+), which no text may", "demande {}, ce qu’aucun texte ne peut"),
        (r"asks for no file: (.+)", "demande un fichier que rien ne décrit\u202f: {}"),
        (r"holds (\d+), more than (\d+)", "en contient {}, plus de {}"),
        (
            r"holds (.+), which JSON does not know",
            "contient {}, que JSON ne connaît pas",
        ),
        (r"is larger than (\d+) bytes", "fait plus de {} octets"),
        (r"is none of (.+)", "n’est aucun de {}"),
        (r"is not (\d+) to (\d+) characters", "ne fait pas {} à {} caractères"),
        (r"is not between (-?\d+) and (-?\d+)", "n’est pas entre {} et {}"),
        (r"is not the schema (.+)", "n’est pas le schéma {}"),
        (r"is not under (.+)", "n’est pas sous {}"),
        (r"says (.+) twice", "donne deux fois {}"),
    )
)


def in_french(reason: str) -> str | None:
    """The reason in French; None of what is not said here."""
    if known := FRENCH.get(reason) or OF_THE_SYSTEM.get(reason):
        return known
    for english, french in SHAPES:
        if found := english.fullmatch(reason):
            return french.format(*found.groups())
    return None
