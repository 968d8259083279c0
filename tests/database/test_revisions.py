"""The list of revisions every start compares with is the list of migrations there are."""

from alembic.script import ScriptDirectory

from lca_db.revisions import REVISIONS
from lca_db.schema import _config


def test_revisions_known_at_start_are_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    assert tuple(reversed([script.revision for script in scripts])) == REVISIONS
