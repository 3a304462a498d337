"""A cargo target directory that several clones share must not hand one clone's build to another.

Cargo decides by modification times whether a build is current, and a clone's crates have the same
fingerprint as another's. So after a newer clone has built, an older one with other sources would be
served the newer one's library. The directory therefore carries the name of the clone that used it
last; when another comes, what was built of the workspace itself is removed. The dependencies, which
take the time, stay.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from repository.root import ENGINE, ROOT, environment, target_directory

if TYPE_CHECKING:
    from pathlib import Path

OWNER_FILE = "codeanatomy-clone.txt"


def claim_target_directory() -> None:
    """Make the target directory safe for this clone, and say so when that meant cleaning."""
    directory = target_directory()
    if directory.is_relative_to(ROOT):
        return
    if needs_cleaning(directory, ROOT):
        print(f"{directory} was last used by another clone: removing its own crates", flush=True)
        subprocess.run(
            ["cargo", "clean", "--workspace", "--quiet"], cwd=ENGINE, env=environment(), check=True
        )
    directory.mkdir(parents=True, exist_ok=True)
    (directory / OWNER_FILE).write_text(f"{ROOT}\n", encoding="utf-8")


def needs_cleaning(directory: Path, clone: Path) -> bool:
    """Tell whether a target directory holds another clone's crates.

    Args:
        directory: The target directory; it need not exist.
        clone: The root of the clone that is about to build.

    Returns:
        True if the directory has builds and was not last used by this clone.
    """
    owner = directory / OWNER_FILE
    if owner.exists():
        return owner.read_text(encoding="utf-8").strip() != str(clone)
    return directory.exists() and any(directory.iterdir())
