"""Every command, callback, action and block id, once. Slack and we must spell them alike."""

from typing import Final

COMMAND: Final = "/pms"

# The five steps. An action's value is the attempt and the version its control was drawn for.
CHOOSE: Final = "onboarding_choose"
"""Prefix: one action id for each vendor, as action ids are unique in a block."""
OPEN_FORM: Final = "onboarding_open_form"
AUTHORIZE: Final = "onboarding_authorize"
NEXT: Final = "onboarding_next"
BACK: Final = "onboarding_back"
CANCEL: Final = "onboarding_cancel"
RETRY: Final = "onboarding_retry"
SUPPORT_BUNDLE: Final = "onboarding_support_bundle"
EXPLAIN: Final = "onboarding_explain"
CONFIRM_BOX: Final = "onboarding_confirm_box"
CONFIRM_BLOCK: Final = "onboarding_confirm"
SAVE: Final = "onboarding_save"
RATE: Final = "onboarding_rate"
"""Prefix: one action id for each number of stars."""

CREDENTIALS_FORM: Final = "credentials_form"
"""The modal; each input's block id is the field's key behind `FIELD`, and its action id is `VALUE`."""
FIELD: Final = "field:"
VALUE: Final = "value"

# Beginning
BEGIN: Final = "begin"
CONTINUE: Final = "continue"
START_OVER: Final = "start_over"
TAKE_OVER: Final = "take_over"
RENEW: Final = "renew"

# Answers
STOP_ADVICE: Final = "stop_advice"
RATE_ADVICE: Final = "rate_advice"
READ_ENTRY: Final = "read_entry"
"""Prefix: one action id for each place in the row. The value is an entry of the guides."""
THINKING: Final = "advice_thinking"
"""Prefix of the block ids of what is shown only while a model thinks."""

# The connection
DISCONNECT: Final = "disconnect"
DASHBOARD: Final = "dashboard"
REFRESH: Final = "refresh"
RECEIVE_CHANGES: Final = "receive_changes"
EXPIRY: Final = "expiry_reminders"
EXPIRY_FORM: Final = "expiry_form"
VALID_UNTIL_BLOCK: Final = "expiry_valid_until"
EVERY_DAYS_BLOCK: Final = "expiry_every_days"
SHOW_STATUS: Final = "show_status"

# The sync
SYNC_NOW: Final = "sync_now"
SYNC_REPAIR: Final = "sync_repair"
SYNC_SETTINGS: Final = "sync_settings"
SYNC_HISTORY: Final = "sync_history"
SYNC_FORM: Final = "sync_form"
FREQUENCY_BLOCK: Final = "sync_frequency"
ENTITIES_BLOCK: Final = "sync_entities"
STATUSES_BLOCK: Final = "sync_statuses"
PAST_BLOCK: Final = "sync_past"
FUTURE_BLOCK: Final = "sync_future"
STRATEGY_BLOCK: Final = "sync_strategy"
RETENTION_BLOCK: Final = "sync_retention"

# Conflicts. The value of an answer is the question and the version of it that the person saw.
CONFLICTS: Final = "conflicts"
SHOW_CONFLICT: Final = "conflict_show"
KEEP_OURS: Final = "conflict_ours"
TAKE_THEIRS: Final = "conflict_theirs"

# Field mapping. The modal's own metadata are the kind of record and the version that is drawn.
MAPPING: Final = "mapping"
MAPPING_FORM: Final = "mapping_form"
MAPPING_ENTITY: Final = "mapping_entity"
MAPPING_PREVIEW: Final = "mapping_preview"
MAPPING_FIELDS: Final = "mapping_fields"
"""Prefix, as the next one: what is typed for one kind of record must not follow to another."""
MAPPING_EXTRAS: Final = "mapping_extras"

# The hotel's own systems. A control's value is the endpoint, for a delivery with its message behind it.
SYSTEMS: Final = "systems"
SYSTEM_ADD: Final = "system_add"
SYSTEM_FORM: Final = "system_form"
SYSTEM_URL: Final = "system_url"
SYSTEM_TOPICS: Final = "system_topics"
SYSTEM_TEST: Final = "system_test"
SYSTEM_ROTATE: Final = "system_rotate"
SYSTEM_PAUSE: Final = "system_pause"
SYSTEM_RESUME: Final = "system_resume"
SYSTEM_DELETE: Final = "system_delete"
SYSTEM_FAILED: Final = "system_failed"
SYSTEM_REPLAY: Final = "system_replay"
SYSTEM_REPLAY_ALL: Final = "system_replay_all"

# The hotel and its people
FOUND_HOTEL: Final = "found_hotel"
CLAIM_ADMIN: Final = "claim_admin"
HOTEL_SETTINGS: Final = "hotel_settings"
HOTEL_FORM: Final = "hotel_form"
SHOW_TEAM: Final = "show_team"
CHANGE_ROLE: Final = "change_role"
ROLE_FORM: Final = "role_form"
SHOW_HELP: Final = "show_help"

NAME_BLOCK: Final = "hotel_name"
ZONE_BLOCK: Final = "hotel_zone"
CHANNEL_BLOCK: Final = "hotel_channel"
QUIET_BLOCK: Final = "hotel_quiet"
PERSON_BLOCK: Final = "member_person"
ROLE_BLOCK: Final = "member_role"

LINK: Final = "link"
"""Prefix of buttons that only open a page: they still report the click, which is acknowledged."""
