from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lending", "0013_return_photos"),
    ]

    operations = [
        migrations.AlterField(
            model_name="equipmentrequest",
            name="urgency_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("job_start", "A job or a training begins"),
                    ("exam", "An examination"),
                    ("procedure", "A procedure with a deadline"),
                    ("only_link", "The only link with family"),
                    ("broke_down", "What they had broke down"),
                    ("workshop", "A workshop or a session takes place that day"),
                ],
                max_length=12,
                verbose_name="why it is urgent",
            ),
        ),
    ]
