"""A plain HTTP client of one instance, as a maker's own software would be one."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx


class DemoFailed(Exception):
    """A step of the demonstration did not end as it must."""


@dataclass
class InstanceClient:
    """Calls one instance with the keys of several people."""

    base_url: str
    keys: dict[str, str]
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, trust_env=False))
    step: int = 0

    def call(
        self,
        method: str,
        path: str,
        person: str | None = None,
        body: object = None,
        expected: int = 200,
    ) -> Any:
        """One request; the JSON answered, or :class:`DemoFailed` with what was answered."""
        headers = {"Accept-Language": "en"}
        if person:
            headers["Authorization"] = f"Bearer {self.keys[person]}"
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        if method == "POST":
            self.step += 1
            headers["Idempotency-Key"] = f"demo-{self.step:04d}-{person or 'public'}"
        response = self.http.request(method, self.base_url + path, headers=headers, content=content)
        if response.status_code != expected:
            raise DemoFailed(
                f"{method} {path} answered {response.status_code}, not {expected}: "
                f"{response.text[:1500]}"
            )
        return response.json() if response.content else None

    def get(self, path: str, person: str | None = None, expected: int = 200) -> Any:
        """GET of JSON."""
        return self.call("GET", path, person, expected=expected)

    def post(self, path: str, person: str | None, body: object, expected: int = 201) -> Any:
        """POST of JSON."""
        return self.call("POST", path, person, body, expected)

    def upload(self, study_id: str, person: str, kind: str, content: bytes) -> str:
        """Uploads a document behind a study; its hash."""
        return self._file(f"/v1/studies/{study_id}/evidence", person, kind, content, {"kind": kind})

    def keep(self, person: str, name: str, content: bytes) -> str:
        """Uploads a document of the person's organisation; its hash."""
        return self._file("/v1/documents", person, name, content, {})

    def _file(
        self, path: str, person: str, name: str, content: bytes, fields: dict[str, str]
    ) -> str:
        self.step += 1
        response = self.http.post(
            self.base_url + path,
            headers={
                "Authorization": f"Bearer {self.keys[person]}",
                "Idempotency-Key": f"demo-{self.step:04d}-{person}",
            },
            data=fields,
            files={"file": (f"{name}.txt", content, "text/plain")},
        )
        if response.status_code != httpx.codes.CREATED:
            raise DemoFailed(f"{path} answered {response.status_code}: {response.text[:500]}")
        return str(response.json()["sha256"])

    def send(self, method: str, path: str, person: str | None, content: bytes) -> bytes:
        """Sends exact bytes of a signed document; the bytes answered."""
        headers = {"Content-Type": "application/json"}
        if person:
            headers["Authorization"] = f"Bearer {self.keys[person]}"
        response = self.http.request(method, self.base_url + path, headers=headers, content=content)
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise DemoFailed(f"{path} answered {response.status_code}: {response.text[:500]}")
        return response.content

    def fetch(self, url: str, accept: str = "*/*") -> httpx.Response:
        """GET of anything public; the address may be written in capitals."""
        response = self.http.get(url, headers={"Accept": accept, "Accept-Language": "en"})
        if response.status_code != httpx.codes.OK:
            raise DemoFailed(f"GET {url} answered {response.status_code}")
        return response

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Until the instance answers its health check."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self.http.get(self.base_url + "/health").status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass
            if time.monotonic() > deadline:
                raise DemoFailed(f"{self.base_url} did not start within {seconds:.0f} s")
            time.sleep(0.1)

    def wait_for_job(self, job_id: str, person: str, seconds: float = 120) -> Any:
        """Until a job has ended well."""
        deadline = time.monotonic() + seconds
        while True:
            job = self.get(f"/v1/jobs/{job_id}", person)
            if job["state"] == "succeeded":
                return job
            if job["state"] in {"failed", "cancelled"} or time.monotonic() > deadline:
                raise DemoFailed(f"job {job_id}: {job}")
            time.sleep(0.2)
