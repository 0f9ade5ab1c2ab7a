"""Keyboards in words, by their names in XKB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

# Those that workshops in France and Belgium ask for most.
_FIRST: Final[Mapping[str, Any]] = {
    "fr": pgettext_lazy("keyboard", "French"),
    "be": pgettext_lazy("keyboard", "Belgian"),
    "ch": pgettext_lazy("keyboard", "Swiss"),
    "ca": pgettext_lazy("keyboard", "French (Canada)"),
    "us": pgettext_lazy("keyboard", "English (US)"),
    "gb": pgettext_lazy("keyboard", "English (UK)"),
    "de": pgettext_lazy("keyboard", "German"),
    "es": pgettext_lazy("keyboard", "Spanish"),
    "it": pgettext_lazy("keyboard", "Italian"),
    "pt": pgettext_lazy("keyboard", "Portuguese"),
    "ara": pgettext_lazy("keyboard", "Arabic"),
    "ma": pgettext_lazy("keyboard", "Arabic (Morocco)"),
    "dz": pgettext_lazy("keyboard", "Berber (Algeria)"),
    "tr": pgettext_lazy("keyboard", "Turkish"),
    "ru": pgettext_lazy("keyboard", "Russian"),
    "ua": pgettext_lazy("keyboard", "Ukrainian"),
}
_OTHERS: Final[Mapping[str, Any]] = {
    "af": pgettext_lazy("keyboard", "Dari (Afghanistan)"),
    "al": pgettext_lazy("keyboard", "Albanian"),
    "am": pgettext_lazy("keyboard", "Armenian"),
    "at": pgettext_lazy("keyboard", "German (Austria)"),
    "au": pgettext_lazy("keyboard", "English (Australia)"),
    "az": pgettext_lazy("keyboard", "Azerbaijani"),
    "ba": pgettext_lazy("keyboard", "Bosnian"),
    "bd": pgettext_lazy("keyboard", "Bangla"),
    "bg": pgettext_lazy("keyboard", "Bulgarian"),
    "br": pgettext_lazy("keyboard", "Portuguese (Brazil)"),
    "brai": pgettext_lazy("keyboard", "Braille"),
    "bt": pgettext_lazy("keyboard", "Dzongkha"),
    "bw": pgettext_lazy("keyboard", "Tswana"),
    "by": pgettext_lazy("keyboard", "Belarusian"),
    "cd": pgettext_lazy("keyboard", "French (Congo)"),
    "cm": pgettext_lazy("keyboard", "Cameroon"),
    "cn": pgettext_lazy("keyboard", "Chinese"),
    "cz": pgettext_lazy("keyboard", "Czech"),
    "dk": pgettext_lazy("keyboard", "Danish"),
    "ee": pgettext_lazy("keyboard", "Estonian"),
    "epo": pgettext_lazy("keyboard", "Esperanto"),
    "et": pgettext_lazy("keyboard", "Amharic"),
    "fi": pgettext_lazy("keyboard", "Finnish"),
    "fo": pgettext_lazy("keyboard", "Faroese"),
    "ge": pgettext_lazy("keyboard", "Georgian"),
    "gh": pgettext_lazy("keyboard", "English (Ghana)"),
    "gn": pgettext_lazy("keyboard", "N’Ko"),
    "gr": pgettext_lazy("keyboard", "Greek"),
    "hr": pgettext_lazy("keyboard", "Croatian"),
    "hu": pgettext_lazy("keyboard", "Hungarian"),
    "id": pgettext_lazy("keyboard", "Indonesian"),
    "ie": pgettext_lazy("keyboard", "Irish"),
    "il": pgettext_lazy("keyboard", "Hebrew"),
    "in": pgettext_lazy("keyboard", "Indian languages"),
    "iq": pgettext_lazy("keyboard", "Iraqi"),
    "ir": pgettext_lazy("keyboard", "Persian"),
    "is": pgettext_lazy("keyboard", "Icelandic"),
    "jp": pgettext_lazy("keyboard", "Japanese"),
    "jv": pgettext_lazy("keyboard", "Javanese"),
    "ke": pgettext_lazy("keyboard", "Swahili (Kenya)"),
    "kg": pgettext_lazy("keyboard", "Kyrgyz"),
    "kh": pgettext_lazy("keyboard", "Khmer"),
    "kr": pgettext_lazy("keyboard", "Korean"),
    "kz": pgettext_lazy("keyboard", "Kazakh"),
    "la": pgettext_lazy("keyboard", "Lao"),
    "latam": pgettext_lazy("keyboard", "Spanish (Latin America)"),
    "lk": pgettext_lazy("keyboard", "Sinhala"),
    "lt": pgettext_lazy("keyboard", "Lithuanian"),
    "lv": pgettext_lazy("keyboard", "Latvian"),
    "mao": pgettext_lazy("keyboard", "Maori"),
    "md": pgettext_lazy("keyboard", "Moldovan"),
    "me": pgettext_lazy("keyboard", "Montenegrin"),
    "mk": pgettext_lazy("keyboard", "Macedonian"),
    "ml": pgettext_lazy("keyboard", "Bambara"),
    "mm": pgettext_lazy("keyboard", "Burmese"),
    "mn": pgettext_lazy("keyboard", "Mongolian"),
    "mt": pgettext_lazy("keyboard", "Maltese"),
    "mv": pgettext_lazy("keyboard", "Dhivehi"),
    "my": pgettext_lazy("keyboard", "Malay (Jawi)"),
    "ng": pgettext_lazy("keyboard", "English (Nigeria)"),
    "nl": pgettext_lazy("keyboard", "Dutch"),
    "no": pgettext_lazy("keyboard", "Norwegian"),
    "np": pgettext_lazy("keyboard", "Nepali"),
    "ph": pgettext_lazy("keyboard", "Filipino"),
    "pk": pgettext_lazy("keyboard", "Urdu"),
    "pl": pgettext_lazy("keyboard", "Polish"),
    "ro": pgettext_lazy("keyboard", "Romanian"),
    "rs": pgettext_lazy("keyboard", "Serbian"),
    "se": pgettext_lazy("keyboard", "Swedish"),
    "si": pgettext_lazy("keyboard", "Slovenian"),
    "sk": pgettext_lazy("keyboard", "Slovak"),
    "sn": pgettext_lazy("keyboard", "Wolof"),
    "sy": pgettext_lazy("keyboard", "Arabic (Syria)"),
    "tg": pgettext_lazy("keyboard", "French (Togo)"),
    "th": pgettext_lazy("keyboard", "Thai"),
    "tj": pgettext_lazy("keyboard", "Tajik"),
    "tm": pgettext_lazy("keyboard", "Turkmen"),
    "tw": pgettext_lazy("keyboard", "Taiwanese"),
    "tz": pgettext_lazy("keyboard", "Swahili (Tanzania)"),
    "uz": pgettext_lazy("keyboard", "Uzbek"),
    "vn": pgettext_lazy("keyboard", "Vietnamese"),
    "za": pgettext_lazy("keyboard", "English (South Africa)"),
}
KEYBOARDS: Final = {**_FIRST, **_OTHERS}


def offered(known: str) -> list[tuple[str, Any]]:
    """Choices in two groups; one that stands there and is not `known` here stays."""
    strange = [(known, known)] if known and known not in KEYBOARDS else []
    return [
        (_("Asked for most"), [_choice(name) for name in _FIRST]),
        (_("All others"), strange + sorted(map(_choice, _OTHERS), key=_by_words)),
    ]


def _choice(name: str) -> tuple[str, str]:
    return name, f"{KEYBOARDS[name]} ({name})"


def _by_words(choice: tuple[str, str]) -> str:
    return choice[1].casefold()
