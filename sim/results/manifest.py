"""The manifest of a finished folder: what it is, that it is whole, and that nobody changed its figures since."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from sim.documents import Json
from sim.errors import ResultsError

OURS = "rare-earth-sim "
"""What the format of every folder of this program begins with; what it holds follows."""
MANIFEST = "manifest.json"
SCHEMA_VERSION = 1
SEAL = "sealed"
"""What a manifest calls the digest of all else that it says."""


def read_manifest(folder: Path) -> Json:
    """Return the manifest of a finished folder of any kind; say what is wrong with any other.

    Every file that holds figures is there, and is what was written.
    """
    if not os.path.isdir(folder):  # a name that is too long is none of a folder, either; Path.is_dir raises
        raise ResultsError(f"{folder}: no such results folder; `sim run` makes one")
    manifest = read_json(folder / MANIFEST) if os.path.isfile(folder / MANIFEST) else {}
    if not str(manifest.get("format")).startswith(OURS):
        raise ResultsError(f"{folder} holds no results of this program (no {MANIFEST} of its format)")
    if manifest.get("finished") is not True:
        raise ResultsError(f"{folder} holds results of a run that did not finish; run it again")
    if manifest.get("schema_version") != SCHEMA_VERSION:
        found = manifest.get("schema_version")
        raise ResultsError(f"{folder} has schema_version {found!r}; this program reads {SCHEMA_VERSION}: run it again")
    _check_files(folder, manifest.get("files"))
    if SEAL in manifest and sealed(manifest) != manifest:  # folders of older versions have none
        raise ResultsError(f"{folder / MANIFEST} is not what the run wrote; run it again")
    return manifest


def sealed(manifest: Json) -> Json:
    """Return a manifest with the digest of all that it says."""
    told = {key: value for key, value in manifest.items() if key != SEAL}
    text = json.dumps(told, sort_keys=True, ensure_ascii=True)
    return told | {SEAL: hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()}


def kind_of(manifest: Json) -> str:
    """Return what a folder holds, in a word: `results`, `comparison`, `sweep`, ..."""
    return str(manifest["format"]).removeprefix(OURS)


def is_finished(folder: Path, form: str) -> bool:
    """Tell whether a folder holds what is finished of a format."""
    path = folder / MANIFEST
    try:
        manifest = read_json(path) if path.is_file() else {}
    except ResultsError:
        return False
    return manifest.get("format") == form and manifest.get("finished") is True


def check_names(folder: Path, manifest: Json, needed: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Refuse a folder whose manifest names other files than there should be."""
    if set(manifest["files"]) - set(optional) != set(needed):
        raise ResultsError(f"{folder / MANIFEST} is damaged: it does not name the files of a run of this version")


def digest_of(path: Path) -> str:
    """Return the digest that a manifest holds of a file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError as error:
        raise ResultsError(f"{path} cannot be read: {error}") from error


def read_json(path: Path) -> Json:
    """Return the JSON object in a file; say what is wrong where there is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise ResultsError(f"{path} is damaged: it holds no JSON object")
    return document


def _check_files(folder: Path, files: object) -> None:
    if not isinstance(files, dict) or any("/" in str(name) or "\\" in str(name) for name in files):
        raise ResultsError(f"{folder / MANIFEST} is damaged: it does not name the files of a run")
    for name, expected in files.items():
        if not os.path.isfile(folder / name):
            raise ResultsError(f"{folder} is not complete: {name} is missing; run it again")
        if digest_of(folder / name) != expected:
            raise ResultsError(f"{folder / name} is not what the run wrote; run it again")
