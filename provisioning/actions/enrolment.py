"""A machine joins with a code that a person made for it, and may be sent away."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Actor, Machine, keep_form, permit
from backoffice.core.models import Site
from backoffice.core.models.token import hash_secret, new_code, new_secret
from backoffice.core.transactions import require_transaction
from inventory.models import Device
from provisioning.actions.approval import is_approval_wanted
from provisioning.actions.jobs import end_open_job
from provisioning.actions.steps import bind_as_meant, describe, is_signed, refuse_taken
from provisioning.errors import AgentRevoked, CodeInvalid, SignatureInvalid
from provisioning.models import Agent, AgentEvent, JoinCode
from provisioning.models.join_code import MINUTES, hash_code


@dataclasses.dataclass(frozen=True)
class Enrolled:
    """`token` is shown this once; `created` is False where the request was repeated."""

    agent: Agent
    token: str
    created: bool


@transaction.atomic(durable=True)
def create_join_code(
    *, site: Site, device: Device | None = None, by: Actor
) -> tuple[JoinCode, str]:
    """Let one machine join within a quarter of an hour; returns the code in clear once.

    With a device, which has no machine yet, or one that came back and forgot who it is,
    it is bound to it as soon as it joins.
    """
    user = permit(by, "provisioning.enrol_agent", at=site.pk)
    if device is not None:
        permit(by, "provisioning.bind_agent", at=device.site_id)
        refuse_taken(device)
    keep_form(by)
    code = new_code()
    row = JoinCode.objects.create(
        code_hmac=hash_code(code),
        site=site,
        device=device,
        created_by=user,
        expires_at=timezone.now() + dt.timedelta(minutes=MINUTES),
    )
    return row, code


@transaction.atomic(durable=True)
def enrol_agent(*, request: wire.EnrolRequest) -> Enrolled:
    """Give a machine its credential: the code is proof that a person wants it.

    The same key with the same code again gets a fresh credential for the same
    agent, because the first answer may have been lost on the way.
    """
    if not is_signed(request.claim, request.proof, request.public_key):
        raise SignatureInvalid(
            _("This machine does not show that it holds the key it names.")
        )
    code = JoinCode.objects.lock_valid(wire.join_code(request.code))
    if code is None or (code.used_at and not _same_machine(code, request)):
        raise CodeInvalid(
            _("This code is unknown, used or expired."),
            advice=_("Ask for a new code at the workshop."),
        )
    again = code.used_at is not None
    token = new_secret()
    agent = _known(request.public_key) or _added(request.public_key, code, token)
    _let_in(agent, code, token)
    describe(agent, request.machine, request.agent_version)
    agent.save()
    AgentEvent.append(
        agent,
        "enrolled_again" if again else "enrolled",
        by=Machine(str(agent.uuid)),
        data={"code": str(code.uuid), "made_by": str(code.created_by.uuid)},
    )
    if not again:
        code.used_at = timezone.now()
        code.agent = agent
        code.save(update_fields=["used_at", "agent"])
        bind_as_meant(agent, code)
    return Enrolled(agent, token, created=not again)


@transaction.atomic(durable=True)
def revoke_agent(*, agent: Agent, by: Actor) -> Agent:
    """End an agent's credential, and its open job, at once; what it reported stays."""
    permit(by, "provisioning.revoke_agent", at=agent.answering_site_id)
    agent = Agent.objects.lock(agent.pk)
    if agent.revoked_at is not None:
        raise AgentRevoked(_("This machine is revoked already."))
    agent.revoked_at = agent.changed_at = timezone.now()
    agent.save(update_fields=["revoked_at", "changed_at"])
    AgentEvent.append(agent, "revoked", by=by)
    end_open_job(agent, by=by)
    return agent


def _same_machine(code: JoinCode, request: wire.EnrolRequest) -> bool:
    """Whether a used code is asked again by who used it, and was not sent away since."""
    agent = code.agent
    if agent is None or agent.revoked_at is not None:
        return False
    return bytes(agent.public_key) == request.public_key


def _known(public_key: bytes) -> Agent | None:
    """The agent of this key, held."""
    return (
        Agent.objects.select_for_update(of=("self",))
        .filter(public_key=public_key)
        .first()
    )


def _added(public_key: bytes, code: JoinCode, token: str) -> Agent:
    """A new agent, held; the same key may be joining with another code right now."""
    require_transaction()
    try:
        with transaction.atomic(savepoint=True):
            return Agent.objects.create(
                public_key=public_key,
                site=code.site,
                token_sha256=hash_secret(token),
                enrolled_at=timezone.now(),
            )
    except IntegrityError:
        known = _known(public_key)
        if known is None:
            raise
        return known


def _let_in(agent: Agent, code: JoinCode, token: str) -> None:
    """Write the fresh credential on a held agent, known, new or revoked."""
    agent.token_sha256 = hash_secret(token)
    agent.next_token_sha256 = None
    agent.changed_at = timezone.now()
    if agent.revoked_at is not None:
        agent.revoked_at = agent.approved_at = agent.clone_suspected_at = None
        agent.device = agent.bound_at = agent.bound_by = None
        # A person wants this key again, on whatever hardware it is now.
        agent.marks, agent.clone_marks = {}, []
    if agent.device_id is None:
        agent.site = code.site
    if agent.approved_at is None and not is_approval_wanted(agent.site_id):
        agent.approved_at = agent.changed_at
