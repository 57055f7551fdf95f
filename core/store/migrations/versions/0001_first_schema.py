"""The first schema.

Row-level security is the second wall between hotels on PostgreSQL: each transaction says whose rows it may
see (`innkeeper.hotel_id`, or `*` for our own work across hotels), and forgets it at its end.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TENANT_TABLES = (
    "access_token",
    "advice_feedback",
    "allowance",
    "audit_log",
    "consent",
    "conversation",
    "credential_draft",
    "credential_form",
    "credential_term",
    "dashboard_viewer",
    "external_pms_config",
    "field_mapping",
    "finding",
    "hook",
    "idempotency_key",
    "inbound_post",
    "mail_address",
    "mail_question",
    "member",
    "notice",
    "record",
    "record_change",
    "record_conflict",
    "record_edit",
    "sync_hour",
    "sync_plan",
    "sync_run",
    "tenant_key",
    "webhook_delivery",
    "webhook_endpoint",
    "webhook_message",
    "workspace",
)


def upgrade() -> None:
    """Make every table."""
    _make_tables()
    _make_guidance_tables()
    _make_sync_tables()
    _make_edit_tables()
    _make_finding_tables()
    _make_post_tables()
    _make_api_tables()
    _make_webhook_tables()
    if op.get_bind().dialect.name == "sqlite":
        _make_job_table()
    else:
        _raise_walls()


def _raise_walls() -> None:
    for table, column in [("hotel", "id"), *((name, "hotel_id") for name in TENANT_TABLES)]:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_hotel ON {table} USING ("
            f"current_setting('innkeeper.hotel_id', true) IN ({column}, '*'))"
        )


def _make_job_table() -> None:
    """PostgreSQL has procrastinate's tables instead."""
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=128), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("setbacks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(length=128), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'failed')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_job_key", "job", ["key"], unique=True, sqlite_where=sa.text("state = 'queued'"))
    op.create_index("uq_job_lane", "job", ["lane"], unique=True, sqlite_where=sa.text("state = 'running'"))
    op.execute(
        "CREATE INDEX ix_job_line ON job (priority DESC, id, run_at, lane, state) WHERE state = 'queued'"
    )
    op.execute("CREATE INDEX ix_job_lane_line ON job (lane, priority DESC, id) WHERE state = 'queued'")


def _make_tables() -> None:
    op.create_table(
        "hotel",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("notice_channel_id", sa.String(length=32), nullable=True),
        sa.Column("quiet_hours", sa.String(length=11), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotel")),
    )
    op.create_table(
        "install_state",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_install_state")),
    )
    op.create_index(op.f("ix_install_state_expires_at"), "install_state", ["expires_at"], unique=False)
    op.create_table(
        "installation",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("bot_user_id", sa.String(length=32), nullable=False),
        sa.Column("bot_id", sa.String(length=32), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), nullable=False),
        sa.Column("sealed_token", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.String(length=32), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_installation")),
    )
    op.create_table(
        "key_check",
        sa.Column("kek_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kek_id", name=op.f("pk_key_check")),
    )
    op.create_table(
        "rate_budget",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("booked_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_rate_budget")),
    )
    op.create_table(
        "seen_event",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "event_id", name=op.f("pk_seen_event")),
    )
    op.create_index(op.f("ix_seen_event_seen_at"), "seen_event", ["seen_at"], unique=False)
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=True),
        sa.Column("event_type", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("resource_type", sa.String(length=32), nullable=False),
        sa.Column("resource_id", sa.String(length=36), nullable=True),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_audit_log_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_hotel_time", "audit_log", ["hotel_id", "created_at"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_conversation_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index("ix_conversation_expiry", "conversation", ["is_open", "expires_at"], unique=False)
    op.create_index(
        "uq_conversation_open",
        "conversation",
        ["hotel_id"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
    op.create_table(
        "dashboard_viewer",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_dashboard_viewer_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_dashboard_viewer")),
    )
    op.create_index(op.f("ix_dashboard_viewer_hotel_id"), "dashboard_viewer", ["hotel_id"], unique=False)
    op.create_table(
        "external_pms_config",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("pms_type", sa.String(length=16), nullable=False),
        sa.Column("api_key_encrypted", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=True),
        sa.Column("endpoint", sa.String(length=500), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("last_synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=64), nullable=True),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_external_pms_config_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_pms_config")),
        sa.UniqueConstraint("hotel_id", name=op.f("uq_external_pms_config_hotel_id")),
    )
    op.create_index(op.f("ix_external_pms_config_status"), "external_pms_config", ["status"], unique=False)
    op.create_table(
        "member",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role BETWEEN 1 AND 4", name=op.f("ck_member_role_known")),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_member_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_member")),
    )
    op.create_index(op.f("ix_member_hotel_id"), "member", ["hotel_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_notice_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_hotel_id"), "notice", ["hotel_id"], unique=False)
    op.create_table(
        "tenant_key",
        sa.Column("dek_id", sa.String(length=32), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("kek_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'destroyed') = (wrapped IS NULL)", name=op.f("ck_tenant_key_wrapped_until_destroyed")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'primary', 'decrypt_only', 'disabled', 'destroyed')",
            name=op.f("ck_tenant_key_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_tenant_key_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dek_id", name=op.f("pk_tenant_key")),
    )
    op.create_index(op.f("ix_tenant_key_hotel_id"), "tenant_key", ["hotel_id"], unique=False)
    op.create_index(
        "uq_tenant_key_primary",
        "tenant_key",
        ["hotel_id"],
        unique=True,
        sqlite_where=sa.text("state = 'primary'"),
        postgresql_where=sa.text("state = 'primary'"),
    )
    op.create_table(
        "workspace",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_workspace_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspace")),
    )
    op.create_index(op.f("ix_workspace_hotel_id"), "workspace", ["hotel_id"], unique=False)
    op.create_table(
        "access_token",
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("renew_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.String(length=36), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_access_token_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_access_token_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_access_token")),
    )
    op.create_index(op.f("ix_access_token_hotel_id"), "access_token", ["hotel_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pms_type", sa.String(length=16), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("sealed_verifier", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_consent_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_consent_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_conversation_id"), "consent", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_consent_expires_at"), "consent", ["expires_at"], unique=False)
    op.create_index(op.f("ix_consent_hotel_id"), "consent", ["hotel_id"], unique=False)
    op.create_table(
        "credential_draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("pms_type", sa.String(length=16), nullable=False),
        sa.Column("public_values", sa.JSON(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("by_consent", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_credential_draft_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_credential_draft_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_draft")),
    )
    op.create_index(
        op.f("ix_credential_draft_conversation_id"), "credential_draft", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_credential_draft_expires_at"), "credential_draft", ["expires_at"], unique=False)
    op.create_index(op.f("ix_credential_draft_hotel_id"), "credential_draft", ["hotel_id"], unique=False)
    op.create_table(
        "credential_form",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_credential_form_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_credential_form_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_form")),
    )
    op.create_index(
        op.f("ix_credential_form_conversation_id"), "credential_form", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_credential_form_expires_at"), "credential_form", ["expires_at"], unique=False)
    op.create_index(op.f("ix_credential_form_hotel_id"), "credential_form", ["hotel_id"], unique=False)


def _make_guidance_tables() -> None:
    op.create_table(
        "advice_feedback",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("was_helpful", sa.Boolean(), nullable=False),
        sa.Column("prompt", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_advice_feedback_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", "message", name=op.f("pk_advice_feedback")),
    )
    op.create_index(op.f("ix_advice_feedback_hotel_id"), "advice_feedback", ["hotel_id"], unique=False)
    op.create_table(
        "allowance",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_allowance_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hotel_id", "subject", name=op.f("pk_allowance")),
    )


def _make_sync_tables() -> None:
    op.create_table(
        "record",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=8), nullable=False),
        sa.Column(
            "external_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("arrival", sa.Date(), nullable=True),
        sa.Column("departure", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_pass", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_record_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hotel_id", "entity", "external_id", name=op.f("pk_record")),
    )
    op.create_index("ix_record_arrival", "record", ["hotel_id", "arrival"], unique=False)
    op.create_table(
        "record_change",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=8), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_record_change_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_change")),
    )
    op.create_index("ix_record_change_at", "record_change", ["hotel_id", "at"], unique=False)
    op.create_index(
        "ix_record_change_record", "record_change", ["hotel_id", "entity", "external_id"], unique=False
    )
    op.create_index("ix_record_change_run", "record_change", ["hotel_id", "run_id"], unique=False)
    op.create_table(
        "sync_plan",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("every_s", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subscribe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_sync_plan_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_sync_plan_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hotel_id", name=op.f("pk_sync_plan")),
        sa.UniqueConstraint("connection_id", name=op.f("uq_sync_plan_connection_id")),
    )
    op.create_table(
        "credential_term",
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("about", sa.String(length=255), nullable=True),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_credential_term_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_credential_term_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "kind", name=op.f("pk_credential_term")),
    )
    op.create_index(op.f("ix_credential_term_hotel_id"), "credential_term", ["hotel_id"], unique=False)
    op.create_index(op.f("ix_credential_term_warn_at"), "credential_term", ["warn_at"], unique=False)
    op.create_index(op.f("ix_sync_plan_kept_days"), "sync_plan", ["kept_days"], unique=False)
    op.create_index(op.f("ix_sync_plan_next_at"), "sync_plan", ["next_at"], unique=False)
    op.create_table(
        "sync_run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("by_user_id", sa.String(length=64), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_sync_run_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_sync_run_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    op.create_index(op.f("ix_sync_run_connection_id"), "sync_run", ["connection_id"], unique=False)
    op.create_index("ix_sync_run_history", "sync_run", ["hotel_id", "requested_at"], unique=False)
    op.create_index(
        "uq_sync_run_open",
        "sync_run",
        ["hotel_id"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )


def _make_api_tables() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_idempotency_key_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hotel_id", "key_hash", name=op.f("pk_idempotency_key")),
    )


def _make_edit_tables() -> None:
    external_id = sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql")
    op.create_table(
        "field_mapping",
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("expressions", sa.JSON(), nullable=False),
        sa.Column("by_user_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_field_mapping_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_field_mapping_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "version", name=op.f("pk_field_mapping")),
    )
    op.create_index(op.f("ix_field_mapping_hotel_id"), "field_mapping", ["hotel_id"], unique=False)
    op.create_table(
        "record_edit",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=8), nullable=False),
        sa.Column("external_id", external_id, nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("ours", sa.JSON(), nullable=False),
        sa.Column("theirs", sa.JSON(), nullable=False),
        sa.Column("is_contested", sa.Boolean(), nullable=False),
        sa.Column("by_whom", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("theirs_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id", "entity", "external_id"],
            ["record.hotel_id", "record.entity", "record.external_id"],
            name=op.f("fk_record_edit_hotel_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hotel_id", "entity", "external_id", "field", name=op.f("pk_record_edit")),
    )
    op.create_table(
        "record_conflict",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=8), nullable=False),
        sa.Column("external_id", external_id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=255), nullable=True),
        sa.Column("settlement", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id", "entity", "external_id"],
            ["record.hotel_id", "record.entity", "record.external_id"],
            name=op.f("fk_record_conflict_hotel_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_conflict")),
    )
    op.create_index(
        "ix_record_conflict_record",
        "record_conflict",
        ["hotel_id", "entity", "external_id"],
        unique=False,
    )
    op.create_index(
        "uq_record_conflict_open",
        "record_conflict",
        ["hotel_id", "entity", "external_id"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )


def _make_post_tables() -> None:
    op.create_table(
        "hook",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("pms_type", sa.String(length=16), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_hook_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_hook_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_hook")),
    )
    op.create_index(op.f("ix_hook_connection_id"), "hook", ["connection_id"], unique=False)
    op.create_index(op.f("ix_hook_ends_at"), "hook", ["ends_at"], unique=False)
    op.create_index(op.f("ix_hook_hotel_id"), "hook", ["hotel_id"], unique=False)
    op.create_table(
        "inbound_post",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("delivery_key", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_inbound_post_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_inbound_post_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_post")),
        sa.UniqueConstraint(
            "connection_id", "delivery_key", name=op.f("uq_inbound_post_connection_id_delivery_key")
        ),
    )
    op.create_index(
        "ix_inbound_post_line", "inbound_post", ["hotel_id", "state", "received_at"], unique=False
    )
    op.create_index(op.f("ix_inbound_post_received_at"), "inbound_post", ["received_at"], unique=False)
    op.create_table(
        "mail_address",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_token", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_mail_address_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hotel_id", name=op.f("pk_mail_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_address_token_hash")),
    )
    op.create_table(
        "mail_question",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("correlation_id", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.String(length=128), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_answer", sa.Text(), nullable=True),
        sa.Column("is_left", sa.Boolean(), nullable=False),
        sa.Column("wake", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_mail_question_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hotel_id", "correlation_id", name=op.f("pk_mail_question")),
    )
    op.create_index(op.f("ix_mail_question_asked_at"), "mail_question", ["asked_at"], unique=False)


def _make_finding_tables() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["external_pms_config.id"],
            name=op.f("fk_finding_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_finding_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_connection_id"), "finding", ["connection_id"], unique=False)
    op.create_index(op.f("ix_finding_hotel_id"), "finding", ["hotel_id"], unique=False)
    op.create_index(
        "uq_finding_open",
        "finding",
        ["hotel_id", "kind"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "sync_hour",
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("entity", sa.String(length=8), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("news", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_sync_hour_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hotel_id", "entity", "hour", name=op.f("pk_sync_hour")),
    )


def _make_webhook_tables() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("sealed_former", sa.Text(), nullable=True),
        sa.Column("former_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.String(length=8), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_result", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_webhook_endpoint_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_index(op.f("ix_webhook_endpoint_hotel_id"), "webhook_endpoint", ["hotel_id"], unique=False)
    op.create_table(
        "webhook_message",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_webhook_message_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_message")),
    )
    op.create_index(op.f("ix_webhook_message_created_at"), "webhook_message", ["created_at"], unique=False)
    op.create_index(op.f("ix_webhook_message_hotel_id"), "webhook_message", ["hotel_id"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("endpoint_id", sa.String(length=36), nullable=False),
        sa.Column("hotel_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_result", sa.String(length=16), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_endpoint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["hotel.id"], name=op.f("fk_webhook_delivery_hotel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["webhook_message.id"],
            name=op.f("fk_webhook_delivery_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "endpoint_id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["state", "next_at"], unique=False)
    op.create_index(op.f("ix_webhook_delivery_hotel_id"), "webhook_delivery", ["hotel_id"], unique=False)
    op.create_index(
        "ix_webhook_delivery_line", "webhook_delivery", ["endpoint_id", "state", "next_at"], unique=False
    )
