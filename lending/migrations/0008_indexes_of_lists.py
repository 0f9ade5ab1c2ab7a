from django.db import migrations, models


class Migration(migrations.Migration):
    """The first page of a long list is read from an index, whatever comes after it."""

    dependencies = [("lending", "0007_kept_at_the_desk")]

    operations = [
        migrations.AddIndex(
            model_name="equipmentrequest",
            index=models.Index(
                fields=["submitted_at", "id"],
                condition=models.Q(
                    status__in=(
                        "adjourned",
                        "incomplete",
                        "submitted",
                        "under_review",
                        "waiting_list",
                    )
                ),
                name="request_undecided",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["-status_since", "-id"], name="handover_newest"),
        ),
    ]
