"""The compiled module of the portable tier.

The types of reports are for type checkers only: they can't be imported at run time.
"""

from typing import TypedDict, type_check_only

from datafusion import SessionConfig, SessionContext

__all__ = ["build_info", "register", "with_settings"]

@type_check_only
class BuildInfo(TypedDict):
    """What the engine was built from."""

    engine: str
    datafusion: str
    datafusion_python: str
    arrow: str
    deltalake: str
    pyo3: str
    rustc: str
    profile: str
    features: list[str]
    build_hash: str

@type_check_only
class RegisteredFunction(TypedDict):
    """A function in a session; the names in `lost` are those of the report's."""

    name: str
    kind: str
    aliases: list[str]
    lost: list[str]

@type_check_only
class Loss(TypedDict):
    """Something of the native tier that the portable tier has not."""

    name: str
    meaning: str

@type_check_only
class Versions(TypedDict):
    """The versions that have to fit together; `host` is the Python package of the session."""

    engine: str
    datafusion: str
    capsules: int
    host: str

@type_check_only
class Report(TypedDict):
    """What a session has of the library, read back from it.

    `kept` are the functions of DataFusion that the session keeps under their names, `lost` what
    functions lose that are reached through capsules, `absent` what the session has not at all.
    """

    contract_version: int
    tier: str
    session_id: str
    versions: Versions
    registry_hash: str
    functions: list[RegisteredFunction]
    table_functions: list[str]
    kept: list[str]
    lost: list[Loss]
    absent: list[Loss]

def build_info() -> BuildInfo:
    """Return versions, profile, features and hash of this build."""

def register(ctx: SessionContext) -> Report:
    """Register the functions of the library in a session of a stock `datafusion`.

    Registering twice is registering once.

    Args:
        ctx: The session. It keeps all that it has.

    Returns:
        What the session has of the library, and what it has not.

    Raises:
        TypeError: `ctx` is no `datafusion.SessionContext`.
        SessionContextContractError: The capsules don't fit the loaded `datafusion`, or the session
            is native and has no need of them. No capsule was made.
        RuntimeInstallError: The session has another function under a name of the library. It is as
            it was.
    """

def with_settings(config: SessionConfig) -> SessionConfig:
    """Add the settings `codeanatomy_udf.*` to the configuration of a session to be made.

    Args:
        config: The configuration, which is changed.

    Returns:
        The configuration, whose sessions accept `SET codeanatomy_udf.…`. A wrong value is refused
        when a function reads it, not when it is set.

    Raises:
        TypeError: `config` is no `datafusion.SessionConfig`.
        SessionContextContractError: The capsules don't fit the loaded `datafusion`, or it is native
            and has the settings.
    """
