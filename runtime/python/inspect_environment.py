"""Says as one line of JSON what a Python has: ``python inspect_environment.py [--torch] [--files] PACKAGE …``. Its version, whether it can make
virtual environments, the packages' versions (null where one is missing); with ``--files`` how many of their files are gone, with
``--torch`` what torch can train on. Reads on any Python 3, as it is what tells that one is too old."""

import importlib.util
import json
import os
import sys


def main():
    words = sys.argv[1:]
    names = [word for word in words if not word.startswith("--")]
    found = {
        "version": ".".join(str(part) for part in sys.version_info[:3]),
        "program": sys.executable,
        "venv": all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip")),
        "packages": {},
        "lost": {},
    }
    if sys.version_info >= (3, 8):
        from importlib import metadata

        for name in names:
            try:
                package = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                found["packages"][name] = None
                continue
            found["packages"][name] = package.version
            if "--files" in words:
                lost = sum(1 for file in package.files or [] if _counts(str(file)) and not os.path.exists(str(package.locate_file(file))))
                if lost:
                    found["lost"][name] = lost
    else:
        found["packages"] = {name: None for name in names}
    if "--torch" in words:
        found["torch"] = _torch()
    print(json.dumps(found))


def _counts(file):
    # Scripts beside the packages are for people, and byte code is made again.
    return not file.startswith("..") and not file.endswith(".pyc")


def _torch():
    try:
        import torch
    except Exception as error:  # noqa: BLE001 - whatever keeps torch from loading is what is asked for
        return {"error": "{}: {}".format(type(error).__name__, str(error).strip().splitlines()[0] if str(error).strip() else "")}
    devices = []
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            about = torch.cuda.get_device_properties(index)
            devices.append({"name": about.name, "memory": about.total_memory, "bf16": torch.cuda.is_bf16_supported()})
    elif getattr(torch.backends, "mps", None) is not None and torch.backends.mps.is_available():
        devices.append({"name": "Apple GPU", "memory": None, "bf16": False})
    return {"built_for": torch.version.cuda, "devices": devices}


if __name__ == "__main__":
    main()
