"""The languages a command speaks; the shell refuses any other before anything is done."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Language(StrEnum):
    """One of ``labels.locale.LANGUAGES``."""

    SIMPLIFIED_CHINESE = "zh-Hans"
    TRADITIONAL_CHINESE = "zh-Hant"
    ENGLISH = "en"
    PORTUGUESE = "pt"


Spoken = Annotated[Language, typer.Option("--lang", help="Language of what is said")]
