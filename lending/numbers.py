"""Numbers of cards, telephones and modems: how they are written, and what looks wrong.

ICCID: ITU-T E.118, 89, country, issuer, account, check digit (Luhn); printed with 18 to
22 digits, with or without the check digit. Telephone numbers: E.164. IMEI: 15 digits,
Luhn. A wrong check digit is a doubt for a person to look at, never a refusal.
"""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from stdnum import luhn

from lending.errors import NumberMalformed
from lending.kinds import Country

# What people and scanners put between digits.
_SEPARATORS = re.compile(r"[\s.\-/()\u00a0\u202f]+")
_ICCID = re.compile(r"[0-9]{18,22}F?", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_IMEI = re.compile(r"[0-9]{15}", re.ASCII)
_IMSI = re.compile(r"[0-9]{14,15}", re.ASCII)
_PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
_PUK = re.compile(r"[0-9]{8}", re.ASCII)
_CALLED = {Country.FRANCE: "+33", Country.BELGIUM: "+32"}
# Digits that every way of printing and reading a card shares.
KEY_DIGITS = 18
# 89, the country's calling code, the issuer: the operators of France and Belgium.
OPERATORS = {
    "893301": "Orange",
    "893310": "SFR",
    "893315": "Free",
    "893320": "Bouygues Telecom",
    "893322": "Transatel",
    "893201": "Proximus",
    "893202": "Telenet",
    "893210": "Orange Belgium",
    "893220": "Base",
}


def read_iccid(typed: str) -> str:
    """The digits of a card's number, as printed; a filling F at the end is none.

    Raises NumberMalformed.
    """
    digits = _SEPARATORS.sub("", typed).upper()
    if not _ICCID.fullmatch(digits):
        raise NumberMalformed(
            _("A card’s number (ICCID) has 18 to 22 digits, and begins with 89."),
            field="iccid",
        )
    digits = digits.removesuffix("F")
    if not digits.startswith("89"):
        raise NumberMalformed(
            _("A card’s number (ICCID) has 18 to 22 digits, and begins with 89."),
            field="iccid",
        )
    return digits


def iccid_doubts(iccid: str) -> list[str]:
    """What a person should look at again; a number without check digit has none."""
    if len(iccid) in {19, 20} and not luhn.is_valid(iccid):
        return [_("The last digit of the card’s number does not fit the others.")]
    return []


def operator_of(iccid: str) -> str:
    """Who issued the card, as its number says; empty for issuers not known here."""
    return OPERATORS.get(iccid[:6], "")


def read_phone(typed: str) -> str:
    """A telephone number in E.164. Raises NumberMalformed: the country is not guessed."""
    plain = _SEPARATORS.sub("", typed)
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if not _E164.fullmatch(plain):
        raise NumberMalformed(
            _("Write the number with its country: +33 6 39 98 00 01."), field="phone"
        )
    return plain


def read_phone_in(typed: str, country: Country) -> str:
    """As `read_phone`; a number as people dial it, 06 39 98 00 01, is of this country."""
    plain = _SEPARATORS.sub("", typed)
    if plain.startswith("0") and not plain.startswith("00"):
        plain = _CALLED[country] + plain[1:]
    return read_phone(plain)


def read_imei(typed: str) -> str:
    """The 15 digits of a modem. Raises NumberMalformed."""
    digits = _SEPARATORS.sub("", typed)
    if not _IMEI.fullmatch(digits):
        raise NumberMalformed(_("An IMEI has 15 digits."), field="imei")
    return digits


def imei_doubts(imei: str) -> list[str]:
    if luhn.is_valid(imei):
        return []
    return [_("The last digit of the IMEI does not fit the others.")]


def read_imsi(typed: str) -> str:
    """The 14 or 15 digits of a subscriber. Raises NumberMalformed."""
    digits = _SEPARATORS.sub("", typed)
    if not _IMSI.fullmatch(digits):
        raise NumberMalformed(_("An IMSI has 15 digits."), field="imsi")
    return digits


def read_pin(typed: str) -> str:
    """A PIN of 4 to 8 digits. Raises NumberMalformed, which never repeats it."""
    if not _PIN.fullmatch(typed.strip()):
        raise NumberMalformed(_("A PIN has 4 to 8 digits."), field="pin")
    return typed.strip()


def read_puk(typed: str) -> str:
    """A PUK of 8 digits. Raises NumberMalformed, which never repeats it."""
    if not _PUK.fullmatch(typed.strip()):
        raise NumberMalformed(_("A PUK has 8 digits."), field="puk")
    return typed.strip()


def euros(cents: int) -> str:
    """An amount as the reader's language writes it: 12,50 €."""
    amount = formats.number_format(Decimal(cents) / 100, 2, force_grouping=True)
    return f"{amount}\u202f€"
