"""Errors of the engine: places are JSON Pointers, several are reported together."""

from __future__ import annotations

import pytest

from footprint.errors import (
    MOST_ERRORS,
    BomError,
    FootprintErrors,
    LinkError,
    pointer,
    raise_all,
)


def test_pointer_escapes_what_rfc_6901_reserves() -> None:
    assert pointer() == ""
    assert pointer("assemblies", "a/b~c", "lines", 0) == "/assemblies/a~1b~0c/lines/0"


def test_error_keeps_its_kind_code_and_parameters_when_it_is_moved() -> None:
    moved = LinkError("dataset-unknown", "/dataset", dataset="x").at("/lines/2")
    assert isinstance(moved, LinkError)
    assert (moved.code, moved.place) == ("dataset-unknown", "/lines/2/dataset")
    assert moved.parameters == {"dataset": "x"}


def test_several_errors_move_together() -> None:
    both = FootprintErrors((BomError("a-b", "/x"), LinkError("c-d", "/y")))
    assert [error.place for error in both.at("/lines/1").errors] == ["/lines/1/x", "/lines/1/y"]


def test_nothing_is_raised_without_errors_and_one_is_raised_as_itself() -> None:
    raise_all([])
    with pytest.raises(BomError) as one:
        raise_all([BomError("a-b", "/x")])
    assert one.value.place == "/x"


def test_a_report_holds_no_more_than_a_person_can_mend() -> None:
    with pytest.raises(FootprintErrors) as many:
        raise_all([BomError("a-b", f"/{i}") for i in range(MOST_ERRORS + 5)])
    assert len(many.value.errors) == MOST_ERRORS
    assert many.value.parameters == {"count": str(MOST_ERRORS)}


def test_message_names_code_place_and_parameters() -> None:
    assert str(BomError("a-b", "/x", ref="m")) == "a-b at /x (ref='m')"
    assert str(BomError("a-b")) == "a-b at /"
