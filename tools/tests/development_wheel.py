"""Makes a wheel of the engine that is installed for development, without compiling anything."""

from __future__ import annotations

import importlib.metadata
import zipfile
from pathlib import Path

ENGINE_PYTHON = Path(__file__).resolve().parents[2] / "packages" / "engine-native" / "python"
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: false\nTag: {tag}\n"


def engine_wheel(directory: Path, *, version: str | None = None, library: bool = True) -> Path:
    """Write the wheel.

    Args:
        directory: Where to.
        version: What its name and metadata say, by default the engine's own version.
        library: Whether the compiled library is in it, for an installation that is imported.

    Returns:
        The file. Its platform tag is that of this machine.
    """
    distribution = importlib.metadata.distribution("codeanatomy-engine")
    own = distribution.version
    tag = next(
        line.removeprefix("Tag: ")
        for line in (distribution.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag: ")
    )
    version = version or own
    information = f"codeanatomy_engine-{version}.dist-info"
    files = [
        path
        for path in ENGINE_PYTHON.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and (library or path.suffix != ".so")
    ]
    metadata = (distribution.read_text("METADATA") or "").replace(
        f"\nVersion: {own}\n", f"\nVersion: {version}\n"
    )
    texts = {
        "METADATA": metadata,
        "WHEEL": WHEEL.format(tag=tag),
        "licenses/LICENSE": (ENGINE_PYTHON.parent / "LICENSE").read_text(encoding="utf-8"),
    }
    wheel = directory / f"codeanatomy_engine-{version}-{tag}.whl"
    names = [path.relative_to(ENGINE_PYTHON).as_posix() for path in files]
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, name in zip(files, names, strict=True):
            archive.write(path, name)
        for name, text in texts.items():
            archive.writestr(f"{information}/{name}", text)
        names += [f"{information}/{name}" for name in (*texts, "RECORD")]
        archive.writestr(f"{information}/RECORD", "".join(f"{name},,\n" for name in names))
    return wheel
