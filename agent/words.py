"""What the agent says to people, in French and in English.

The English sentence is the message's own name, as in the rest of the product; the
catalogue is this dictionary, because the agent travels without compiled ones.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping

from agent.vocabulary import (
    Behind,
    Chassis,
    Lock,
    Need,
    PeripheralKind,
    Subject,
    Use,
    Why,
)


@dataclasses.dataclass(frozen=True)
class Words:
    """One language: call it with a sentence, ask `of` for a word of the wire."""

    is_french: bool

    def __call__(self, message: str, **facts: object) -> str:
        known = FRENCH[message] if self.is_french else message
        return known.format(**facts)

    def of(self, code: enum.StrEnum) -> str:
        return CODES[type(code)][code.value][self.is_french]

    def size(self, size_bytes: int) -> str:
        """A drive's size as it is printed on it: powers of a thousand."""
        power = next((p for p in (4, 3, 2) if size_bytes >= 1000**p), 1)
        return self._in_units(size_bytes / 1000**power, "_kMGT"[power])

    def memory(self, size_bytes: int) -> str:
        """Memory as it is sold: powers of 1024, called by the same names."""
        return self._in_units(size_bytes / 2**30, "G")

    def decimal(self, number: float) -> str:
        """With one decimal, after a point or a comma."""
        digits = f"{number:.1f}"
        return digits.replace(".", ",") if self.is_french else digits

    def _in_units(self, number: float, prefix: str) -> str:
        shown = f"{number:.0f}" if number >= 10 else self.decimal(number)
        return f"{shown}\u202f{prefix}{'o' if self.is_french else 'B'}"


def words_for(environment: Mapping[str, str]) -> Words:
    """The language of the session (POSIX: LC_ALL before LC_MESSAGES before LANG)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "")
    return Words(is_french=chosen.lower().startswith("fr"))


def words_in(language: str) -> Words:
    """The language that a server asked for; French where it named none."""
    return Words(is_french=not language.lower().startswith("en"))


FRENCH = {
    "Its blocks have {count} bytes: it has to be formatted anew first.": "Ses blocs ont "
    "{count} octets\u202f: il faut d’abord le reformater.",
    "The order asks for a class that this agent does not know.": "L’ordre demande une "
    "classe que cet agent ne connaît pas.",
    "for frozen drives: let this machine sleep, or unplug them": "pour les disques "
    "figés\u202f: laisser dormir cette machine, ou les débrancher",
    "the machine sleeps for ten seconds": "la machine dort dix secondes",
    "Nothing on this drive reaches {least}. It is done as {reached}.": "Rien sur ce "
    "disque n’atteint {least}. Il est fait en {reached}.",
    "{name}: {what}": "{name}\u202f: {what}",
    "{worth}; read back: {look}": "{worth}\u202f; relu\u202f: {look}",
    "Says to a Rebond server what this machine really is.": "Dit à un serveur Rebond ce que cette machine est vraiment.",
    "where the agent keeps its identity and its reports": "où l’agent garde son identité et ses rapports",
    "make this machine known to a server": "faire connaître cette machine à un serveur",
    "the join code shown by the server": "le code d’enrôlement affiché par le serveur",
    "the server’s address": "l’adresse du serveur",
    "a PEM file with the one authority to trust for this server": "un fichier PEM avec la seule autorité de confiance pour ce serveur",
    "allow unencrypted HTTP to another machine": "permettre HTTP sans chiffrement vers une autre machine",
    "look at this machine and send what was seen": "examiner cette machine et envoyer ce qui a été vu",
    "show what can be seen of this machine": "montrer ce que l’on voit de cette machine",
    "try what this machine can do, step by step": "essayer ce que cette machine sait faire, pas à pas",
    "the tests to make, such as keyboard,screen": "les tests à faire, comme keyboard,screen",
    "the language of the questions": "la langue des questions",
    "go on with the tests that were not finished": "continuer les tests qui n’étaient pas finis",
    "how long memory and processor are loaded, each": "durée de charge de la mémoire puis du processeur",
    "This does not look like a join code: it has eight letters and digits, like K7QM-3XPA.": "Ceci ne ressemble pas à un code d’enrôlement\u202f: il a huit lettres et chiffres, comme K7QM-3XPA.",
    "This does not look like the address of a server: {address}": "Ceci ne ressemble pas à l’adresse d’un serveur\u202f: {address}",
    "Without encryption anyone on the network could read this machine’s credential. Use https, or allow it with --plain-http.": "Sans chiffrement, n’importe qui sur le réseau pourrait lire le secret de cette machine. Utilisez https, ou permettez-le avec --plain-http.",
    "The file of the authority cannot be used: {why}": "Le fichier de l’autorité est inutilisable\u202f: {why}",
    "This machine is enrolled at {server}. Next: python -m agent report": "Cette machine est enrôlée sur {server}. Ensuite\u202f: python -m agent report",
    "The server does not accept this code: it is unknown, used, or older than 15 minutes. Ask for a new one.": "Le serveur n’accepte pas ce code\u202f: il est inconnu, déjà utilisé ou vieux de plus de 15 minutes. Demandez-en un nouveau.",
    "Reports sent: {count}.": "Rapports envoyés\u202f: {count}.",
    "The server knows this machine as {device}.": "Le serveur connaît cette machine comme {device}.",
    "The server does not know yet which device this machine is: bind it with one scan.": "Le serveur ne sait pas encore quel appareil est cette machine\u202f: liez-la par un scan.",
    "The server refused a report for good ({why}). It is kept in {path}.": "Le serveur a refusé un rapport définitivement ({why}). Il est gardé dans {path}.",
    "Nothing is lost. Reports waiting: {count}.": "Rien n’est perdu. Rapports en attente\u202f: {count}.",
    "The server does not answer: {why}": "Le serveur ne répond pas\u202f: {why}",
    "The server is busy.": "Le serveur est occupé.",
    "The server is busy. It asks to come back in {seconds} seconds.": "Le serveur est occupé. Il demande de revenir dans {seconds} secondes.",
    "The server has a problem of its own: {why}": "Le serveur a un problème de son côté\u202f: {why}",
    "The server no longer accepts this machine ({why}). Enrol it again with a new code.": "Le serveur n’accepte plus cette machine ({why}). Enrôlez-la de nouveau avec un nouveau code.",
    "The server has met another machine with this one’s identity ({why}). Enrol this one with a new code.": "Le serveur a rencontré une autre machine avec l’identité de celle-ci ({why}). Enrôlez celle-ci avec un nouveau code.",
    "The server waits for a person to approve this machine.": "Le serveur attend qu’une personne approuve cette machine.",
    "The server has retired this machine: there is nothing to do.": "Le serveur a retiré cette machine du service\u202f: il n’y a rien à faire.",
    "The agent’s share of the disk is full. Events given up: {count}. No report was.": "La part de disque de l’agent est pleine. Événements abandonnés\u202f: {count}. Aucun rapport ne l’a été.",
    "This identity was made on another machine: a copied disk, or a disk that moved. It was put aside. Enrol this machine with a new code.": "Cette identité a été créée sur une autre machine\u202f: un disque copié, ou un disque déplacé. Elle a été mise de côté. Enrôlez cette machine avec un nouveau code.",
    "The configuration cannot be used: {why}": "La configuration est inutilisable\u202f: {why}",
    "A pin has 64 hexadecimal digits, the SHA-256 of a public key.": "Une empreinte a 64 chiffres hexadécimaux, le SHA-256 d’une clé publique.",
    "Announced on this network, by whomever: {addresses}. If one of them is yours, name it with --server.": "Annoncé sur ce réseau, par on ne sait qui\u202f: {addresses}. Si l’un d’eux est le vôtre, nommez-le avec --server.",
    "No server is named. Add --server ADDRESS, or scan its QR code.": "Aucun serveur n’est indiqué. Ajoutez --server ADRESSE, ou scannez son code QR.",
    "Nothing waits: there is nothing to carry.": "Rien n’attend\u202f: il n’y a rien à emporter.",
    "Reports written: {count}, in {path}.": "Rapports écrits\u202f: {count}, dans {path}.",
    "They also wait here on: the server keeps each of them once.": "Ils restent aussi en attente ici\u202f: le serveur garde chacun d’eux une seule fois.",
    "Reports wait here and would be lost: {count}. Send or export them first, or add --discard-waiting.": "Des rapports attendent ici et seraient perdus\u202f: {count}. Envoyez-les ou exportez-les d’abord, ou ajoutez --discard-waiting.",
    "This machine no longer knows who it was. Whatever starts from this disk asks for a code of its own.": "Cette machine ne sait plus qui elle était. Ce qui démarre de ce disque demande un code à soi.",
    "Another agent is already running on this machine.": "Un autre agent est déjà en marche sur cette machine.",
    "The machine or its agent stopped during this test.": "La machine ou son agent s’est arrêté pendant ce test.",
    "the SHA-256 of the public key of the authority to trust": "le SHA-256 de la clé publique de l’autorité de confiance",
    "where the server is named when it is not typed": "où le serveur est indiqué quand on ne le tape pas",
    "stay, and do what the server asks": "rester, et faire ce que demande le serveur",
    "set this machine’s clock from the server’s signed time": "mettre l’horloge de cette machine à l’heure signée par le serveur",
    "write the waiting reports into a file, to be carried by hand": "écrire les rapports en attente dans un fichier, à porter à la main",
    "where to write, such as a USB stick": "où écrire, par exemple une clé USB",
    "forget who this machine is, before its disk is copied": "oublier qui est cette machine, avant de copier son disque",
    "also forget reports that were never sent": "oublier aussi les rapports jamais envoyés",
    "Reports waiting: {count}.": "Rapports en attente\u202f: {count}.",
    "keep the report on disk, send nothing": "garder le rapport sur le disque, ne rien envoyer",
    "Taken up again after a restart.": "Repris après un redémarrage.",
    "The work broke off.": "Le travail s’est interrompu.",
    "This job is for another machine.": "Cette tâche est pour une autre machine.",
    "This job is for {device}, and this machine is not.": "Cette tâche est pour {device}, et cette machine ne l’est pas.",
    "This agent does not know this kind of job.": "Cet agent ne connaît pas ce genre de tâche.",
    "The clock was {seconds} seconds behind and was set.": "L’horloge retardait de {seconds} secondes et a été mise à l’heure.",
    "The clock was {seconds} seconds ahead and was set.": "L’horloge avançait de {seconds} secondes et a été mise à l’heure.",
    "The clock is {seconds} seconds behind and cannot be set.": "L’horloge retarde de {seconds} secondes et ne peut pas être mise à l’heure.",
    "The clock is {seconds} seconds ahead and cannot be set.": "L’horloge avance de {seconds} secondes et ne peut pas être mise à l’heure.",
    "The server and this agent speak different versions: one of the two needs an update. ({why})": "Le serveur et cet agent parlent des versions différentes\u202f: l’un des deux a besoin d’une mise à jour. ({why})",
    "What answers there is not the server this agent expects: {why}": "Ce qui répond là n’est pas le serveur que cet agent attend\u202f: {why}",
    "This machine is not enrolled yet. Ask for a join code, then: python -m agent enrol CODE --server ADDRESS": "Cette machine n’est pas encore enrôlée. Demandez un code d’enrôlement, puis\u202f: python -m agent enrol CODE --server ADRESSE",
    "This machine’s own disk or rights are in the way: {why}": "Le disque ou les droits de cette machine font obstacle\u202f: {why}",
    "The clock of this machine is {days} days behind. Its CMOS battery is probably flat.": "L’horloge de cette machine retarde de {days} jours. Sa pile CMOS est sans doute vide.",
    "The clock of this machine is {days} days ahead.": "L’horloge de cette machine avance de {days} jours.",
    "The clock of this machine is {minutes} minutes behind.": "L’horloge de cette machine retarde de {minutes} minutes.",
    "The clock of this machine is {minutes} minutes ahead.": "L’horloge de cette machine avance de {minutes} minutes.",
    "The clock of this machine stands before the dates of the server’s certificate. Its issuer and name were verified, its dates could not be.": "L’horloge de cette machine est antérieure aux dates du certificat du serveur. Son émetteur et son nom ont été vérifiés, ses dates n’ont pas pu l’être.",
    "Machine": "Machine",
    "Drives": "Disques",
    "Not seen": "Non vu",
    "Agent": "Agent",
    "Maker": "Fabricant",
    "Model": "Modèle",
    "Serial number": "Numéro de série",
    "Case": "Boîtier",
    "Firmware": "Micrologiciel",
    "Processor": "Processeur",
    "Memory": "Mémoire",
    "System": "Système",
    "Battery": "Batterie",
    "Network": "Réseau",
    "Kind": "Type",
    "Size": "Taille",
    "In use": "Utilisé",
    "Health": "Santé",
    "Server": "Serveur",
    "Reports waiting": "Rapports en attente",
    "not enrolled": "non enrôlé",
    "not known": "inconnu",
    "no": "non",
    "yes: {uses}": "oui\u202f: {uses}",
    "passed": "correcte",
    "FAILING": "EN PANNE",
    "cores: {cores}, threads: {threads}": "cœurs\u202f: {cores}, fils d’exécution\u202f: {threads}",
    "{percent} % of its first capacity": "{percent}\u202f% de sa capacité d’origine",
    "no drive was seen": "aucun disque n’a été vu",
    "Lock": "Verrou",
    "Screen": "Écran",
    "Temperature": "Température",
    "{fitted} fitted (slots used: {modules} of {slots}), {usable} usable": "{fitted} installés (emplacements occupés\u202f: {modules} sur {slots}), {usable} utilisables",
    "cycles: {count}": "cycles\u202f: {count}",
    "{inches} in": "{inches} pouces",
    "supported": "pris en charge",
    "not supported, it would need: {needs}": "non pris en charge, il faudrait\u202f: {needs}",
    "open, could not be seen: {needs}": "indécis, n’a pas pu être vu\u202f: {needs}",
    "+ {size} hidden": "+ {size} cachés",
    "hours on: {count}": "heures de marche\u202f: {count}",
    "sectors moved: {count}": "secteurs déplacés\u202f: {count}",
    "sectors pending: {count}": "secteurs en attente\u202f: {count}",
    "{count} % worn": "usé à {count}\u202f%",
    "errors of its memory: {count}": "erreurs de sa mémoire\u202f: {count}",
    "The drive is no longer there.": "Le disque n’est plus là.",
    "Another process is erasing the drive.": "Un autre processus est en train d’effacer le disque.",
    "The kernel does not give the drive away: {why}": "Le noyau ne cède pas le disque\u202f: {why}",
    "Its device file leads to another device.": "Son fichier de périphérique mène à un autre périphérique.",
    "The kernel gives two sizes for the drive.": "Le noyau donne deux tailles pour le disque.",
    "The drive is read-only.": "Le disque est en lecture seule.",
    "This system was started from the drive.": "Ce système a démarré de ce disque.",
    "The drive is in use: {uses}": "Le disque est utilisé\u202f: {uses}",
    "A stick or a card is erased only where it is named.": "Une clé ou une carte n’est effacée que si on la nomme.",
    "The kernel and the drive itself say different serials.": "Le noyau et le disque ne donnent pas le même numéro de série.",
    "It is not the drive that was approved, but {name}.": "Ce n’est pas le disque approuvé, mais {name}.",
    "The same drive is also seen as {name}.": "Le même disque est aussi vu comme {name}.",
    "No method is left for this drive.": "Il ne reste aucune méthode pour ce disque.",
    "The method did not end.": "La méthode n’est pas allée à son terme.",
    "Places that could not be written: {count}": "Emplacements qui n’ont pas pu être écrits\u202f: {count}",
    "Markers that are still there: {found} of {planted}. It was not erased.": "Repères encore là\u202f: {found} sur {planted}. Il n’a pas été effacé.",
    "Places that hold what an erased drive does not: {count}": "Emplacements contenant ce qu’un disque effacé ne contient pas\u202f: {count}",
    "Places that could not be read back: {count}": "Emplacements qui n’ont pas pu être relus\u202f: {count}",
    "Sectors still pending: {count}": "Secteurs encore en attente\u202f: {count}",
    "More sectors than before cannot be read.": "Plus de secteurs qu’avant ne peuvent pas être lus.",
    "The drive counted errors of its memory meanwhile.": "Le disque a compté des erreurs de sa mémoire entre-temps.",
    "Sectors were replaced meanwhile, with what they held.": "Des secteurs ont été remplacés entre-temps, avec ce qu’ils contenaient.",
    "The drive said that it was erased, and the data is still there.": "Le disque a dit qu’il était effacé, et les données sont toujours là.",
    "No marker could be planted before: nothing shows what changed.": "Aucun repère n’a pu être posé avant\u202f: rien ne montre ce qui a changé.",
    "The machine or its agent stopped during this.": "La machine ou son agent s’est arrêté pendant cela.",
    "The drive was not read back.": "Le disque n’a pas été relu.",
    "Given up; the drive did not answer any more.": "Abandonné\u202f; le disque ne répondait plus.",
    "The erasure broke off.": "L’effacement s’est interrompu.",
    "This order names no drive.": "Cet ordre ne nomme aucun disque.",
    "Not erased: {why}": "Non effacé\u202f: {why}",
    "erase drives of this machine, for good": "effacer des disques de cette machine, pour de bon",
    "a drive, by its name, path or serial number": "un disque, par son nom, son chemin ou son numéro de série",
    "every drive that is inside the machine and that nothing uses": "tous les disques internes que rien n’utilise",
    "show the plan with its exact commands, and touch nothing": "montrer le plan avec ses commandes exactes, sans rien toucher",
    "this method, or none at all": "cette méthode, ou aucune",
    "an order that the server gave out as a file": "un ordre que le serveur a donné en fichier",
    "say yes to the server’s order, with the tag of this machine": "dire oui à l’ordre du serveur, avec l’étiquette de cette machine",
    "Nothing was erased: name a drive, or add --all.": "Rien n’a été effacé\u202f: nommez un disque, ou ajoutez --all.",
    "Nothing was erased.": "Rien n’a été effacé.",
    "No order to erase waits for a yes on this machine.": "Aucun ordre d’effacement n’attend de confirmation sur cette machine.",
    "This is not the tag of the device of the order.": "Ce n’est pas l’étiquette de l’appareil de l’ordre.",
    "Confirmed: the drives of the order are being erased now.": "Confirmé\u202f: les disques de l’ordre sont effacés maintenant.",
    "There is no such method: {word}. There are: {known}.": "Cette méthode n’existe pas\u202f: {word}. Il y a\u202f: {known}.",
    "There is no such drive: {word}. There are: {known}.": "Ce disque n’existe pas\u202f: {word}. Il y a\u202f: {known}.",
    "The order cannot be used: {why}": "L’ordre est inutilisable\u202f: {why}",
    "ALL DATA on {drive} will be destroyed.": "TOUTES LES DONNÉES de {drive} seront détruites.",
    "Type the last {count} characters of its serial number, or nothing: ": "Tapez les {count} derniers caractères de son numéro de série, ou rien\u202f: ",
    "Type its name, or nothing: ": "Tapez son nom, ou rien\u202f: ",
    "This machine is not enrolled: the sealed records wait here, and go to the server once it is.": "Cette machine n’est pas enrôlée\u202f: les comptes rendus scellés attendent ici, et iront au serveur quand elle le sera.",
    "Drive": "Disque",
    "Step": "Étape",
    "Rate": "Débit",
    "Time left": "Reste",
    "Method": "Méthode",
    "Result": "Résultat",
    "Reason": "Raison",
    "What came of it": "Ce qu’il en est",
    "waiting for another process that is erasing it": "attente d’un autre processus qui l’efface",
    "looking": "examen",
    "planting markers": "pose des repères",
    "overwriting": "réécriture",
    "reading back": "relecture",
    "erasing itself": "s’efface lui-même",
    "unplug it and plug it in again": "débranchez-le et rebranchez-le",
}

# The words of the wire, in English and in French.
CODES: dict[type[enum.StrEnum], dict[str, tuple[str, str]]] = {
    Behind: {
        "nothing": ("directly attached", "raccordé directement"),
        "usb_bridge": ("behind a USB bridge", "derrière un pont USB"),
        "raid": ("behind a RAID controller", "derrière un contrôleur RAID"),
        "virtual": ("virtual", "virtuel"),
        "unknown": ("not known", "inconnu"),
    },
    Lock: {
        "admin_password": ("firmware password", "mot de passe du micrologiciel"),
        "power_on_password": ("start-up password", "mot de passe au démarrage"),
        "drive_password": ("password on a drive", "mot de passe sur un disque"),
        "platform_binary": (
            "the firmware plants a program into Windows",
            "le micrologiciel installe un programme dans Windows",
        ),
        "chrome_enrolment": (
            "kept by an organisation (Chrome)",
            "tenue par une organisation (Chrome)",
        ),
        "unknown": ("not known", "inconnu"),
    },
    Need: {
        "processor": ("a newer processor", "un processeur plus récent"),
        "cores": ("two cores", "deux cœurs"),
        "speed": ("a processor of 1 GHz", "un processeur de 1\u202fGHz"),
        "memory": ("4 GB of memory", "4\u202fGo de mémoire"),
        "storage": ("a drive of 64 GB", "un disque de 64\u202fGo"),
        "uefi": ("UEFI", "l’UEFI"),
        "tpm_2": ("TPM 2.0", "un TPM 2.0"),
        "unknown": ("something newer", "quelque chose de plus récent"),
    },
    PeripheralKind: {
        "graphics": ("Graphics", "Carte graphique"),
        "audio": ("Sound", "Son"),
        "camera": ("Camera", "Caméra"),
        "optical": ("Optical drive", "Lecteur optique"),
        "modem": ("Modem", "Modem"),
        "unknown": ("Part", "Pièce"),
    },
    Chassis: {
        "desktop": ("desktop", "ordinateur fixe"),
        "laptop": ("laptop", "ordinateur portable"),
        "all_in_one": ("all-in-one", "tout-en-un"),
        "mini": ("mini PC", "mini-PC"),
        "tablet": ("tablet", "tablette"),
        "server": ("server", "serveur"),
        "virtual": ("virtual machine", "machine virtuelle"),
        "unknown": ("not known", "inconnu"),
    },
    Use: {
        "root": ("the running system", "système en marche"),
        "boot": ("start-up files", "fichiers de démarrage"),
        "home": ("personal folders", "dossiers personnels"),
        "system": ("system folders", "dossiers du système"),
        "live": ("live medium", "support autonome"),
        "mount": ("mounted", "monté"),
        "swap": ("swap", "échange"),
        "lvm": ("LVM", "LVM"),
        "crypt": ("encryption", "chiffrement"),
        "raid": ("RAID", "RAID"),
        "zfs": ("ZFS", "ZFS"),
        "holder": ("held by another device", "retenu par un autre périphérique"),
        "unknown": ("not known, so taken as yes", "inconnu, donc compté comme oui"),
    },
    Subject: {
        "machine": ("machine", "machine"),
        "firmware": ("firmware", "micrologiciel"),
        "tpm": ("security chip (TPM)", "puce de sécurité (TPM)"),
        "locks": ("locks", "verrous"),
        "cpu": ("processor", "processeur"),
        "memory": ("memory", "mémoire"),
        "modules": ("memory modules", "barrettes de mémoire"),
        "drives": ("drives", "disques"),
        "drive_use": ("use of the drives", "usage des disques"),
        "drive_identity": ("identity of a drive", "identité d’un disque"),
        "drive_health": ("health of a drive", "santé d’un disque"),
        "drive_abilities": (
            "what a drive can do to erase itself",
            "ce qu’un disque peut faire pour s’effacer",
        ),
        "batteries": ("batteries", "batteries"),
        "network": ("network", "réseau"),
        "screens": ("screens", "écrans"),
        "graphics": ("graphics", "carte graphique"),
        "audio": ("sound", "son"),
        "cameras": ("cameras", "caméras"),
        "optical": ("optical drives", "lecteurs optiques"),
        "modems": ("modems", "modems"),
        "sensors": ("temperatures", "températures"),
        "system": ("system", "système"),
        "clock": ("clock", "horloge"),
        "unknown": ("several", "plusieurs"),
    },
    Why: {
        "not_offered": (
            "this machine does not show it",
            "cette machine ne le montre pas",
        ),
        "tool_missing": ("the tool is not installed", "l’outil n’est pas installé"),
        "permission": ("needs more rights (root)", "il faut plus de droits (root)"),
        "timeout": ("no answer in time", "pas de réponse à temps"),
        "tool_failed": ("the tool failed", "l’outil a échoué"),
        "unreadable": ("there, but not readable", "présent, mais illisible"),
        "hidden": ("hidden by a controller", "caché par un contrôleur"),
        "unknown": ("reason not known", "raison inconnue"),
    },
}
