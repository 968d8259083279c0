"""Puts a release of Tanbiao into a Brightway project: ``python RELEASE.zip PROJECT [DATABASE]``.

This file is also the ``__main__.py`` of the archive that a release is exported as, so it needs
nothing but Python, numpy and bw2data 4.5 or newer. The project is made where it is not there;
nothing of it is overwritten. The newest method profile goes in as a method. ``bw2data`` keeps
amounts for ``bw2calc`` in single precision, seven digits; here they are put there in double
precision, so that ``bw2calc`` gives the totals of the release.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

CONTENT = "brightway.json"
DATABASE = "tanbiao"
METHOD_ROOT = "Tanbiao"
_INDICES, _DATA = ".indices.npy", ".data.npy"
_ARGUMENTS = (1, 2)  # a project, and the name of the database


def gases_of(database: str) -> str:
    """The database of the emissions that belongs to a database of activities."""
    return f"{database} gases"


def databases_in_the_way(bw2data: Any, database: str) -> list[str]:
    """Those of the current project that have the names :func:`load` would give."""
    return [name for name in (database, gases_of(database)) if name in bw2data.databases]


def load(bw2data: Any, content: Mapping[str, Any], database: str) -> tuple[str, ...]:
    """Writes databases and method into the current project.

    Args:
        bw2data: The module, with the wanted project as its current one.
        content: What ``brightway_content`` made.
        database: The name of the database there; that of its emissions follows from it.

    Returns:
        The name of the method, as ``bw2data`` lists it.
    """
    gases = gases_of(database)
    bw2data.Database(gases).write(
        {(gases, key): {"name": key, "unit": "kg", "type": "emission"} for key in content["gases"]}
    )
    activities = {
        (database, code): {
            **activity,
            "exchanges": [
                {
                    **each,
                    "input": (gases if each["type"] == "biosphere" else database, each["input"]),
                }
                for each in activity["exchanges"]
            ],
        }
        for code, activity in content["activities"].items()
    }
    bw2data.Database(database).write(activities)
    ids = {node.key: node.id for name in (database, gases) for node in bw2data.Database(name)}
    _put_exactly(
        Path(bw2data.Database(database).filepath_processed()),
        (
            ((ids[each["input"]], ids[key]), each["amount"])
            for key, activity in activities.items()
            for each in activity["exchanges"]
        ),
    )
    described = content["method"]
    name = (METHOD_ROOT, database, *described["name"])
    method = bw2data.Method(name)
    method.register(unit=described["unit"], basis=described["basis"])
    factors = {(gases, key): factor for key, factor in described["factors"].items()}
    method.write(list(factors.items()))
    everywhere = bw2data.geomapping[bw2data.config.global_location]
    _put_exactly(
        Path(method.filepath_processed()),
        (((ids[key], everywhere), factor) for key, factor in factors.items()),
    )
    return name


def _put_exactly(path: Path, amounts: Iterable[tuple[tuple[int, int], float]]) -> None:
    """Writes the amounts of a processed datapackage again, in double precision.

    Args:
        path: The zip file that ``bw2data`` processed them into.
        amounts: (row, column) and amount; several of one place in any order.
    """
    exact: dict[tuple[int, int], list[float]] = {}
    for place, amount in amounts:
        exact.setdefault(place, []).append(amount)
    for found in exact.values():
        found.sort()  # as bw_processing sorts them
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    groups = [name.removesuffix(_INDICES) for name in members if name.endswith(_INDICES)]
    for group in groups:
        indices = np.load(io.BytesIO(members[group + _INDICES]), allow_pickle=False)
        data = np.load(io.BytesIO(members[group + _DATA]), allow_pickle=False).astype(np.float64)
        places = [(int(row), int(column)) for row, column in indices]
        if set(places) <= exact.keys():
            taken = Counter[tuple[int, int]]()
            for position, place in enumerate(places):
                data[position] = exact[place][taken[place]]
                taken[place] += 1
        buffer = io.BytesIO()
        np.save(buffer, data, allow_pickle=False)
        members[group + _DATA] = buffer.getvalue()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _content() -> dict[str, Any]:
    """What stands beside this file: in the archive that Python runs, or unpacked in a folder."""
    here = Path(__file__).parent
    if here.is_dir():
        text = (here / CONTENT).read_bytes()
    else:
        with zipfile.ZipFile(here) as archive:
            text = archive.read(CONTENT)
    found: dict[str, Any] = json.loads(text)
    return found


def main(arguments: list[str]) -> int:
    """Loads the release into the project that the arguments name; 1 where it is in the way."""
    if len(arguments) not in _ARGUMENTS:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    import bw2data  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415  loads in seconds

    project, database = arguments[0], (*arguments, DATABASE)[1]
    bw2data.projects.set_current(project)
    if in_the_way := databases_in_the_way(bw2data, database):
        sys.stderr.write(f"The project {project!r} has {in_the_way} already; name another.\n")
        return 1
    content = _content()
    method = load(bw2data, content, database)
    sys.stdout.write(
        f"{project}: database {database!r}, {len(content['activities'])} activities, method"
        f" {' / '.join(method)}, release {content['release_sha256']}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
