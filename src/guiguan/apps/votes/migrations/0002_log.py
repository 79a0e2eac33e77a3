"""The order, the counts and the alarms of the ballot logs."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("votes", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Count",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign",
                        "stage",
                        "day",
                        "entry",
                        "channel",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("campaign", models.CharField(max_length=64)),
                ("stage", models.CharField(max_length=32)),
                ("day", models.CharField(max_length=10)),
                ("entry", models.CharField(max_length=64)),
                ("channel", models.CharField(max_length=32)),
                ("votes", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("writer", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("batch", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Voided",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log", models.IntegerField()),
                ("number", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("campaign", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=16)),
                ("found", models.TextField()),
                ("at", models.BigIntegerField()),
                ("cleared_at", models.BigIntegerField(null=True)),
                ("cleared_by", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at", None)),
                        fields=("campaign", "reason"),
                        name="alarm_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("campaign", models.CharField(max_length=64)),
                ("epoch", models.PositiveIntegerField()),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("begun_at", models.BigIntegerField()),
                ("published", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("campaign", "epoch"), name="log_epoch")],
            },
        ),
        migrations.CreateModel(
            name="Logged",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "first", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log", models.IntegerField()),
                ("first", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("writer", models.SmallIntegerField()),
                ("batch", models.BigIntegerField()),
                ("poll", models.IntegerField()),
                ("time", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["log", "time"], name="logged_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("log", "writer", "batch", "poll"), name="logged_once")
                ],
            },
        ),
    ]
