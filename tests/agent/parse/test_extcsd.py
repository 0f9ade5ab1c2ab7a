from __future__ import annotations

import pytest

from agent.parse import Unreadable, extcsd

SAID = """\
=============================================
  Extended CSD rev 1.7 (MMC 5.0)
=============================================
TRIM Multiplier [TRIM_MULT: 0x05]
Secure Feature support [SEC_FEATURE_SUPPORT: {features}]
Boot partition size [BOOT_SIZE_MULTI: 0x20]
Sector Count [SEC_COUNT: 0x0733c000]
 Device is block-addressed
Context configuration [CONTEXT_CONF[51]: 0x00]
"""


@pytest.mark.parametrize(
    ("features", "secure_erase", "sanitize"),
    [
        ("0x55", True, True),
        ("0x15", True, False),
        ("0x40", False, True),
        ("0x00", False, False),
    ],
)
def test_the_register_says_what_it_can_erase(features, secure_erase, sanitize):
    found = extcsd.parse(SAID.format(features=features))
    assert found == (secure_erase, sanitize, 0x0733C000)


def test_without_the_register_nothing_is_known():
    with pytest.raises(Unreadable):
        extcsd.parse("Could not read EXT_CSD from /dev/mmcblk0")
