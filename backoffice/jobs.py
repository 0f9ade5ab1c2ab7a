"""Which periodic jobs there are, and how often each runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from backoffice.core.actions import sign_checkpoint
from backoffice.core.once import forget_old_answers
from backoffice.core.periodic import Job, clear_expired_sessions
from backoffice.core.sending import send_outgoing
from inventory.actions import judge_anew
from inventory.background import issue_certificates, send_donor_mails
from lending.background import (
    expire_stale_requests,
    remind_loans,
    take_up_adjourned_requests,
    warn_stale_requests,
)
from lending.telling import deliver_webhooks
from provisioning.actions import (
    drop_fallen_orders,
    expire_jobs,
    forget_old_uploads,
    give_orders_left,
    prune_reports,
)


def judge_all_anew() -> None:
    """Batch after batch, so that the workshop is never kept waiting."""
    while judge_anew():
        pass


PERIODIC: Mapping[str, Job] = {
    "sign_checkpoint": Job(dt.timedelta(hours=1), sign_checkpoint),
    "send_outgoing": Job(dt.timedelta(minutes=1), send_outgoing),
    "deliver_webhooks": Job(dt.timedelta(seconds=5), deliver_webhooks),
    "expire_jobs": Job(dt.timedelta(minutes=5), expire_jobs),
    "drop_fallen_orders": Job(dt.timedelta(minutes=5), drop_fallen_orders),
    "give_orders_left": Job(dt.timedelta(minutes=5), give_orders_left),
    "judge_anew": Job(dt.timedelta(minutes=1), judge_all_anew),
    # Asked for by people, who look how far it is: soon after they did.
    "issue_certificates": Job(dt.timedelta(seconds=1), issue_certificates),
    "send_donor_mails": Job(dt.timedelta(seconds=1), send_donor_mails),
    "take_up_adjourned_requests": Job(
        dt.timedelta(hours=1), take_up_adjourned_requests
    ),
    "warn_stale_requests": Job(dt.timedelta(days=1), warn_stale_requests),
    "expire_stale_requests": Job(dt.timedelta(days=1), expire_stale_requests),
    # By day only; what one run left out, the next one writes.
    "remind_loans": Job(dt.timedelta(hours=1), remind_loans),
    "prune_reports": Job(dt.timedelta(hours=1), prune_reports),
    "forget_old_uploads": Job(dt.timedelta(days=1), forget_old_uploads),
    "clear_expired_sessions": Job(dt.timedelta(days=1), clear_expired_sessions),
    "forget_old_answers": Job(dt.timedelta(days=1), forget_old_answers),
}
