"""What the Wi-Fi card hears. Names of networks stay on the machine."""

from __future__ import annotations

import re

from agent.checks.bench import Bench, Found
from agent.collect.around import entries, said
from agent.run import Ran
from agent.vocabulary import Result, Why

SCAN_SECONDS = 30
NEAR_DBM = -65
# NetworkManager says percent; this is its own scale (nm-utils: -100 to -50 dBm).
HEARD = re.compile(rb"^\s*signal:\s*(-?\d+)(?:\.\d+)? dBm", re.MULTILINE)
PERCENT = re.compile(rb"^(\d{1,3})\s*$", re.MULTILINE)


def wifi(bench: Bench) -> Found:
    words = bench.words
    cards = [
        folder.name
        for folder in entries(bench.around.sys / "class/net")
        if (folder / "phy80211").exists() or (folder / "wireless").exists()
    ]
    if not cards:
        reason = words("No Wi-Fi card is seen.")
        return Found(Result.NOT_TESTED, reason, {"cards": 0})
    if _is_switched_off(bench):
        reason = words("The Wi-Fi is switched off by a switch or a key.")
        return Found(Result.UNKNOWN, reason, {"cards": len(cards)})
    return _listen(cards[0], bench)


def _is_switched_off(bench: Bench) -> bool:
    switches = entries(bench.around.sys / "class/rfkill")
    own = [each for each in switches if said(each / "type") == "wlan"]
    return any(said(each / "hard") == "1" for each in own)


def _listen(card: str, bench: Bench) -> Found:
    run = bench.around.run
    run(("rfkill", "unblock", "wlan"), 5)
    run(("ip", "link", "set", card, "up"), 5)
    ran = run(("iw", "dev", card, "scan"), SCAN_SECONDS)
    if ran.exit_code == 0:
        heard = [int(dbm) for dbm in HEARD.findall(ran.stdout)]
        return judge(heard, "iw", bench)
    fields = ("nmcli", "-t", "-f", "SIGNAL", "device", "wifi", "list", "--rescan")
    other = run((*fields, "yes"), SCAN_SECONDS)
    if other.exit_code == 0:
        heard = [int(each) // 2 - 100 for each in PERCENT.findall(other.stdout)]
        return judge(heard, "nmcli", bench)
    return _unheard(other if ran.why is Why.TOOL_MISSING else ran, bench)


def judge(heard_dbm: list[int], tool: str, bench: Bench) -> Found:
    """The nearest network tells whether the aerial is connected."""
    words = bench.words
    if not heard_dbm:
        reason = words("The card works, but hears no network at all.")
        return Found(Result.FAIL, reason, {"networks": 0}, tool)
    best = max(heard_dbm)
    numbers = {"networks": len(heard_dbm), "best_dbm": best}
    if best >= NEAR_DBM:
        sentence = "Networks heard: {count}, the nearest at {dbm} dBm."
        return Found(
            Result.PASS, words(sentence, count=len(heard_dbm), dbm=best), numbers, tool
        )
    reason = words(
        "The nearest network is heard at {dbm} dBm only: the aerial may be loose.",
        dbm=best,
    )
    return Found(Result.WARN, reason, numbers, tool)


def _unheard(ran: Ran, bench: Bench) -> Found:
    words = bench.words
    if ran.why is Why.TOOL_MISSING:
        reason = words("Neither iw nor nmcli is installed.")
        return Found(Result.NOT_TESTED, reason)
    if ran.why is Why.TIMEOUT:
        reason = words(
            "The card did not answer within {seconds} s.", seconds=SCAN_SECONDS
        )
        return Found(Result.UNKNOWN, reason, tool=ran.argv[0])
    detail = ran.stderr.decode(errors="replace").strip()[:120]
    reason = words("The card could not be made to listen: {why}", why=detail)
    return Found(Result.UNKNOWN, reason, tool=ran.argv[0])
