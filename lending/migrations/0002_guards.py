from django.db import migrations

from backoffice.core.roles import grant
from backoffice.core.triggers import append_only

PARTNER = ("lending.structure.use_portal",)
TECHNICIAN = (
    "lending.pack.view_pack",
    "lending.pack.make_pack",
    "lending.countedstock.count_stock",
    "lending.simcard.view_sim",
)
LEAD = (
    *TECHNICIAN,
    "lending.packtemplate.manage_template",
    "lending.simcard.manage_sim",
    "lending.equipmentrequest.view_request_coded",
)
MEDIATOR = (
    "lending.structure.view_structure",
    "lending.beneficiary.view_beneficiary",
    "lending.beneficiary.manage_beneficiary",
    "lending.programme.view_programme",
    "lending.equipmentrequest.view_request",
    "lending.equipmentrequest.decide_request",
    "lending.pack.view_pack",
    "lending.simcard.view_sim",
    "lending.simcard.view_sim_secret",
    "lending.simcard.manage_sim",
    "lending.simcard.top_up_sim",
    "lending.handover.view_handover",
    "lending.handover.hand_over",
)
COORDINATOR = (
    *MEDIATOR,
    "lending.structure.manage_structure",
    "lending.beneficiary.merge_beneficiary",
    "lending.programme.manage_programme",
    "lending.pack.allocate_pack",
    "lending.packtemplate.manage_template",
    "lending.countedstock.count_stock",
    "lending.plan.manage_plan",
    "lending.simcard.override_top_up",
)


class Migration(migrations.Migration):
    """What nobody may change, and who may do what."""

    dependencies = [("lending", "0001_initial"), ("core", "0002_guards")]

    operations = [
        append_only(
            "lending_structureevent",
            "lending_beneficiaryevent",
            "lending_programmeevent",
            "lending_requestevent",
            "lending_templateevent",
            "lending_packevent",
            "lending_simevent",
            "lending_modemevent",
            "lending_handoverevent",
            "lending_loanevent",
            "lending_filereading",
            "lending_countedmovement",
            "lending_topup",
            "lending_signature",
        ),
        grant(
            {
                "technician": TECHNICIAN,
                "workshop_lead": LEAD,
                "mediator": MEDIATOR,
                "coordinator": COORDINATOR,
                "auditor": (
                    "lending.structure.view_structure",
                    "lending.programme.view_programme",
                    "lending.equipmentrequest.view_request_coded",
                    "lending.pack.view_pack",
                    "lending.simcard.view_sim",
                    "lending.handover.view_handover",
                ),
                "administrator": (
                    "lending.structure.view_structure",
                    "lending.structure.manage_structure",
                    "lending.programme.view_programme",
                    "lending.programme.manage_programme",
                ),
                "partner_member": PARTNER,
                "partner_administrator": PARTNER,
            }
        ),
    ]
