"""Why a step could not be brought about, or what was seen of it: in both languages.

Steps say it in English, with what varies after a colon; names of packages and files
and what programs printed are evidence, and stay as they are.
"""

from __future__ import annotations

from typing import Final

from agent.provision import refusals
from agent.provision.step import StepFailed
from agent.run import Ran
from agent.vocabulary import Why
from agent.words import Words

DETAIL_CHARACTERS: Final = 160

# A code for programs, and its sentence for people.
CODES: Final = {
    "account_taken": "the system itself uses an account of this name",
    "apt_locked": "another program is installing packages on this machine",
    "apt_would_remove": "installing this would remove other packages",
    "archive_broken": "the archive cannot be read to its end",
    "archive_too_large": "the archive unpacks to more than is allowed",
    "archive_unsafe": "the archive holds something that leads out of its folder",
    "cancelled": "it was given up",
    "disk_full": "the disk is full",
    "extra_data": "this application fetches parts of itself from elsewhere, and cannot be installed without the Internet",
    "file_unfit": "the file is not what the step needs",
    "no_connection_given": "no line came with the order",
    "no_network": "the packages cannot be fetched from here",
    "no_such_package": "this system has no package of that name",
    "no_such_unit": "this system has no unit of that name",
    "no_source": "the file is nowhere to be had",
    "not_authentic": "the source of the packages is not signed by a known key",
    "not_held": "it was done, and does not hold",
    "not_offered_here": "this machine does not offer what the step needs",
    "path_unsafe": "a link or a path leads where no file of this is to be",
    "printer_unreachable": "the printer does not answer",
    "script_failed": "the script ended without success",
    "took_too_long": "it took too long and was ended",
    "tool_failed": "the program that does this failed",
    "value_missing": "a value of the person is missing or not of its form",
}

FRENCH: Final = {
    "it was given up": "cela a été abandonné",
    "the file is nowhere to be had": "le fichier est introuvable",
    "it was done, and does not hold": "cela a été fait et ne tient pas",
    "a link or a path leads where no file of this is to be": "un lien ou un chemin mène là où aucun de ces fichiers n’a sa place",
    "the system itself uses an account of this name": "le système utilise lui-même un compte de ce nom",
    "another program is installing packages on this machine": "un autre programme installe des paquets sur cette machine",
    "installing this would remove other packages": "cette installation retirerait d’autres paquets",
    "the archive cannot be read to its end": "l’archive ne se lit pas jusqu’au bout",
    "the archive unpacks to more than is allowed": "l’archive se déballe en plus que ce qui est permis",
    "the archive holds something that leads out of its folder": "l’archive contient quelque chose qui mène hors de son dossier",
    "the disk is full": "le disque est plein",
    "this application fetches parts of itself from elsewhere, and cannot be installed without the Internet": "cette application va chercher une partie d’elle-même ailleurs et ne s’installe pas sans Internet",
    "the file is not what the step needs": "le fichier n’est pas celui que l’étape attend",
    "no line came with the order": "aucune ligne n’est venue avec la demande",
    "the packages cannot be fetched from here": "les paquets sont hors d’atteinte d’ici",
    "this system has no package of that name": "ce système n’a pas de paquet de ce nom",
    "this system has no unit of that name": "ce système n’a pas d’unité de ce nom",
    "the source of the packages is not signed by a known key": "la source des paquets n’est pas signée par une clé connue",
    "this machine does not offer what the step needs": "cette machine n’offre pas ce dont l’étape a besoin",
    "the printer does not answer": "l’imprimante ne répond pas",
    "the script ended without success": "le script s’est terminé sans succès",
    "it took too long and was ended": "cela a pris trop de temps et a été arrêté",
    "the program that does this failed": "le programme qui s’en charge a échoué",
    "a value of the person is missing or not of its form": "une valeur de la personne manque ou n’a pas la forme voulue",
    # What was seen, and what stays after going back.
    "a file of the channel is not there": "un fichier de la chaîne manque",
    "another way than it was left": "autrement qu’il n’avait été laissé",
    "does not start by itself": "ne démarre pas tout seul",
    "its check gave no clear answer": "sa vérification n’a pas donné de réponse claire",
    "its check says that it is needed": "sa vérification dit que c’est nécessaire",
    "no passphrase is asked for at hand-over": "aucune phrase de passe n’est demandée à la remise",
    "not as wanted": "pas comme voulu",
    "not in effect": "sans effet",
    "not in the library": "absent de la bibliothèque",
    "not in these groups": "absent de ces groupes",
    "not there as wanted": "absent ou pas comme voulu",
    "packages are not as wanted": "les paquets ne sont pas ceux voulus",
    "packages stay, others need them": "des paquets restent, d’autres en ont besoin",
    "packages that were removed stay away": "les paquets retirés ne reviennent pas",
    "the account and its home stay": "le compte et son dossier restent",
    "the account is one of the system’s own": "le compte est l’un de ceux du système",
    "the channel is not there": "la chaîne n’est pas là",
    "the channels of Kolibri stay": "les chaînes de Kolibri restent",
    "the full name is another": "le nom complet est un autre",
    "the line is not as wanted": "la ligne n’est pas comme voulu",
    "the passphrase is not the printed one": "la phrase de passe n’est pas celle imprimée",
    "the printer is not as wanted": "l’imprimante n’est pas comme voulu",
    "the printer was there before and stays": "l’imprimante était là avant et reste",
    "the server does not run": "le serveur ne tourne pas",
    "the unit is not as wanted": "l’unité n’est pas comme voulu",
    "there is no such unit": "il n’y a pas d’unité de ce nom",
    "what the script did stays": "ce que le script a fait reste",
    "no account": "aucun compte",
}


def failed(code: str, detail: str = "") -> StepFailed:
    """The failure of that code, with its sentence and what varies."""
    short = " ".join(detail.split())[:DETAIL_CHARACTERS]
    return StepFailed(code, f"{CODES[code]}: {short}" if short else CODES[code])


def came_to_nothing(ran: Ran) -> StepFailed:
    """What a program's bad end means, where nothing better is known of it."""
    if ran.why is Why.TOOL_MISSING:
        return failed("not_offered_here", ran.argv[0])
    if ran.why is Why.TIMEOUT:
        return failed("took_too_long", ran.argv[0])
    if b"No space left on device" in ran.stderr:
        return failed("disk_full")
    return failed("tool_failed", f"{ran.argv[0]}: {last_line(ran)}")


def last_line(ran: Ran) -> str:
    """The last words of a program, which say most of why it ended."""
    said = (ran.stderr.strip() or ran.stdout.strip()).splitlines()
    return said[-1].decode(errors="replace") if said else str(ran.exit_code)


def say(words: Words, reason: str) -> str:
    """The reason; what of it has no French is said as it is."""
    return (_in_french(reason) or reason) if words.is_french else reason


def _in_french(reason: str) -> str | None:
    """Whole, or what stands around its marks; None where none of it is ours."""
    known = FRENCH.get(reason) or refusals.in_french(reason)
    if known:
        return known
    for mark, french in (("; ", "\u202f; "), (": ", "\u202f: ")):
        head, found, rest = reason.partition(mark)
        if found:
            first, last = _in_french(head), _in_french(rest)
            is_ours = first is not None or last is not None
            return f"{first or head}{french}{last or rest}" if is_ours else None
    inner = _in_french(reason[:-1]) if reason.endswith(")") else None
    return inner and f"{inner})"
