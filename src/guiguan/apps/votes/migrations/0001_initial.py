"""Votes and what the ballot box stores. The box's tables are made by statements of their own: SQLite keeps them in the order of their
keys, and the database itself refuses to change or delete a stored ballot."""

from typing import ClassVar

import django.db.models.fields.composite
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    """CREATE TABLE votes_ballot (
         writer INTEGER NOT NULL, batch INTEGER NOT NULL, place INTEGER NOT NULL, voter BLOB NOT NULL, poll INTEGER NOT NULL,
         kind TEXT NOT NULL, day TEXT NOT NULL, time INTEGER NOT NULL, asked BLOB NOT NULL, entry BLOB NOT NULL, leaf BLOB NOT NULL,
         PRIMARY KEY (writer, batch, place, voter)) WITHOUT ROWID""",
    """CREATE TABLE votes_right (
         poll INTEGER NOT NULL, holder BLOB NOT NULL, refs BLOB NOT NULL, used BLOB NOT NULL,
         PRIMARY KEY (poll, holder)) WITHOUT ROWID""",
    """CREATE TABLE votes_signal (
         writer INTEGER NOT NULL, batch INTEGER NOT NULL, at INTEGER NOT NULL, sealed BLOB NOT NULL,
         PRIMARY KEY (writer, batch))""",
    "CREATE TRIGGER votes_no_update BEFORE UPDATE ON votes_ballot BEGIN SELECT RAISE(ABORT, 'stored ballots are append-only'); END",
    "CREATE TRIGGER votes_no_delete BEFORE DELETE ON votes_ballot BEGIN SELECT RAISE(ABORT, 'stored ballots are append-only'); END",
)
POSTGRESQL = (
    """CREATE TABLE votes_ballot (
         writer smallint NOT NULL, batch bigint NOT NULL, place integer NOT NULL, voter bytea NOT NULL, poll integer NOT NULL,
         kind varchar(8) NOT NULL, day varchar(10) NOT NULL, time bigint NOT NULL, asked bytea NOT NULL, entry bytea NOT NULL,
         leaf bytea NOT NULL, PRIMARY KEY (writer, batch, place, voter))""",
    """CREATE TABLE votes_right (
         poll integer NOT NULL, holder bytea NOT NULL, refs bytea NOT NULL, used bytea NOT NULL, PRIMARY KEY (poll, holder))""",
    """CREATE TABLE votes_signal (
         writer smallint NOT NULL, batch bigint NOT NULL, at bigint NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (writer, batch))""",
    """CREATE FUNCTION votes_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'stored ballots are append-only'; END $$""",
    "CREATE TRIGGER votes_no_change BEFORE UPDATE OR DELETE ON votes_ballot FOR EACH ROW EXECUTE FUNCTION votes_refuse()",
    "CREATE TRIGGER votes_no_truncate BEFORE TRUNCATE ON votes_ballot FOR EACH STATEMENT EXECUTE FUNCTION votes_refuse()",
)


def make_tables(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("campaign", models.CharField(max_length=64)),
                ("stage", models.CharField(max_length=32)),
                ("state", models.CharField(default="draft", max_length=12)),
                ("version", models.PositiveIntegerField(default=1)),
                ("document", models.TextField()),
                ("opened_at", models.BigIntegerField(null=True)),
                ("closed_at", models.BigIntegerField(null=True)),
                ("paused_reason", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("campaign", "stage"), name="poll_once")],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_tables, elidable=False)],
            state_operations=[
                migrations.CreateModel(
                    name="Ballot",
                    fields=[
                        (
                            "pk",
                            django.db.models.fields.composite.CompositePrimaryKey(
                                "writer",
                                "batch",
                                "place",
                                "voter",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("writer", models.SmallIntegerField()),
                        ("batch", models.BigIntegerField()),
                        ("place", models.IntegerField()),
                        ("voter", models.BinaryField()),
                        ("poll", models.IntegerField()),
                        ("kind", models.CharField(max_length=8)),
                        ("day", models.CharField(max_length=10)),
                        ("time", models.BigIntegerField()),
                        ("asked", models.BinaryField()),
                        ("entry", models.BinaryField()),
                        ("leaf", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Right",
                    fields=[
                        (
                            "pk",
                            django.db.models.fields.composite.CompositePrimaryKey(
                                "poll",
                                "holder",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("poll", models.IntegerField()),
                        ("holder", models.BinaryField()),
                        ("refs", models.BinaryField()),
                        ("used", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Signal",
                    fields=[
                        (
                            "pk",
                            django.db.models.fields.composite.CompositePrimaryKey(
                                "writer",
                                "batch",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("writer", models.SmallIntegerField()),
                        ("batch", models.BigIntegerField()),
                        ("at", models.BigIntegerField()),
                        ("sealed", models.BinaryField()),
                    ],
                ),
            ],
        ),
    ]
