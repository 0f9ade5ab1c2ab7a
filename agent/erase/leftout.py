"""Why a technique that is better is not used: the reasons, in both languages."""

from __future__ import annotations

import enum

from agent.words import Words


class LeftOut(enum.StrEnum):
    """Why a drive is not told to erase itself, or not in this way."""

    BRIDGE = "bridge"
    RAID = "raid"
    VIRTUAL = "virtual"
    UNKNOWN_PATH = "unknown_path"
    OTHER_DRIVE = "other_drive"
    OTHER_NAMESPACES = "other_namespaces"
    SILENT = "silent"
    TOOL_MISSING = "tool_missing"
    NO_COMMANDS = "no_commands"
    NOT_OFFERED = "not_offered"
    FROZEN = "frozen"
    EXPIRED = "expired"
    LOCKED = "locked"
    SANITIZE_FROZEN = "sanitize_frozen"


SENTENCES = {
    LeftOut.BRIDGE: (
        "behind a USB adapter, which may answer in the drive’s place",
        "derrière un adaptateur USB, qui peut répondre à la place du disque",
    ),
    LeftOut.RAID: (
        "behind a RAID controller: switch it to AHCI, or take the drive out",
        "derrière un contrôleur RAID\u202f: le passer en AHCI, ou sortir le disque",
    ),
    LeftOut.VIRTUAL: (
        "an emulated drive, whose commands erase nothing",
        "un disque émulé, dont les commandes n’effacent rien",
    ),
    LeftOut.UNKNOWN_PATH: (
        "it is not known what stands between the drive and this system",
        "on ne sait pas ce qui se trouve entre le disque et ce système",
    ),
    LeftOut.OTHER_DRIVE: (
        "another drive answers than the one that the system shows",
        "c’est un autre disque qui répond que celui que montre le système",
    ),
    LeftOut.OTHER_NAMESPACES: (
        "its controller has other namespaces, which would be erased too",
        "son contrôleur a d’autres espaces de noms, qui seraient effacés aussi",
    ),
    LeftOut.SILENT: (
        "the drive does not say what it can do",
        "le disque ne dit pas ce qu’il sait faire",
    ),
    LeftOut.TOOL_MISSING: (
        "the tool for it is not installed",
        "l’outil nécessaire n’est pas installé",
    ),
    LeftOut.NO_COMMANDS: (
        "this agent has no command for it",
        "cet agent n’a pas de commande pour cela",
    ),
    LeftOut.NOT_OFFERED: (
        "the drive does not offer it",
        "le disque ne le propose pas",
    ),
    LeftOut.FROZEN: (
        "the machine’s firmware froze the drive",
        "le micrologiciel de la machine a figé le disque",
    ),
    LeftOut.EXPIRED: (
        "the drive takes no password until its power is cut",
        "le disque n’accepte plus de mot de passe avant une coupure de courant",
    ),
    LeftOut.LOCKED: (
        "a password that is not ours locks the drive",
        "un mot de passe qui n’est pas le nôtre verrouille le disque",
    ),
    LeftOut.SANITIZE_FROZEN: (
        "the drive’s sanitize commands are locked until its power is cut",
        "les commandes «\u202fsanitize\u202f» sont bloquées jusqu’à une coupure de courant",
    ),
}


def say(words: Words, reason: LeftOut) -> str:
    """The reason, for the person who reads the plan."""
    return SENTENCES[reason][words.is_french]
