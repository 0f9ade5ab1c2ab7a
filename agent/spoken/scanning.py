"""What is said of serial scanners and their scan stations."""

from __future__ import annotations

FRENCH = {
    "What came is no readable code. Scan it again: {code}": "Ce qui est arrivé n’est pas un code lisible. Scannez de nouveau\u202f: {code}",
    "What came is longer than any code. Scan it again: {code}": "Ce qui est arrivé est plus long que tout code. Scannez de nouveau\u202f: {code}",
    "This speaks like a modem, not like a scanner. It was not sent: {code}": "Ceci parle comme un modem, pas comme un lecteur. Ce n’a pas été envoyé\u202f: {code}",
    "The scanner at {port} is heard. Its codes go to the station “{station}”.": "Le lecteur sur {port} est entendu. Ses codes vont au poste «\u202f{station}\u202f».",
    "No scanner at {port} for now ({why}). Plug it in: nothing needs to be started again.": "Pas de lecteur sur {port} pour l’instant ({why}). Branchez-le\u202f: rien n’est à relancer.",
    "The scanner does not say where a code ends. Set its suffix to CR.": "Le lecteur ne dit pas où finit un code. Réglez son suffixe sur CR.",
    "The scanner went away in the middle of a code: scan it again.": "Le lecteur est parti au milieu d’un code\u202f: scannez de nouveau.",
    "The disk of this machine takes no code ({why}). Scanning waits for it.": "Le disque de cette machine ne prend aucun code ({why}). La lecture l’attend.",
    "Nothing is lost. Codes waiting here: {count}.": "Rien n’est perdu. Codes en attente ici\u202f: {count}.",
    "The server answers again.": "Le serveur répond de nouveau.",
    "The server refused codes for good ({why}). They are kept in {path}.": "Le serveur a refusé des codes définitivement ({why}). Ils sont gardés dans {path}.",
    "Nobody is at the station “{station}”: its codes wait on the server.": "Personne n’est au poste «\u202f{station}\u202f»\u202f: ses codes attendent sur le serveur.",
    "{port} belongs to a modem ({what}), not to a scanner. Nothing was sent to it.": "{port} appartient à un modem ({what}), pas à un lecteur. Rien ne lui a été envoyé.",
    "This scanner belongs to no station yet. Make a code on the page of the station, then add --code.": "Ce lecteur n’appartient encore à aucun poste. Créez un code sur la page du poste, puis ajoutez --code.",
    "This scanner belongs to {server}. To change that, make a code on the page of the station there, then add --code.": "Ce lecteur appartient à {server}. Pour en changer, créez un code sur la page du poste là-bas, puis ajoutez --code.",
    "The server no longer accepts this scanner ({why}). Make a new code on the page of the station, then add --code.": "Le serveur n’accepte plus ce lecteur ({why}). Créez un nouveau code sur la page du poste, puis ajoutez --code.",
    "This is no port of a scanner: {port} ({why})": "Ceci n’est pas le port d’un lecteur\u202f: {port} ({why})",
    "A scanner of this station is already running on this machine.": "Un lecteur de ce poste tourne déjà sur cette machine.",
    "bring the codes of a serial scanner to a scan station": "apporter les codes d’un lecteur série à un poste de scan",
    "where it hangs: /dev/ttyUSB0, socket://HOST:PORT, rfc2217://…": "où il est branché\u202f: /dev/ttyUSB0, socket://HÔTE:PORT, rfc2217://…",
    "the name of the scan station, as its page says it": "le nom du poste de scan, comme sa page le dit",
    "the join code from the station’s page": "le code d’enrôlement de la page du poste",
    "bits a second (9600)": "bits par seconde (9600)",
    "data bits, parity and stop bits (8N1)": "bits de données, parité et bits d’arrêt (8N1)",
    "how this scanner beeps when it is told to": "comment ce lecteur bipe quand on le lui demande",
}
