"""The mutations of the projects that thresholds are chosen on; the other half has none of these."""

from __future__ import annotations

from repository.triage_corpus.mutation import Mutation


def of_jinja(name: str, module: str, kind: str, function: str, statement: str) -> Mutation:
    """Return a mutation of a function of `jinja2`."""
    return Mutation(name, f"src/jinja2/{module}.py", kind, function, statement)


def of_itertools(name: str, module: str, kind: str, function: str, statement: str) -> Mutation:
    """Return a mutation of a function of `more-itertools`."""
    return Mutation(name, f"more_itertools/{module}.py", kind, function, statement)


JINJA = (
    of_jinja("loop-length", "runtime", "value", "LoopContext.length", "return 1"),
    of_jinja("loop-next", "runtime", "raise", "LoopContext._peek_next", "return self._following"),
    of_jinja(
        "macro-invoke", "runtime", "signature", "Macro._invoke", "self._func(*arguments, eval=1)"
    ),
    of_jinja("undefined-text", "runtime", "value", "Undefined.__str__", "return 'undefined'"),
    of_jinja("skip-if", "lexer", "value", "TokenStream.skip_if", "return True"),
    of_jinja(
        "newlines-lost",
        "lexer",
        "value",
        "Lexer._normalize_newlines",
        "return value.replace('\\n', ' ')",
    ),
    of_jinja("split-path", "loaders", "value", "split_template_path", "return [template, 'x']"),
    of_jinja("dict-source", "loaders", "raise", "DictLoader.get_source", "self.mapping.source"),
    of_jinja("cache-get", "utils", "value", "LRUCache.get", "return default"),
    of_jinja("urlize-plain", "utils", "value", "urlize", "return text"),
    of_jinja(
        "parse-include",
        "parser",
        "chain",
        "Parser.parse_include",
        "try:\n    self.stream.includes\nexcept AttributeError as error:\n"
        "    raise LookupError(f'nothing to include at {self.stream!r}') from error",
    ),
    of_jinja("sort-not", "filters", "value", "do_sort", "return list(value)"),
    of_jinja("replace-none", "filters", "value", "do_replace", "return s"),
    of_jinja("attribute-getter", "filters", "raise", "make_attrgetter", "return attribute.getter"),
    of_jinja("test-number", "tests", "value", "test_number", "return False"),
    of_jinja("super-lost", "runtime", "value", "BlockReference.__call__", "return ''"),
    of_jinja(
        "safe-attribute",
        "sandbox",
        "value",
        "SandboxedEnvironment.is_safe_attribute",
        "return True",
    ),
    of_jinja("native-concat", "nativetypes", "value", "native_concat", "return None"),
)

ITERTOOLS = (
    of_itertools("take-none", "recipes", "value", "take", "return []"),
    of_itertools("consume-length", "recipes", "raise", "consume", "n = n or len(iterator)"),
    of_itertools("flatten-not", "recipes", "value", "flatten", "return iter(list_of_lists)"),
    of_itertools("peek-item", "more", "value", "peekable.peek", "return 0"),
    of_itertools("seek-index", "more", "raise", "seekable.seek", "self.position += index"),
    of_itertools("first-default", "more", "value", "first", "return default"),
    of_itertools(
        "windowed-noise",
        "more",
        "message",
        "windowed",
        "raise RuntimeError('no window ' + f'{id(object()):#x}')",
    ),
    of_itertools("last-lost", "more", "value", "last", "return None"),
    of_itertools("partition-same", "recipes", "value", "partition", "return iterable, iterable"),
    of_itertools("range-empty", "more", "value", "numeric_range._get_by_index", "return 0"),
    of_itertools("bucket-none", "more", "value", "bucket._get_values", "return"),
    of_itertools("ilen-double", "more", "value", "ilen", "return 2 * len(list(iterable))"),
    of_itertools(
        "iterate-signature",
        "more",
        "signature",
        "is_sorted",
        "windowed(iterable, 2, missing=None)",
    ),
    of_itertools("all-equal", "recipes", "value", "all_equal", "return True"),
    of_itertools("pairwise-name", "recipes", "raise", "triplewise", "return pairwise(pairs)"),
)
