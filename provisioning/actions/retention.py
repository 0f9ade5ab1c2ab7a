"""How long the bytes of reports are kept: never less than the first and the newest."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backoffice.core.actors import Machine
from provisioning.models import Agent, AgentEvent, Report, ReportPayload

AT_ONCE = 500
SERVER = Machine("server")


@transaction.atomic(durable=True)
def prune_reports() -> int:
    """Remove the bytes of reports past their time; hash, signature and place stay.

    Each machine's journal says which. REPORTS_KEPT_DAYS 0 keeps everything.
    """
    if not settings.REPORTS_KEPT_DAYS:
        return 0
    before = timezone.now() - dt.timedelta(days=settings.REPORTS_KEPT_DAYS)
    late = Report.objects.prunable().filter(received_at__lt=before)
    found = list(late.order_by("agent", "seq")[:AT_ONCE])
    for agent_id, of_agent in groupby(found, key=lambda report: report.agent_id):
        reports = list(of_agent)
        agent = Agent.objects.lock(agent_id)
        ReportPayload.objects.filter(report__in=reports).prune()
        data = {"reports": {str(each.report_id): each.sha256 for each in reports}}
        AgentEvent.append(agent, "reports_pruned", by=SERVER, data=data)
    return len(found)
