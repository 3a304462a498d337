"""All workloads, in the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repository.bench.functions import built_in, groups, hashes, macros, sessions, texts

if TYPE_CHECKING:
    from repository.bench.functions.workload import Workload

WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for module in (hashes, texts, groups, macros, built_in, sessions)
    for workload in module.WORKLOADS
}
TOPICS = tuple(dict.fromkeys(workload.topic for workload in WORKLOADS.values()))
