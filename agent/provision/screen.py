"""What a machine's own screen says while it is installed, for whoever passes by.

Both languages at once, plain text of 80 columns; green or red when it is over.
"""

from __future__ import annotations

import textwrap
from typing import Final

from agent.installed import Outcome
from agent.provision.room import News, Over
from agent.words import Words

COLUMNS: Final = 76
BAR: Final = 50
CLEAR: Final = "\x1b[0m\x1b[2J\x1b[H"
_GREEN: Final = "\x1b[42;30m"
_RED: Final = "\x1b[41;97m"
_PLAIN: Final = "\x1b[0m"
# What consoles without a font of their own have no glyph for.
_POOR: Final = str.maketrans({"\u202f": "\u00a0", "’": "'", "“": '"', "”": '"'})
LANGUAGES: Final = (Words(is_french=True), Words(is_french=False))


def drawn(news: News | None, over: Over | None) -> str:
    """The whole screen, with what clears it before."""
    if over is not None:
        return _ended(over)
    if news is None:
        return f"{CLEAR}\n  REBOND\n"
    lines = ["", "  REBOND", "", f"  {_bar(news.percent)} {news.percent:3} %", ""]
    for words in LANGUAGES:
        lines += [f"  {line}" for line in told(news, words)] + [""]
    return CLEAR + "\n".join(lines).translate(_POOR) + "\n"


def told(news: News, words: Words) -> list[str]:
    """What is being done, and how long it takes, in one language."""
    title = news.title_fr if words.is_french else news.title_en
    if news.phase == "fetch":
        doing = words("Fetching the files: {percent}\u202f%", percent=news.percent)
    elif news.phase == "look":
        doing = words(
            "Looking: {number} of {total}", number=news.number, total=news.total
        )
    else:
        doing = words(
            "Step {number} of {total}: {title}",
            number=news.number,
            total=news.total,
            title=title,
        )
    return [*textwrap.wrap(doing, COLUMNS), *_left(news.seconds_left, words)]


def _left(seconds: int | None, words: Words) -> list[str]:
    if seconds is None:
        return []
    if seconds < 60:
        return [words("less than a minute left")]
    return [words("{minutes} min left", minutes=round(seconds / 60))]


def _ended(over: Over) -> str:
    colour = _GREEN if over.outcome is Outcome.WHOLE else _RED
    lines = ["", "REBOND", ""]
    for sentence in (over.fr, over.en):
        lines += [*textwrap.wrap(sentence, COLUMNS), ""]
    block = "\n".join(f"{colour}  {line:{COLUMNS}}  {_PLAIN}" for line in lines)
    return CLEAR + block.translate(_POOR) + "\n"


def _bar(percent: int) -> str:
    done = BAR * percent // 100
    return "[" + "#" * done + "." * (BAR - done) + "]"
