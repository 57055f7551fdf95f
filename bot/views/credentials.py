"""The private form, drawn from the vendor's declared fields. A secret is never put into it."""

from bot import ids, texts
from bot.views.parts import TITLE_MAX, Block, context, modal, section, text_input
from core.onboarding.forms import OpenedForm
from core.pms.vendor import CredentialField


def credentials_form(form: OpenedForm) -> Block:
    """Return the modal; its metadata is the form's random id."""
    vendor = form.vendor
    blocks = [
        section(f"Credentials for *{vendor.display_name}*. Nobody else sees this form."),
        *(_field(field, form.prefilled.get(field.key, field.default)) for field in form.fields),
        context(f"🔒 {texts.PRIVACY_OF_FORM}"),
    ]
    title = f"Connect {vendor.display_name}"
    if len(title) > TITLE_MAX:
        title = vendor.display_name
    return modal(ids.CREDENTIALS_FORM, title, blocks, submit="Test", metadata=form.form_id)


def _field(field: CredentialField, prefilled: str) -> Block:
    return text_input(
        f"{ids.FIELD}{field.key}",
        field.label,
        hint=field.where,
        placeholder=field.placeholder,
        initial="" if field.secret else prefilled,
        optional=not field.required,
        max_length=field.max_length,
    )
