"""${message}.

Rows are in the tables already: give new columns a server default, and fill in what must be there.
On SQLite a changed table is written anew (`op.batch_alter_table`), with foreign keys off.
Set `storage.migrations.HEAD` to this revision, and write the way down too.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
