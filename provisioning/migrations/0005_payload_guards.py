from django.db import migrations, models

from backoffice.core.roles import grant
from backoffice.core.triggers import append_only, by_vendor

ASK = "provisioning.job.ask_job"
APPROVE = "provisioning.agent.approve_agent"
PAYLOADS = "provisioning_reportpayload"
# The first report of a machine, and the newest of each kind, are always kept.
ALWAYS_KEPT = (
    "NOT EXISTS (SELECT 1 FROM provisioning_report r JOIN provisioning_report o "
    "ON o.agent_id = r.agent_id AND o.seq < r.seq WHERE r.id = OLD.report_id) "
    "OR NOT EXISTS (SELECT 1 FROM provisioning_report r JOIN provisioning_report o "
    "ON o.agent_id = r.agent_id AND o.kind = r.kind AND o.seq > r.seq "
    "WHERE r.id = OLD.report_id)"
)
WHY = "the first report of a machine and the newest of its kind are never removed"
SQLITE = [
    f"DROP TRIGGER {PAYLOADS}_no_delete",
    f"CREATE TRIGGER {PAYLOADS}_no_delete BEFORE DELETE ON {PAYLOADS} "
    f"WHEN {ALWAYS_KEPT} BEGIN SELECT RAISE(ABORT, '{WHY}'); END",
]
POSTGRESQL = [
    f"DROP TRIGGER {PAYLOADS}_no_delete ON {PAYLOADS}",
    "CREATE FUNCTION provisioning_keep_payload() RETURNS trigger LANGUAGE plpgsql "
    f"AS $$ BEGIN IF {ALWAYS_KEPT} THEN RAISE EXCEPTION '{WHY}'; END IF; "
    "RETURN OLD; END $$",
    f"CREATE TRIGGER {PAYLOADS}_no_delete BEFORE DELETE ON {PAYLOADS} "
    "FOR EACH ROW EXECUTE FUNCTION provisioning_keep_payload()",
]


class Migration(migrations.Migration):
    """Rows of reports stay for ever; their bytes go only by the retention's rule."""

    dependencies = [("provisioning", "0004_payloads_apart")]

    operations = [
        migrations.RemoveField(model_name="report", name="payload"),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("agent", "sha256"), name="report_kept_once"
            ),
        ),
        # On SQLite the two changes above made the table of reports anew.
        append_only("provisioning_report", PAYLOADS),
        by_vendor(sqlite=SQLITE, postgresql=POSTGRESQL),
        grant(
            {
                "technician": (ASK,),
                "workshop_lead": (ASK, APPROVE),
                "administrator": (APPROVE,),
            }
        ),
    ]
