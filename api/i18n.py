"""The reader's language of one request, and sentences of problem codes in it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from labels.locale import LANGUAGES, Translator, negotiate, translator

LANGUAGE_COOKIE = "tb_lang"
_IN_WORDS = ("action", "stage", "boundary")  # parameters that are also families of words


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
    return reader.problem(code, {**parameters, **_words(reader, code, parameters)})


def _words(reader: Translator, code: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters the reader has words for, and lists with the separator of the language."""
    keys = {name: f"{name}.{parameters.get(name, '')}" for name in _IN_WORDS}
    words = {name: reader.text(key) for name, key in keys.items() if reader.has(key)}
    change = f"change_kind.{parameters.get('kind', '')}"
    if code.startswith("scenario-") and reader.has(change):
        words["kind"] = reader.text(change)
    first, *others = parameters.get("allowed", "").split(", ")
    for other in others:
        first = reader.text("page.list", first=first, next=other)
    return {**words, "allowed": first} if others else words
