"""Logs hold one JSON line an event and never the values of local variables."""

from __future__ import annotations

import json

import pytest
import structlog

from api.logs import configure_logs


def test_a_traceback_in_the_log_shows_no_local_value(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")

    def sign_in(secret: str) -> None:
        raise ValueError(str(len(secret)))

    try:
        sign_in("-".join(reversed(["staple", "horse"])))
    except ValueError as error:
        structlog.get_logger().error("request failed", exc_info=error, path="/a\r\nb\u2028c")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    event = json.loads(lines[0])
    assert "ValueError" in event["exception"]
    assert "horse-staple" not in lines[0]
    assert event["path"] == "/a\r\nb\u2028c"
