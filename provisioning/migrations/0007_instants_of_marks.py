from django.db import migrations


class Migration(migrations.Migration):
    """Instants say so by their names."""

    dependencies = [("provisioning", "0006_identity")]

    operations = [
        migrations.RenameField("mark", "since", "shown_since"),
        migrations.RenameField("mark", "until", "gone_at"),
    ]
