"""Put what somebody typed back into the form of a page that is already written.

The page is taken as text, so that no view has to know: only what a person types,
chooses or ticks is set, never a hidden value of the fresh page (a nonce), but for the
number of the version that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import QueryDict

Attributes = dict[str, str | None]
# From where to where in the page, and what stands there instead.
Change = tuple[int, int, str]

_NOT_SET = {"hidden", "file", "password", "submit", "button", "image", "reset"}
_TICKED = {"checkbox", "radio"}
# Which version was read before it was typed: what somebody changed meanwhile is noticed.
_READ_THEN = {"revision", "instead_of"}


def refill(
    page: str,
    *,
    at: str,
    action: str,
    typed: QueryDict,
    notice: Callable[[list[str]], str],
) -> str:
    """Fill in the form of the page at `at` that sends to `action`.

    `notice` writes what stands before that form, from the words left without a field.
    """
    reader = _Reader(page, at, action, typed)
    reader.feed(page)
    reader.close()
    left = [
        text
        for name, texts in typed.lists()
        if name not in reader.known
        for text in texts
        if len(text.split()) > 1
    ]
    above = reader.messages_at if reader.form_at is None else reader.form_at
    if above is None or not (reader.changes or left):
        return page
    said = (above, above, notice(left))
    changes = {*reader.changes, *reader.unfolded, said}
    return "".join(_changed(page, sorted(changes)))


def _changed(page: str, changes: list[Change]) -> Iterator[str]:
    past = 0
    for start, end, text in changes:
        yield page[past:start] + text
        past = end
    yield page[past:]


class _Reader(HTMLParser):
    """Finds the form, and for each of its fields what has to be written instead."""

    def __init__(self, page: str, at: str, action: str, typed: QueryDict) -> None:
        super().__init__(convert_charrefs=False)
        self.typed, self.at, self.action = typed, at, action
        self.changes: list[Change] = []
        self.unfolded: list[Change] = []
        self.known: set[str] = set()
        self.form_at: int | None = None
        self.messages_at: int | None = None
        self._page = page
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._is_inside = False
        # Texts of one name, field after field.
        self._used: dict[str, int] = {}
        self._select = ""
        self._text: tuple[int, str] | None = None
        # Folded parts that are open around where we are: where each began, and its tag.
        self._folded: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, start = dict(attrs), self._here()
        written = self.get_starttag_text() or ""
        if tag == "details":
            self._folded.append((start, written))
        elif given.get("id") == "messages":
            self.messages_at = start
        elif tag == "form" and self.form_at is None:
            self._is_inside = self._is_ours(given)
            if self._is_inside:
                self.form_at = start
                self._unfold()
        elif self._is_inside:
            self._field(tag, given, start, written)

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._folded:
            self._folded.pop()
        elif tag == "form":
            self._is_inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._text is not None:
            start, name = self._text
            self._text = None
            self.known.add(name)
            text, end = self._next(name), self._here()
            if unescape(self._page[start:end]).split() != text.split():
                self._change(start, end, "\n" + escape(text))

    def _is_ours(self, form: Attributes) -> bool:
        if (form.get("method") or "get").lower() != "post":
            return False
        sent_to = urlsplit(urljoin(self.at, form.get("action") or self.at)).path
        return sent_to == self.action

    def _field(self, tag: str, given: Attributes, start: int, written: str) -> None:
        name = given.get("name") or ""
        if tag == "option" and self._select:
            is_chosen = (given.get("value") or "") in self.typed.getlist(self._select)
            self._mark(start, written, given, "selected", is_set=is_chosen)
        elif tag == "select" and name in self.typed:
            self.known.add(name)
            self._select = name
        elif tag == "textarea" and name in self.typed:
            self._text = (start + len(written), name)
        elif tag == "input":
            self._input(name, given, start, written)

    def _input(self, name: str, given: Attributes, start: int, written: str) -> None:
        kind = (given.get("type") or "text").lower()
        if kind in _TICKED:
            texts = self.typed.getlist(name)
            is_set = (given.get("value") or "on") in texts
            self.known.add(name)
            self._mark(start, written, given, "checked", is_set=is_set)
        elif name in self.typed and (kind not in _NOT_SET or name in _READ_THEN):
            self.known.add(name)
            text = self._next(name)
            if text != (given.get("value") or ""):
                fresh = _tag("input", {**given, "value": text})
                self._change(start, start + len(written), fresh)
        elif kind in _NOT_SET:
            self.known.add(name)

    def _mark(
        self, start: int, written: str, given: Attributes, word: str, *, is_set: bool
    ) -> None:
        if (word in given) == is_set:
            return
        tag = "option" if word == "selected" else "input"
        bare = {key: text for key, text in given.items() if key != word}
        fresh = _tag(tag, {**bare, word: None} if is_set else bare)
        self._change(start, start + len(written), fresh)

    def _change(self, start: int, end: int, text: str) -> None:
        self.changes.append((start, end, text))
        self._unfold()

    def _unfold(self) -> None:
        for start, written in self._folded:
            if " open" not in written:
                fresh = written.replace("<details", "<details open", 1)
                self.unfolded.append((start, start + len(written), fresh))

    def _next(self, name: str) -> str:
        """The text of the next field of this name."""
        texts = self.typed.getlist(name)
        nth = self._used.get(name, 0)
        self._used[name] = nth + 1
        return texts[min(nth, len(texts) - 1)]

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _tag(name: str, attributes: Attributes) -> str:
    parts = (
        key if text is None else f'{key}="{escape(text)}"'
        for key, text in attributes.items()
    )
    return f"<{' '.join((name, *parts))}>"
