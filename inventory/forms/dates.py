"""Dates as a browser asks for them."""

from __future__ import annotations

from django import forms


class DateInput(forms.DateInput):
    """A browser's own date field: it wants ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
