"""The mutations of each project, each with the kind of mistake that it stands for."""

from __future__ import annotations

from repository.triage_corpus.mutation import Mutation
from repository.triage_corpus.tuning_mutations import ITERTOOLS, JINJA

NOISE = "f'{id(object()):#x} at /tmp/run-{__import__(\"os\").getpid()}/cache'"
LIMIT = ("--timeout=2", "--timeout-method=signal", "-o", "timeout_func_only=true")


def of_packaging(name: str, module: str, kind: str, function: str, statement: str) -> Mutation:
    """Return a mutation of a function of `packaging`."""
    return Mutation(name, f"src/packaging/{module}.py", kind, function, statement)


def of_click(name: str, module: str, kind: str, function: str, statement: str) -> Mutation:
    """Return a mutation of a function of `click`."""
    return Mutation(name, f"src/click/{module}.py", kind, function, statement)


def of_attrs(name: str, module: str, kind: str, function: str, statement: str) -> Mutation:
    """Return a mutation of a function of `attrs`."""
    return Mutation(name, f"src/attr/{module}.py", kind, function, statement)


def of_codeanatomy(name: str, module: str, kind: str, function: str, statement: str) -> Mutation:
    """Return a mutation of a function of this repository."""
    return Mutation(name, module, kind, function, statement)


PACKAGING = (
    Mutation(
        "noisy-raise",
        "src/packaging/version.py",
        "message",
        "_parse_local_version",
        f"if local: raise RuntimeError('no parser ' + {NOISE} + ' for ' + repr(local))",
    ),
    of_packaging(
        "letter-none", "version", "value", "_parse_letter_version", "if number: return None"
    ),
    of_packaging("base-version", "version", "value", "Version.base_version", "return str(self)"),
    of_packaging(
        "coerce-attribute", "specifiers", "raise", "_coerce_version", "version = version.normalised"
    ),
    of_packaging("split-empty", "specifiers", "value", "_version_split", "return []"),
    of_packaging(
        "filter-signature",
        "specifiers",
        "signature",
        "SpecifierSet.filter",
        "list(Specifier('>=1').filter(iterable, everything=True))",
    ),
    of_packaging(
        "marker-chain",
        "markers",
        "chain",
        "_evaluate_markers",
        "try:\n    environment['sys_plattform']\nexcept KeyError as error:\n"
        "    raise UndefinedEnvironmentName(f'no environment for {markers!r}') from error",
    ),
    of_packaging(
        "marker-equal", "markers", "value", "Marker.__eq__", "return str(self) is str(other)"
    ),
    of_packaging("requirement-text", "requirements", "value", "Requirement.__str__", "return ''"),
    of_packaging(
        "tokenizer-token", "_tokenizer", "raise", "Tokenizer.read", "self.next_token.value.strip()"
    ),
    of_packaging(
        "canonical-name",
        "utils",
        "value",
        "canonicalize_name",
        "return name.lower().replace('-', '_')",
    ),
    of_packaging(
        "wheel-unpack",
        "utils",
        "raise",
        "parse_wheel_filename",
        "name, version = filename.split('-')",
    ),
    of_packaging("tag-attribute", "tags", "raise", "Tag.__str__", "return '-'.join(self._parts)"),
    of_packaging(
        "mac-recursion", "tags", "recursion", "mac_platforms", "return mac_platforms(version, arch)"
    ),
    Mutation(
        "metadata-import",
        "src/packaging/metadata.py",
        "import",
        "class InvalidMetadata(",
        "class InvalidMetadataFile(",
        inserted=False,
    ),
    Mutation(
        "fixture-renamed",
        "tests/test_manylinux.py",
        "fixture",
        "def manylinux_module(monkeypatch)",
        "def manylinux_modul(monkeypatch)",
        inserted=False,
    ),
    Mutation(
        "glibc-slow",
        "src/packaging/_manylinux.py",
        "timeout",
        "_parse_glibc_version",
        "__import__('time').sleep(9)",
        options=LIMIT,
    ),
)

CLICK = (
    Mutation(
        "runner-setup",
        "tests/conftest.py",
        "fixture",
        "runner",
        "open('settings/runner.toml')",
    ),
    Mutation(
        "runner-teardown",
        "tests/conftest.py",
        "fixture",
        "    return CliRunner()",
        "    yield CliRunner()\n    request.config.closing_time",
        inserted=False,
    ),
    of_click("usage-lost", "formatting", "value", "HelpFormatter.write_usage", "return"),
    of_click(
        "definition-list",
        "formatting",
        "raise",
        "HelpFormatter.write_dl",
        "rows = rows[0][2]",
    ),
    of_click("choice-none", "types", "value", "Choice.convert", "return None"),
    of_click(
        "file-chain",
        "types",
        "chain",
        "File.convert",
        "try:\n    int(value)\nexcept (TypeError, ValueError) as error:\n"
        f"    raise RuntimeError('cannot open ' + {NOISE}) from error",
    ),
    of_click("int-range", "types", "value", "_NumberRangeBase.convert", "return -1"),
    of_click(
        "default-name",
        "core",
        "raise",
        "Option.get_default",
        "return self.default_values",
    ),
    of_click("envvar-none", "core", "value", "Parameter.resolve_envvar_value", "return None"),
    of_click(
        "callback-signature",
        "core",
        "signature",
        "Context.invoke",
        "kwargs['invoked_by'] = 'invoke'",
    ),
    of_click("style-plain", "termui", "value", "style", "return str(text)"),
    of_click(
        "style-warns",
        "termui",
        "warning",
        "prompt",
        "import warnings\nwarnings.warn(f'prompt is old: {text!r}', DeprecationWarning)",
    ),
    of_click(
        "complete-type",
        "shell_completion",
        "raise",
        "ShellComplete.get_completions",
        "args = args + incomplete",
    ),
    Mutation(
        "import-removed",
        "src/click/parser.py",
        "import",
        "def split_arg_string(",
        "def split_argument_string(",
        inserted=False,
    ),
    Mutation(
        "crash",
        "src/click/utils.py",
        "crash",
        "format_filename",
        "__import__('os')._exit(3)",
        options=("-n", "2"),
    ),
    Mutation(
        "test-syntax",
        "tests/test_formatting.py",
        "import",
        "import click\n",
        "import click click\n",
        inserted=False,
    ),
)

ATTRS = (
    of_attrs("fields-list", "_make", "value", "fields_dict", "return list(cls.__attrs_attrs__)"),
    of_attrs(
        "validate-argument",
        "_make",
        "signature",
        "validate",
        "for a in fields(inst.__class__):\n    if a.validator: a.validator(inst, a)",
    ),
    of_attrs("evolve-noise", "_make", "message", "evolve", f"raise LookupError('lost ' + {NOISE})"),
    of_attrs("make-class", "_make", "raise", "make_class", "bases[0].mro_entries"),
    of_attrs("eq-always", "_make", "value", "_make_eq_script", "attrs = []"),
    of_attrs(
        "asdict-depth",
        "_funcs",
        "recursion",
        "_asdict_anything",
        "return _asdict_anything(val, is_key, filter, dict_factory, retain_collection_types,"
        " value_serializer)",
    ),
    of_attrs("astuple-none", "_funcs", "value", "astuple", "return None"),
    of_attrs(
        "resolve-chain",
        "_funcs",
        "chain",
        "resolve_types",
        "try:\n    cls.__hints__\nexcept AttributeError as error:\n"
        "    raise TypeError(f'cannot resolve the types of {cls!r}') from error",
    ),
    of_attrs("to-bool", "converters", "value", "to_bool", "return bool(val)"),
    of_attrs("instance-silent", "validators", "value", "_InstanceOfValidator.__call__", "return"),
    of_attrs(
        "in-type", "validators", "raise", "_InValidator.__call__", "value < self.options[0].low"
    ),
    of_attrs("setters-none", "setters", "value", "frozen", "return None"),
    of_attrs(
        "number-name",
        "validators",
        "raise",
        "_NumberValidator.__call__",
        "self.compare_function(value, self.bound)",
    ),
    Mutation(
        "filters-import",
        "src/attr/filters.py",
        "import",
        "def exclude(",
        "def excluded(",
        inserted=False,
    ),
    Mutation(
        "slots-fixture",
        "conftest.py",
        "fixture",
        "_slots",
        "request.param.real_value",
    ),
)

PROFILE = "packages/engine-py/src/codeanatomy/profile.py"
USER_FUNCTIONS = "packages/engine-py/src/codeanatomy/user_functions.py"
CODEANATOMY = (
    of_codeanatomy(
        "resolve-keyword",
        PROFILE,
        "signature",
        "resolve_profile",
        "session_profile(runtime_profile=None)",
    ),
    of_codeanatomy("settings-empty", PROFILE, "value", "profile_settings", "return ()"),
    of_codeanatomy(
        "create-statement",
        USER_FUNCTIONS,
        "value",
        "build_create_function_sql",
        "return 'SELECT 1'",
    ),
    of_codeanatomy(
        "async-chain",
        USER_FUNCTIONS,
        "chain",
        "register_async_function",
        "try:\n    ctx.loop\nexcept AttributeError as error:\n"
        "    raise RuntimeError('no loop to run coroutines') from error",
    ),
    of_codeanatomy(
        "connect-noise",
        "packages/engine-py/src/codeanatomy/session.py",
        "message",
        "connect",
        f"raise OSError('no session ' + {NOISE})",
    ),
    of_codeanatomy(
        "template-key",
        "packages/engine-py/src/codeanatomy/cli/config.py",
        "raise",
        "template",
        "{}['template']",
    ),
    of_codeanatomy(
        "written-upper",
        "packages/engine-py/src/codeanatomy/cli/config.py",
        "value",
        "show",
        "return",
    ),
    of_codeanatomy(
        "layout-count",
        "tools/repository/layout.py",
        "raise",
        "source_files",
        "return sorted(directories.rglob('*'))",
    ),
    of_codeanatomy("step-table", "tools/repository/step.py", "value", "duration", "return ''"),
    Mutation(
        "check-renamed",
        "tools/repository/layout.py",
        "import",
        "def check_layout(",
        "def check_the_layout(",
        inserted=False,
    ),
    Mutation(
        "workspace-setup",
        "tools/tests/conftest.py",
        "fixture",
        "workspace",
        "tmp_path.joinpath('nothing').read_text()",
    ),
)

MUTATIONS = {
    "packaging": PACKAGING,
    "click": CLICK,
    "attrs": ATTRS,
    "codeanatomy": CODEANATOMY,
    "jinja2": JINJA,
    "more-itertools": ITERTOOLS,
}
