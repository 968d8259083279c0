"""The reader's language of one request, and sentences of problem codes in it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from labels.locale import LANGUAGES, negotiate, translator

LANGUAGE_COOKIE = "tb_lang"


def language_of(request: Request) -> str:
    """``?lang=`` first, then the signed-in reader's choice, then ``Accept-Language``."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return str(chosen)
    return negotiate(request.headers.get("accept-language"))


def match_reason(code: str, value: str, language: str) -> str:
    """Why a dataset is suggested, in the language; sides of a thing have words of their own."""
    reader = translator(language)
    side = f"match_facet.{value}"
    return reader.text(
        f"match_reason.{code}", value=reader.text(side) if reader.has(side) else value
    )


def sentence(code: str, language: str, parameters: Mapping[str, str]) -> str:
    """What happened and what to do, in the language; the code itself where no sentence exists."""
    reader = translator(language)
    key = f"problem.{code}"
    if not reader.has(key):
        return code
    asked = f"action.{parameters.get('action', '')}"
    words = {"action": reader.text(asked)} if reader.has(asked) else {}
    change = f"change_kind.{parameters.get('kind', '')}"
    if code.startswith("scenario-") and reader.has(change):
        words["kind"] = reader.text(change)
    return reader.problem(code, {**parameters, **words})
