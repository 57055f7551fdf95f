"""The private form, drawn from the vendor's declared fields. A secret is never put into it."""

from bot import ids, texts
from bot.views.parts import (
    TITLE_MAX,
    Block,
    Element,
    choice_input,
    context,
    modal,
    option,
    quoted,
    section,
    text_input,
)
from core.onboarding.forms import OpenedForm
from core.pms.vendor import CredentialField, FieldKind


def credentials_form(form: OpenedForm) -> Block:
    """Return the modal; its metadata is the form's random id."""
    vendor = form.vendor
    blocks = [
        section(f"Credentials for *{vendor.display_name}*. Nobody else sees this form."),
        *_reply_address(form),
        *(_field(field, form.prefilled.get(field.key, field.default)) for field in form.fields),
        context(f"🔒 {texts.PRIVACY_OF_FORM}"),
    ]
    title = f"Connect {vendor.display_name}"
    if len(title) > TITLE_MAX:
        title = vendor.display_name
    return modal(ids.CREDENTIALS_FORM, title, blocks, submit="Test", metadata=form.form_id)


def _reply_address(form: OpenedForm) -> list[Block]:
    """Return what the person has to tell the vendor first, where the vendor will call us."""
    if not form.reply_address:
        return []
    words = texts.REPLY_ADDRESS.format(vendor=form.vendor.display_name)
    return [section(f"{words}\n{quoted(form.reply_address)}")]


def _field(field: CredentialField, prefilled: str) -> Block:
    if field.kind is FieldKind.CHOICE:
        return _choice(field, prefilled)
    return text_input(
        f"{ids.FIELD}{field.key}",
        field.label,
        hint=field.where,
        placeholder=field.placeholder,
        initial="" if field.secret else prefilled,
        optional=not field.required,
        max_length=field.max_length,
    )


def _choice(field: CredentialField, prefilled: str) -> Block:
    element: Element = {
        "type": "static_select",
        "options": [option(choice, choice) for choice in field.choices],
        "placeholder": {"type": "plain_text", "text": field.placeholder or "Choose"},
    }
    if prefilled in field.choices:
        element["initial_option"] = option(prefilled, prefilled)
    return choice_input(
        f"{ids.FIELD}{field.key}", field.label, element, hint=field.where, optional=not field.required
    )
