"""Passphrases that are printed once: words that are read, said and typed easily.

Four of 512 words are 36 bits: enough behind yescrypt, which makes each guess slow. The
hash is of the form that `/etc/shadow` takes, made by the machine's own libcrypt, as
`passwd` would make it.
"""

from __future__ import annotations

import ctypes
import secrets
from functools import cache
from pathlib import Path

WORDS = 4
_YESCRYPT = b"$y$"
_RANDOM_BYTES = 16
# CRYPT_GENSALT_OUTPUT_SIZE, and the size of `struct crypt_data`, of crypt.h.
_SETTING_BYTES, _ROOM_BYTES = 192, 32_768


def fresh() -> str:
    """As `lampe-jardin-velo-pomme`."""
    return "-".join(secrets.choice(words()) for _word in range(WORDS))


@cache
def words() -> tuple[str, ...]:
    """French, without accents, no two of which differ by their last letter only."""
    listed = Path(__file__).with_name("passphrase_words.txt")
    return tuple(listed.read_text(encoding="ascii").split())


def shadow_hash(passphrase: str) -> str:
    """yescrypt, with a salt of its own; raises OSError where libcrypt cannot."""
    salt = secrets.token_bytes(_RANDOM_BYTES)
    setting = ctypes.create_string_buffer(_SETTING_BYTES)
    _library().crypt_gensalt_rn(_YESCRYPT, 0, salt, len(salt), setting, _SETTING_BYTES)
    return _crypt(passphrase, setting.value)


def is_hash_of(hashed: str, passphrase: str) -> bool:
    """Whether this passphrase opens the account that has this hash."""
    return secrets.compare_digest(_crypt(passphrase, hashed.encode()), hashed)


def _crypt(passphrase: str, setting: bytes) -> str:
    room = ctypes.create_string_buffer(_ROOM_BYTES)
    made = _library().crypt_rn(passphrase.encode(), setting, room, _ROOM_BYTES)
    # None, or a star, where libcrypt does not know how.
    if not made or made.startswith(b"*"):
        raise OSError("libcrypt does not know yescrypt")
    return str(made, "ascii")


@cache
def _library() -> ctypes.CDLL:
    """What every Debian has, because signing in needs it."""
    library = ctypes.CDLL("libcrypt.so.1")
    text, number = ctypes.c_char_p, ctypes.c_int
    library.crypt_gensalt_rn.restype = library.crypt_rn.restype = text
    library.crypt_gensalt_rn.argtypes = (
        *(text, ctypes.c_ulong, text, number, text, number),
    )
    library.crypt_rn.argtypes = (text, text, text, number)
    return library
