from __future__ import annotations

from django.conf import settings
from django.db import models


class FormAnswer(models.Model):
    """A page's form that was acted upon: sent again, it does nothing a second time."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Made with the form, and sent with it.
    nonce = models.UUIDField()
    # Where the first answer led.
    address = models.TextField()
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=["answered_at"], name="form_answer_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["user", "nonce"], name="form_answered_once")
        ]

    def __str__(self) -> str:
        return str(self.nonce)
