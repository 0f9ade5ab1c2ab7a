"""A form whose answer is the arguments of one act."""

from __future__ import annotations

from typing import Any

from django import forms

from backoffice.core.errors import DomainError


class ActForm(forms.Form):
    """`facts` are handed to the act by name, once the form is valid."""

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def refuse(self, refusal: DomainError) -> None:
        """Show what the act refused: the rule, then what to do next."""
        self.add_error(None, refusal.message)
        if refusal.advice:
            self.add_error(None, refusal.advice)
