from django.db import migrations


class Migration(migrations.Migration):
    """What was reported goes into a table of its own; who joined before is approved."""

    dependencies = [("provisioning", "0003_jobs")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO provisioning_reportpayload (report_id, body) "
            "SELECT id, payload FROM provisioning_report",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "UPDATE provisioning_agent SET approved_at = enrolled_at",
            migrations.RunSQL.noop,
        ),
    ]
