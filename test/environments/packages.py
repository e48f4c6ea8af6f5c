"""Makes a few small packages: ``python packages.py FOLDER NOTES``. Those that are built when they are installed leave a note in NOTES."""

import io
import sys
import tarfile
import zipfile
from pathlib import Path

folder, notes = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
notes.mkdir(parents=True, exist_ok=True)


def wheel(name, version, script=False):
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": f"def main():\n    print('{name} {version}')\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if script:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name}-says = {name}:main\n"
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)


BACKEND = """
import json, os, time
from pathlib import Path
notes = Path({notes!r})
def build_wheel(*_, **__):
    raise SystemExit("only notes are made of this")
def prepare_metadata_for_build_wheel(*_, **__):
    (notes / {name!r}).write_text(json.dumps(dict(os.environ)))
    {then}
def get_requires_for_build_wheel(*_, **__):
    return []
"""


def source(name, then):
    """A package that is built by code of its own, which needs nothing else."""
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": BACKEND.format(notes=str(notes), name=name, then=then),
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    }
    with tarfile.open(folder / f"{name}-1.0.tar.gz", "w:gz") as archive:
        for file, text in files.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{file}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


wheel("first", "1.0", script=True)
wheel("second", "1.0")
source("telling", 'raise SystemExit("told")')
source("slow", "time.sleep(600)")
