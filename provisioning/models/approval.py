from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Site
from inventory.models.sites import SiteLimitedQuerySet


class ApprovalQuerySet(SiteLimitedQuerySet["Approval"]):
    PERMISSION = "provisioning.approve_agent"


class Approval(models.Model):
    """A site that looks at each machine that joins before it gives it work.

    No row: a join code is enough, as at every site until somebody asks for more.
    """

    site = models.OneToOneField(
        Site, on_delete=models.PROTECT, related_name="machine_approval"
    )
    is_wanted = models.BooleanField()

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval of machines")
        verbose_name_plural = _("approvals of machines")

    def __str__(self) -> str:
        return str(self.site)
