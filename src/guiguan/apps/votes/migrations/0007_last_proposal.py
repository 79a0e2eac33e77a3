"""What was proposed last and dropped, and why, stays with suspected ballots and appeals."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("votes", "0006_batch_size"),
    ]

    operations: ClassVar = [
        migrations.AddField(model_name="appeal", name="last", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="suspicion", name="last", field=models.JSONField(default=dict)),
    ]
