from __future__ import annotations

from agent.checks.wifi import judge, wifi
from agent.run import Ran
from agent.vocabulary import Result, Why
from tests.agent.checks.benches import FRENCH, bench
from tests.agent.trees import Tools, grow

CARD = {"sys/class/net/wlp2s0/phy80211/name": "phy0", "sys/class/net/eth0/type": "1"}
SCAN = b"""BSS 02:00:00:00:00:01(on wlp2s0)
\tsignal: -48.00 dBm
\tSSID: Chez Ada
BSS 02:00:00:00:00:02(on wlp2s0)
\tsignal: -81.50 dBm
\tSSID: signal: -1 dBm
"""


def test_the_nearest_network_tells_that_the_card_hears(tmp_path):
    found = wifi(bench(grow(tmp_path, CARD), Tools(iw=SCAN)))
    assert (found.result, found.tool) == (Result.PASS, "iw")
    assert found.numbers == {"networks": 2, "best_dbm": -48}


def test_no_name_of_a_network_leaves_the_machine(tmp_path):
    found = wifi(bench(grow(tmp_path, CARD), Tools(iw=SCAN)))
    assert "Ada" not in str(found)


def test_far_networks_only_are_worth_a_look_at_the_aerial(tmp_path):
    found = judge([-80, -77], "iw", bench(tmp_path))
    assert (found.result, "-77 dBm" in found.reason) == (Result.WARN, True)


def test_silence_fails(tmp_path):
    found = wifi(bench(grow(tmp_path, CARD), Tools(iw=b"")))
    assert (found.result, found.numbers) == (Result.FAIL, {"networks": 0})


def test_networkmanager_answers_where_iw_may_not_scan(tmp_path):
    denied = Ran(("iw",), exit_code=240, stderr=b"Operation not permitted (-1)")
    tools = Tools(iw=denied, nmcli=b"94\n30\n\n")
    found = wifi(bench(grow(tmp_path, CARD), tools))
    assert (found.tool, found.numbers["best_dbm"]) == ("nmcli", -53)


def test_a_machine_without_a_card_is_not_tested(tmp_path):
    grow(tmp_path, {"sys/class/net/eth0/type": "1"})
    found = wifi(bench(tmp_path, words=FRENCH))
    assert (found.result, found.numbers) == (Result.NOT_TESTED, {"cards": 0})
    assert found.reason == "Aucune carte Wi-Fi n’est vue."


def test_a_card_that_a_switch_holds_off_is_not_judged(tmp_path):
    switch = {
        "sys/class/rfkill/rfkill0/type": "wlan",
        "sys/class/rfkill/rfkill0/hard": "1",
    }
    tools = Tools(iw=SCAN)
    found = wifi(bench(grow(tmp_path, CARD | switch), tools))
    assert (found.result, tools.asked) == (Result.UNKNOWN, [])


def test_without_a_tool_it_is_not_tested_and_without_rights_unknown(tmp_path):
    grow(tmp_path, CARD)
    assert wifi(bench(tmp_path)).result is Result.NOT_TESTED
    denied = Ran(("iw",), exit_code=240, stderr=b"Operation not permitted (-1)")
    found = wifi(bench(tmp_path, Tools(iw=denied)))
    assert found.result is Result.UNKNOWN
    assert "Operation not permitted" in found.reason


def test_a_card_that_does_not_answer_is_told_apart(tmp_path):
    hung = Ran(("iw",), exit_code=-9, why=Why.TIMEOUT)
    found = wifi(bench(grow(tmp_path, CARD), Tools(iw=hung)))
    assert (found.result, found.tool) == (Result.UNKNOWN, "iw")
    assert "did not answer within 30 s" in found.reason
