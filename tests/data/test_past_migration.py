"""A store from before Barometer noted when it learnt things: nothing is lost, and all counts as known."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from data import schema
from data.engine import MIGRATIONS, connect, open_store, writer
from tests.data.small_world import rows

BEFORE = (
    "INSERT INTO survey (source, id, name, kind, scale_min, scale_max, is_transactional, is_active)"
    " VALUES ('desk', 'nps', 'nps', 'nps', 0, 10, FALSE, TRUE)",
    "INSERT INTO invitation (source, id, survey_id, audience, sent_at)"
    " VALUES ('desk', 'a', 'nps', 'unknown', 7), ('desk', 'b', 'nps', 'end_user', 7)",
)


def test_an_audience_that_was_known_before_was_always_known(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    [past] = [s for s in ScriptDirectory.from_config(config).walk_revisions() if s.path.endswith("_past.py")]
    with writer(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(past.down_revision))
        for statement in BEFORE:
            connection.execute(text(statement))
    engine.dispose()
    opened = open_store(unmigrated_url)
    found = {row["id"]: row["audience_learnt_at"] for row in rows(opened, schema.invitation)}
    assert (found["a"], found["b"].year) == (None, 1970)
    assert {row["learnt_at"] for row in rows(opened, schema.invitation)} == {None}
    opened.dispose()
