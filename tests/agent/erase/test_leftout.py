from __future__ import annotations

import pytest

from agent.erase.leftout import SENTENCES, LeftOut, say
from agent.words import Words


@pytest.mark.parametrize("reason", LeftOut)
def test_every_reason_is_said_in_both_languages(reason):
    english, french = (say(Words(is_french=each), reason) for each in (False, True))
    assert english
    assert french
    assert english != french


def test_french_is_set_as_french_is():
    for _, french in SENTENCES.values():
        assert "'" not in french
        assert " :" not in french
        assert french[0].islower()
