"""What to say of the errors that every vendor shares; a vendor's own guide may say it better."""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Suggestion
from core.pms.words.answers import ANSWERS
from core.pms.words.encryption import ENCRYPTION
from core.pms.words.on_the_way import ON_THE_WAY
from core.pms.words.verdicts import VERDICTS

COMMON: Final[Mapping[str, Suggestion]] = {**ON_THE_WAY, **ENCRYPTION, **ANSWERS, **VERDICTS}
