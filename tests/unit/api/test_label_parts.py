"""Marks and certificate of a label come from one child, and neither takes the other along."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from api.child.label_making import make_label_parts
from api.child.label_pack import MEDIA_TYPES, LabelPart
from api.child.process import ChildFailed
from footprint.errors import FootprintError
from labels.label import StageShare
from tests.unit.credential.builders import a_signed_label
from tests.unit.render.labels_for_print import a_battery_label

PARTS = list(LabelPart)


@cache
def a_credential() -> bytes:
    return a_signed_label(a_battery_label())


def a_credential_no_certificate_can_show() -> bytes:
    """A stage that is not counted has no figure at all: the certificate fails where it is read."""
    facts = a_battery_label()
    stage = StageShare(stage="use", inclusion="not-specified", kg_co2e="")
    stages = (*facts.footprint.stages[:2], stage)
    return a_signed_label(replace(facts, footprint=replace(facts.footprint, stages=stages)))


def child_rendering() -> int | None:
    """The process this one has spawned to render a label, by its id."""
    for thread in Path("/proc/self/task").iterdir():
        for pid in (thread / "children").read_text().split():
            if "render-label" in Path(f"/proc/{pid}/cmdline").read_text():
                return int(pid)
    return None


def test_the_parts_of_a_label_are_all_its_files() -> None:
    assert LabelPart.MARKS.kinds | LabelPart.CERTIFICATE.kinds == MEDIA_TYPES.keys()
    made = dict(make_label_parts(a_credential(), PARTS))
    for part in PARTS:
        files = made[part]
        assert isinstance(files, dict)
        assert files.keys() == part.kinds


def test_only_the_parts_asked_for_are_made() -> None:
    ((part, files),) = make_label_parts(a_credential(), [LabelPart.MARKS])
    assert part is LabelPart.MARKS
    assert isinstance(files, dict)
    assert files.keys() == part.kinds


def test_what_cannot_be_made_is_refused_part_by_part(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a machine without any font each part says itself why there is none."""
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(fonts))
    made = dict(make_label_parts(a_credential(), PARTS))
    for part in PARTS:
        refusal = made[part]
        assert isinstance(refusal, FootprintError)
        assert refusal.code == "certificate-missing-glyphs"


def test_a_child_that_dies_over_the_certificate_has_given_out_the_marks() -> None:
    made = dict(make_label_parts(a_credential_no_certificate_can_show(), PARTS))
    marks = made[LabelPart.MARKS]
    assert isinstance(marks, dict)
    assert marks.keys() == LabelPart.MARKS.kinds
    assert isinstance(made[LabelPart.CERTIFICATE], ChildFailed)


def test_a_child_that_dies_over_the_marks_leaves_the_certificate_to_another() -> None:
    killed = threading.Event()

    def kill_the_first() -> None:
        while not killed.wait(0.005):
            if (pid := child_rendering()) is not None:
                os.kill(pid, signal.SIGKILL)
                killed.set()

    killing = threading.Thread(target=kill_the_first, daemon=True)
    killing.start()
    made = dict(make_label_parts(a_credential(), PARTS))
    killing.join()
    assert isinstance(made[LabelPart.MARKS], ChildFailed)
    certificate = made[LabelPart.CERTIFICATE]
    assert isinstance(certificate, dict)
    assert certificate["certificate.pdf"].startswith(b"%PDF")
