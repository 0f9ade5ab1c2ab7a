"""Answers of real modems give what they are known to say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from agent.modem.parse import card, device, network
from agent.modem.parse.answer import Answer, read, without_echo
from agent.modem.parse.iccid import NotAnIccid

SPOKEN = re.compile(r"(?:AT> )?(at(?![<>]).*)", re.IGNORECASE)
MASKED = re.compile(r"(?<=\d)X+")

# What is expected under each name, of an answer.
READERS: dict[str, Callable[[Answer], Any]] = {
    "iccid": lambda said: _number(said, "digits"),
    "luhn": lambda said: _number(said, "is_luhn"),
    "country": lambda said: _number(said, "country"),
    "issuer": lambda said: _number(said, "issuer"),
    "sw1": lambda said: card.status_words(said)[0],
    "sw2": lambda said: card.status_words(said)[1],
    "lock": card.lock,
    "pin": lambda said: card.tries(said).pin,
    "puk": lambda said: card.tries(said).puk,
    "pin2": lambda said: card.tries(said).pin2,
    "puk2": lambda said: card.tries(said).puk2,
    "manufacturer": lambda said: device.named(said).make,
    "imei_raw": lambda said: device.imei(said)[0],
    "extra": lambda said: device.imei(said)[1],
    "lines": lambda said: len(said.lines),
    "n": lambda said: network.registration(said).n,
    "stat": lambda said: network.registration(said).stat,
    "lac": lambda said: network.registration(said).lac,
    "ci": lambda said: network.registration(said).ci,
    "act": lambda said: network.registration(said).act,
    "cid": lambda said: network.contexts(said)[0].cid,
    "apn": lambda said: network.contexts(said)[0].apn,
    "count": lambda said: len(network.operators(said) or network.contexts(said)),
    "final_found": lambda said: bool(said.final),
    "is_error": lambda said: said.is_error,
    "sysinfo": lambda said: said.about("^SYSINFO")[0],
    "urc": lambda said: list(said.unasked),
    "msisdn": device.own_number,
    "soft_error": lambda said: said.soft_error,
    "lte": lambda said: network.signal(said)._asdict(),
    "balance_text": lambda said: not _written(said).is_packed,
    "encoding": lambda said: "gsm7-packed" if _written(said).is_packed else "text",
    "registered": lambda said: network.registration(said).is_registered,
    "model": lambda said: device.named(said).model,
    "iccid_and_eid": lambda said: len(_number(said, "digits")) == 20,
}

# Which command of a whole talk tells it.
ASKED_BY = {
    "model": "ATI",
    "registered": "AT+CEREG?",
    "act": "AT+CEREG?",
    "iccid_and_eid": "AT+CCID",
}


def test_every_answer_of_a_real_modem_is_understood(shared_data):
    (path,) = (shared_data / "modem").glob("*.jsonl")
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(records) == 62
    wrong = {
        record["id"]: (understood(record), record["expect"])
        for record in records
        if understood(record) != record["expect"]
    }
    assert wrong == {}


def understood(record: dict[str, Any]) -> dict[str, Any]:
    """What the readers say to each thing that is expected of one record."""
    return {key: _one(key, record) for key in record["expect"]}


def _one(key: str, record: dict[str, Any]) -> Any:
    command, raw = record["cmd"], record["raw"]
    if key == "without_echo":
        return without_echo(raw)
    if command == "(session)":
        return next(found for found in _in_session(key, raw) if found)
    answer = read(raw, "" if command.startswith("(") else command)
    if key == "error":
        return answer.final if answer.is_error else _why(answer)
    if key == "sim":
        is_absent = card.has_no_card(answer) and "absent-or-unsupported"
        return is_absent or device.sim_state(answer)
    if key == "model":
        return READERS[key](answer) or device.said(answer, "+CGMM")
    return READERS[key](answer)


def _in_session(key: str, raw: str) -> list[Any]:
    """One thing out of a whole talk: what each answer in it has to say of it."""
    found: list[Any] = []
    for command, said in _exchanges(raw):
        if command.upper() == ASKED_BY[key]:
            found.append(READERS[key](read(said, command)))
    return found


def _exchanges(raw: str) -> list[tuple[str, str]]:
    """Each command of a log with what followed it; masked digits are zeros again."""
    found: list[tuple[str, str]] = []
    for line in raw.splitlines():
        if spoken := SPOKEN.fullmatch(line):
            found.append((spoken[1], ""))
        else:
            command, said = found[-1]
            plain = MASKED.sub(lambda x: "0" * len(x[0]), line.removeprefix("AT< "))
            found[-1] = (command, f"{said}{plain}\r\n")
    return found


def _number(answer: Answer, fact: str) -> Any:
    found = card.card_number(answer)
    return getattr(found, fact) if found else None


def _written(answer: Answer) -> device.Ussd:
    found = device.ussd(answer)
    assert found
    return found


def _why(answer: Answer) -> str:
    try:
        card.card_number(answer)
    except NotAnIccid as exc:
        return exc.why
    return ""
