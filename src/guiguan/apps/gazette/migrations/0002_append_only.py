"""The database itself refuses to change or delete an entry of a public record, whoever asks."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "CREATE TRIGGER gazette_no_update BEFORE UPDATE ON gazette_entry BEGIN SELECT RAISE(ABORT, 'the public record is append-only'); END",
    "CREATE TRIGGER gazette_no_delete BEFORE DELETE ON gazette_entry BEGIN SELECT RAISE(ABORT, 'the public record is append-only'); END",
)
POSTGRESQL = (
    """CREATE FUNCTION gazette_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the public record is append-only'; END $$""",
    "CREATE TRIGGER gazette_no_change BEFORE UPDATE OR DELETE ON gazette_entry FOR EACH ROW EXECUTE FUNCTION gazette_refuse()",
    "CREATE TRIGGER gazette_no_truncate BEFORE TRUNCATE ON gazette_entry FOR EACH STATEMENT EXECUTE FUNCTION gazette_refuse()",
)


def refuse_changes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("gazette", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(refuse_changes, elidable=False)]
