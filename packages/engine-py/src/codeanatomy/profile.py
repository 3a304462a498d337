"""Profiles: what a session may use of the machine, and how its functions and policies are set.

A setting comes from the first of these that states it: the argument, an environment variable
`CODEANATOMY_…`, the nearest `codeanatomy.toml`, `[tool.codeanatomy]` in the nearest
`pyproject.toml`, the defaults of the profile's class. `codeanatomy config show` prints each with
where it came from.

Examples:
    >>> from codeanatomy.profile import ExecutionProfile, RuntimeProfile, resolve_profile
    >>> profile = RuntimeProfile(profile="small", execution=ExecutionProfile(batch_size=1024))
    >>> report = resolve_profile(profile)
    >>> report.settings["execution.batch_size"]
    ResolvedSetting(value=1024, origin='argument')
    >>> report.settings["execution.target_partitions"]
    ResolvedSetting(value=4, origin='class small')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from codeanatomy import _native

if TYPE_CHECKING:
    import os

__all__ = [
    "AsyncProfile",
    "DeclaredScanPolicy",
    "ExecutionProfile",
    "ProfileReport",
    "ProfileSetting",
    "ResolvedSetting",
    "RuntimeProfile",
    "StatementProfile",
    "profile_settings",
    "resolve_profile",
    "session_profile",
]

ClassName = Literal["small", "medium", "large", "machine"]


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all records have in common."""


class ExecutionProfile(_Record, frozen=True):
    """How queries run. What is `None` is left to the next layer.

    Attributes:
        target_partitions: In how many partitions queries run; at least 1.
        batch_size: How many rows a batch has at most; at least 1.
        memory_limit: How much memory the queries of a session hold together before they spill or
            fail: a number of bytes, a size like `"512MiB"`, or `"unlimited"`.
        spill_directory: Where queries spill to.
        spill_limit: How much the queries of a session spill at most, written as `memory_limit`.
    """

    target_partitions: int | None = None
    batch_size: int | None = None
    memory_limit: int | str | None = None
    spill_directory: str | None = None
    spill_limit: int | str | None = None


class AsyncProfile(_Record, frozen=True):
    """The policy of asynchronous functions. What is `None` is left to the next layer.

    Limits without `enabled`, and `enabled` without both limits, are refused.

    Attributes:
        enabled: Whether asynchronous functions may be registered.
        timeout_ms: After how many milliseconds a call of one fails.
        batch_size: How many rows one call gets at most.
    """

    enabled: bool | None = None
    timeout_ms: int | None = None
    batch_size: int | None = None


class StatementProfile(_Record, frozen=True):
    """Which statements SQL may have beside queries. What is `None` is left to the next layer.

    Attributes:
        allow_ddl: `CREATE` and `DROP`.
        allow_dml: `INSERT`, `UPDATE`, `DELETE` and `COPY`.
        allow_statements: `SET`, `RESET`, `PREPARE`, `EXECUTE`, `DEALLOCATE` and transactions.
    """

    allow_ddl: bool | None = None
    allow_dml: bool | None = None
    allow_statements: bool | None = None


class RuntimeProfile(_Record, frozen=True, rename={"asynchronous": "async"}):
    """What a caller states of a profile; the layers below fill in the rest.

    Attributes:
        profile: The class whose defaults hold for what nothing states; `machine` fits the machine.
        scan_policy: The name of the scan policy that datasets have which state none.
        scan_policies: Scan policies by name, each a `codeanatomy.datasets.ScanPolicyConfig` or a
            mapping of its form. Those of files stand beside them; of two with one name, this one
            counts.
        expr_planner_names: The planners of expressions beside DataFusion's own. There is
            `codeanatomy_domain`, for the operators `-> ->> #> #>> @> <@`; an empty list is none.
        execution: How queries run.
        functions: Settings of functions, for example `utf8_normalize_form`.
        asynchronous: The policy of asynchronous functions; `async` in files.
        statements: Which statements SQL may have.
        datafusion: Options of DataFusion by their names without `datafusion.`.
    """

    profile: ClassName | None = None
    scan_policy: str | None = None
    scan_policies: Mapping[str, Any] = {}
    expr_planner_names: Sequence[str] | None = None
    execution: ExecutionProfile = ExecutionProfile()
    functions: dict[str, str | int | bool] = {}
    asynchronous: AsyncProfile = AsyncProfile()
    statements: StatementProfile = StatementProfile()
    datafusion: dict[str, str | int | bool | float] = {}


class ResolvedSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting with where it came from.

    Attributes:
        value: The value, sizes in bytes, names sorted; `None` where there is none.
        origin: `argument`, an environment variable, a file, `class NAME`, or `default`.
    """

    value: bool | int | str | tuple[str, ...] | None
    origin: str


class DeclaredScanPolicy(_Record, frozen=True):
    """A scan policy that `scan_policy` can name.

    Attributes:
        policy: What it states, as `codeanatomy.datasets.ScanPolicyConfig` is written in JSON.
        origin: `argument`, or a file.
    """

    policy: dict[str, Any]
    origin: str


class ProfileReport(_Record, frozen=True, rename={"class_name": "class"}):
    """A resolved profile.

    Attributes:
        class_name: The class; `class` in the report.
        settings: Every setting by its key, sorted.
        scan_policies: The scan policies that layers declare, by name.
        profile_hash: Identifies all settings but paths, and what the chosen scan policy states: 32
            hexadecimal digits.
        settings_hash: Identifies the options that a session of the profile gets, but paths, and its
            scan policy.
    """

    class_name: ClassName
    settings: dict[str, ResolvedSetting]
    scan_policies: dict[str, DeclaredScanPolicy]
    profile_hash: str
    settings_hash: str


class ProfileSetting(_Record, frozen=True):
    """A setting that a profile can state.

    Attributes:
        key: Its key, for example `execution.batch_size`.
        description: What it decides.
        accepts: What it accepts.
        variable: The environment variable that sets it; empty if none does.
    """

    key: str
    description: str
    accepts: str
    variable: str


def session_profile(
    profile: RuntimeProfile | str | None = None,
    *,
    directory: str | os.PathLike[str] | None = None,
) -> _native.SessionProfile:
    """Resolve a profile for the engine.

    Args:
        profile: What the caller states; a text is the name of a class.
        directory: Where configuration files are looked for, and above it; by default the current
            directory.

    Returns:
        What the engine's functions take as their `profile`.

    Raises:
        InvalidOptionError: Some layer has an unknown setting, or one with a value that it does not
            accept, or names a scan policy that none declares.

    Examples:
        >>> from codeanatomy.profile import session_profile
        >>> session_profile("small").report()["settings"]["execution.batch_size"]["value"]
        4096
    """
    if isinstance(profile, str):
        stated = msgspec.json.encode({"profile": profile})
    else:
        stated = msgspec.json.encode(RuntimeProfile() if profile is None else profile)
    return _native.configured_profile(stated.decode(), directory)


def resolve_profile(
    profile: RuntimeProfile | str | None = None,
    *,
    directory: str | os.PathLike[str] | None = None,
) -> ProfileReport:
    """Resolve a profile and say where each value came from; arguments are those above.

    Examples:
        >>> from codeanatomy.profile import RuntimeProfile, resolve_profile
        >>> resolve_profile("large").class_name
        'large'
        >>> slow = {"listing": {"collect_statistics": False}}
        >>> profile = RuntimeProfile(scan_policy="slow_store", scan_policies={"slow_store": slow})
        >>> resolve_profile(profile).scan_policies["slow_store"].origin
        'argument'
    """
    report = session_profile(profile, directory=directory).report()
    return msgspec.convert(report, ProfileReport)


def profile_settings() -> tuple[ProfileSetting, ...]:
    """List every setting with what it accepts.

    Examples:
        >>> from codeanatomy.profile import profile_settings
        >>> profile_settings()[1].variable
        'CODEANATOMY_SCAN_POLICY'
    """
    return msgspec.convert(_native.profile_settings(), tuple[ProfileSetting, ...])
