from django.db import migrations

from backoffice.core.roles import grant
from backoffice.core.triggers import append_only, by_vendor

EXITS = (
    "'ready', 'packed', 'in_transit', 'on_loan', 'handed_over', 'weee_out', "
    "'returned_to_donor'"
)
# The gate in SQL, as the last line of defence: the rules are those of
# inventory.gate, asked of the drives themselves.
UNPROVEN_INSIDE = (
    "EXISTS (SELECT 1 FROM inventory_storagedrive d WHERE d.host_id = NEW.id "
    "AND d.gated AND d.status NOT IN ('erased', 'destroyed', 'installed_new'))"
)
BLOCKED = (
    "NEW.status <> OLD.status AND ("
    f"(NEW.status IN ({EXITS}) AND (NEW.hold_reason <> '' OR ("
    f"NOT (NEW.status = 'returned_to_donor' AND NEW.waiver_reference <> '') AND "
    f"(NEW.data_state NOT IN ('clean', 'no_storage') OR {UNPROVEN_INSIDE})))) "
    f"OR (NEW.status = 'for_parts' AND {UNPROVEN_INSIDE}))"
)
NOT_BORN_OUT = f"NEW.status IN ({EXITS})"
ERASURE_FACTS = (
    "uuid, drive_id, cycle, device_id, result, technique, erasure_class, tool, "
    "tool_version, verification, bytes_erased, size_bytes, exceptions, erased_on, "
    "operator_id, recorded_at"
)
SQLITE = [
    "CREATE TRIGGER device_exit_needs_proof BEFORE UPDATE OF status "
    f"ON inventory_device WHEN {BLOCKED} "
    "BEGIN SELECT RAISE(ABORT, 'a drive in this device is unproven'); END",
    "CREATE TRIGGER device_not_born_out BEFORE INSERT ON inventory_device "
    f"WHEN {NOT_BORN_OUT} "
    "BEGIN SELECT RAISE(ABORT, 'no device starts outside the workshop'); END",
    f"CREATE TRIGGER erasure_facts_stay BEFORE UPDATE OF {ERASURE_FACTS} "
    "ON inventory_erasure "
    "BEGIN SELECT RAISE(ABORT, 'what was recorded of an erasure stays'); END",
    "CREATE TRIGGER erasure_stays BEFORE DELETE ON inventory_erasure "
    "BEGIN SELECT RAISE(ABORT, 'what was recorded of an erasure stays'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION inventory_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END $$",
    "CREATE FUNCTION inventory_exit_needs_proof() RETURNS trigger "
    f"LANGUAGE plpgsql AS $$ BEGIN IF {BLOCKED} THEN "
    "RAISE EXCEPTION 'a drive in this device is unproven' "
    "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER device_exit_needs_proof BEFORE UPDATE OF status "
    "ON inventory_device FOR EACH ROW EXECUTE FUNCTION inventory_exit_needs_proof()",
    "CREATE TRIGGER device_not_born_out BEFORE INSERT ON inventory_device "
    f"FOR EACH ROW WHEN ({NOT_BORN_OUT}) "
    "EXECUTE FUNCTION inventory_refuse('no device starts outside the workshop')",
    f"CREATE TRIGGER erasure_facts_stay BEFORE UPDATE OF {ERASURE_FACTS} "
    "ON inventory_erasure FOR EACH ROW "
    "EXECUTE FUNCTION inventory_refuse('what was recorded of an erasure stays')",
    "CREATE TRIGGER erasure_stays BEFORE DELETE ON inventory_erasure FOR EACH ROW "
    "EXECUTE FUNCTION inventory_refuse('what was recorded of an erasure stays')",
]

TECHNICIAN = (
    "inventory.device.view_device",
    "inventory.device.receive_device",
    "inventory.device.move_device",
    "inventory.device.refurbish_device",
    "inventory.device.check_device",
    "inventory.device.declare_ready",
    "inventory.erasure.record_erasure",
)
LEAD = (
    *TECHNICIAN,
    "inventory.donation.view_donation",
    "inventory.donation.manage_donation",
    "inventory.device.hold_device",
    "inventory.device.dispose_device",
    "inventory.device.export_device",
    "inventory.place.manage_place",
)


class Migration(migrations.Migration):
    """What nobody may change, the gate in SQL, and who may do what."""

    dependencies = [("inventory", "0001_initial"), ("core", "0002_guards")]

    operations = [
        append_only(
            "inventory_deviceevent", "inventory_driveevent", "inventory_donationevent"
        ),
        by_vendor(sqlite=SQLITE, postgresql=POSTGRESQL),
        grant(
            {
                "technician": TECHNICIAN,
                "workshop_lead": LEAD,
                "data_security_officer": (
                    "inventory.device.view_device",
                    "inventory.donation.view_donation",
                    "inventory.erasure.record_erasure",
                    "inventory.erasure.approve_erasure",
                    "inventory.device.hold_device",
                    "inventory.device.export_device",
                ),
                "coordinator": (
                    "inventory.device.view_device",
                    "inventory.donation.view_donation",
                    "inventory.donation.manage_donation",
                    "inventory.device.hold_device",
                    "inventory.device.export_device",
                    "inventory.place.manage_place",
                ),
                "mediator": ("inventory.device.view_device",),
                "auditor": (
                    "inventory.device.view_device",
                    "inventory.donation.view_donation",
                    "inventory.device.export_device",
                ),
                "administrator": (
                    "inventory.device.view_device",
                    "inventory.place.manage_place",
                ),
            }
        ),
    ]
