from django.db import migrations, models


class Migration(migrations.Migration):
    """Both sides of a suspected clone, where they can be erased."""

    dependencies = [("provisioning", "0007_instants_of_marks")]

    operations = [
        migrations.AddField("agent", "clone_marks", models.JSONField(default=list)),
    ]
