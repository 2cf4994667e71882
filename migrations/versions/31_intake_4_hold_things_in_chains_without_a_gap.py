"""Hold keys, papers, seals and bags in chains without a gap; belongings leave by command"""

import sqlalchemy as sa
from alembic import op

revision = "intake_4"
down_revision = "yard_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_thing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "key",
                "paper",
                "plate",
                "seal",
                "bag",
                name="thingkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "out",
                "lost",
                "gone",
                name="thingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("holder_key", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "move",
                "care",
                "inspect",
                "viewing",
                "repair",
                "court",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'out') <= (due_at IS NOT NULL)", name=op.f("ck_intake_thing_out_until")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_intake_thing_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_intake_thing_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_intake_thing_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_thing")),
    )
    op.create_index(
        "ix_intake_thing_out",
        "intake_thing",
        ["station_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'out'"),
    )
    op.create_index("ix_intake_thing_vehicle", "intake_thing", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_intake_thing_hook",
        "intake_thing",
        ["station_id", "place"],
        unique=True,
        postgresql_where=sa.text("kind = 'key' AND place <> '' AND state IN ('held', 'out')"),
    )
    op.create_index(
        "uq_intake_thing_tag",
        "intake_thing",
        ["station_id", "kind", "tag"],
        unique=True,
        postgresql_where=sa.text("tag <> '' AND (state <> 'gone' OR kind IN ('seal', 'bag'))"),
    )
    op.add_column(
        "intake_belonging", sa.Column("station_id", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "intake_belonging", sa.Column("bag", sa.Text(), server_default="", nullable=False)
    )
    op.create_index(
        "ix_intake_belonging_bag",
        "intake_belonging",
        ["station_id", "bag"],
        unique=False,
        postgresql_where=sa.text("bag <> ''"),
    )
    _words("intake_belonging", "itemkind", "kind", ("thing", "container", "closed", "valuable"))
    _words("court_command", "commandkind", "kind", ("tow_in", "publish", "release", "belongings"))
    _lengthen_chains()


def _words(table: str, check: str, column: str, words: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{check}")
    told = ", ".join(f"'{word}'" for word in words)
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({told})")


def _lengthen_chains() -> None:
    """Hand-overs of vehicles become links of chains by subject; names become who they were."""
    for name in ("subject", "giver_key", "taker_key", "by_name"):
        op.add_column("vehicles_custody", sa.Column(name, sa.Text(), server_default=""))
    op.add_column("vehicles_custody", sa.Column("before", sa.BigInteger(), nullable=True))
    op.execute("UPDATE vehicles_custody SET subject = 'vehicle:' || vehicle_id")
    op.execute("UPDATE vehicles_custody SET before = number - 1 WHERE number > 1")
    for side in ("giver", "taker"):
        op.execute(KEYS.format(side=side))
    for name in ("subject", "giver_key", "taker_key", "by_name"):
        op.alter_column("vehicles_custody", name, nullable=False, server_default=None)
    op.drop_constraint(op.f("pk_vehicles_custody"), "vehicles_custody", type_="primary")
    op.create_primary_key(op.f("pk_vehicles_custody"), "vehicles_custody", ["subject", "number"])
    op.create_index(
        "ix_vehicles_custody_vehicle", "vehicles_custody", ["vehicle_id", "at"], unique=False
    )
    op.create_unique_constraint(
        op.f("uq_vehicles_custody_subject_number_taker_key"),
        "vehicles_custody",
        ["subject", "number", "taker_key"],
    )
    op.create_foreign_key(
        "fk_vehicles_custody_no_gap",
        "vehicles_custody",
        "vehicles_custody",
        ["subject", "before", "giver_key"],
        ["subject", "number", "taker_key"],
    )
    op.create_check_constraint(
        op.f("ck_vehicles_custody_unbroken"),
        "vehicles_custody",
        "(number = 1) = (before IS NULL) AND (before IS NULL OR before = number - 1)",
    )
    op.create_check_constraint(
        op.f("ck_vehicles_custody_two_sides"), "vehicles_custody", "giver_key <> taker_key"
    )


KEYS = """
UPDATE vehicles_custody SET {side}_key = coalesce(
    (SELECT min('organisation:' || id) FROM people_organisation WHERE short_name = {side}),
    (SELECT max('tow:' || id) FROM intake_tow
      WHERE driver_name = {side} AND intake_tow.vehicle_id = vehicles_custody.vehicle_id),
    'outsider:' || {side})
"""
