from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0004_brushing"),
    ]

    operations = [
        migrations.AddField(
            model_name="suspect",
            name="pending",
            field=models.CharField(blank=True, default="", max_length=6),
        ),
        migrations.AddIndex(
            model_name="suspect",
            index=models.Index(
                condition=models.Q(("pending", ""), _negated=True),
                fields=["suspicion"],
                name="suspect_pending",
            ),
        ),
    ]
