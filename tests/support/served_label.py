"""One label of one instance, served on a port of its own as the demonstration leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.context import Context, open_context
from api.demo import scanning
from api.demo.certification import Certification
from api.demo.client import InstanceClient
from api.demo.instance import free_port
from api.main import create_app
from tests.support.instance import LFP, Template, a_bom_file, seeded_instance, settings_of
from tests.support.serving import served


@dataclass(frozen=True)
class ServedLabel:
    """An instance with one active label.

    Attributes:
        port: Where it is served.
        folder: Holds trust-list.json, status-list.json and labels/lfp/credential.json.
        label: The label as the API answered it.
    """

    port: int
    folder: Path
    context: Context
    client: InstanceClient
    label: dict[str, Any]

    @property
    def address(self) -> str:
        """The label's address as a browser shows it."""
        return f"{self.client.base_url}/L/{self.label['url'].rpartition('/')[2]}"

    @property
    def trust_list(self) -> Path:
        """The list this verifier has pinned."""
        return self.folder / "trust-list.json"

    @property
    def credential(self) -> Path:
        """The signed credential as a file."""
        return self.folder / "labels/lfp/credential.json"


@contextmanager
def a_served_label(demo: Path, template: Template) -> Iterator[ServedLabel]:
    """Founds an instance below ``demo``, walks a battery to its label and serves it."""
    port = free_port(0)
    settings = settings_of(demo / "guangdong", f"http://127.0.0.1:{port}")
    seeded = seeded_instance(settings, template)
    context = open_context(settings)
    client = InstanceClient(settings.public_base_url, seeded.keys)
    with served(create_app(settings, context), port), closing(client.http):
        study = client.post("/v1/footprints", LFP.preparer, a_bom_file(LFP))
        label = Certification(client, seeded.organisations).certify(LFP, study).label
        found = ServedLabel(port, demo, context, client, label)
        found.credential.parent.mkdir(parents=True)
        found.credential.write_bytes(client.fetch(f"{found.address}/credential").content)
        scanning.pin(client, demo)
        yield found
    context.engine.dispose()
