from django.db import migrations

from backoffice.core.triggers import by_vendor

TABLE = "lending_simholding"
KEPT = "the register of holders is never shortened"

# A line may be ended, once; nothing else of it changes, and nothing removes it.
SQLITE = (
    f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    f"CREATE TRIGGER {TABLE}_ended_once BEFORE UPDATE ON {TABLE} "
    "WHEN OLD.until_on IS NOT NULL OR NEW.sim_id <> OLD.sim_id "
    "OR NEW.beneficiary_id <> OLD.beneficiary_id OR NEW.since_on <> OLD.since_on "
    f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION lending_holders_refuse() RETURNS trigger "
    f"LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$",
    f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION lending_holders_refuse()",
    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION lending_holders_refuse()",
    f"CREATE TRIGGER {TABLE}_ended_once BEFORE UPDATE ON {TABLE} FOR EACH ROW "
    "WHEN (OLD.until_on IS NOT NULL OR NEW.sim_id <> OLD.sim_id "
    "OR NEW.beneficiary_id <> OLD.beneficiary_id OR NEW.since_on <> OLD.since_on) "
    "EXECUTE FUNCTION lending_holders_refuse()",
)


class Migration(migrations.Migration):
    """Who held which card stays written (S42)."""

    dependencies = [("lending", "0002_guards")]

    operations = [by_vendor(sqlite=SQLITE, postgresql=POSTGRESQL)]
