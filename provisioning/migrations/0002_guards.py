from django.db import migrations

from backoffice.core.roles import grant
from backoffice.core.triggers import append_only

VIEW = "provisioning.agent.view_agent"
ENROL = "provisioning.agent.enrol_agent"
BIND = "provisioning.agent.bind_agent"
REVOKE = "provisioning.agent.revoke_agent"


class Migration(migrations.Migration):
    """Reports stay as they came; who may let machines in."""

    dependencies = [("provisioning", "0001_initial"), ("core", "0002_guards")]

    operations = [
        append_only("provisioning_agentevent", "provisioning_report"),
        grant(
            {
                "technician": (VIEW, ENROL, BIND),
                "workshop_lead": (VIEW, ENROL, BIND, REVOKE),
                "data_security_officer": (VIEW,),
                "coordinator": (VIEW,),
                "auditor": (VIEW,),
                "administrator": (VIEW, ENROL, REVOKE),
            }
        ),
    ]
