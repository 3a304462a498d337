"""Text Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "damerau_levenshtein",
    "identifier_similarity",
    "jaro_winkler_similarity",
    "qname_normalize",
    "text_similarity",
    "utf8_normalize",
    "utf8_null_if_blank",
]


def damerau_levenshtein(a: Argument, b: Argument) -> Expr:
    """Returns how many edits make one text of the other: inserting.

    Returns how many edits make one text of the other: inserting, deleting or replacing a character,
    or swapping two neighbours, also if others are inserted between the two later. It is a metric
    (the unrestricted Damerau-Levenshtein distance), counted in characters. NULL if an argument is
    NULL.

    Args:
        a: One text.
        b: The other text.

    Returns:
        The call as an expression. Its type is `int64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(damerau_levenshtein("improt", "import").alias("edits")).to_pylist()
        [{'edits': 1}]
    """
    return call("damerau_levenshtein", a, b)


def identifier_similarity(a: Argument, b: Argument) -> Expr:
    """Returns how alike two identifiers are, from 0 to 1.

    Returns how alike two identifiers are, from 0 to 1: the text_similarity of their words in lower
    case, with one space in between. Words end at characters that are neither letters nor digits,
    before an upper-case letter that follows a lower-case letter or a digit, and before the last of
    several upper-case letters that a lower-case letter follows: parseHTTPResponse,
    ParseHttpResponse and parse_http_response have the same words. NULL if an argument is NULL.

    Args:
        a: One text.
        b: The other text.

    Returns:
        The call as an expression. Its type is `float64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     identifier_similarity("parseHTTPResponse", "parse_http_response").alias("same"),
        ...     identifier_similarity("getUser", "get_users").alias("similar"),
        ... ).to_pylist()
        [{'same': 1.0, 'similar': 0.9411764705882353}]
    """
    return call("identifier_similarity", a, b)


def jaro_winkler_similarity(a: Argument, b: Argument) -> Expr:
    """Returns the Jaro-Winkler similarity of two texts, from 0 to 1.

    Returns the Jaro-Winkler similarity of two texts, from 0 to 1: made for short texts such as
    names, where it counts most how they start. The Jaro similarity, if it is above 0.7, is raised
    by a tenth of what it lacks for each of the first four characters up to the first that differs.
    1 if they are equal, also if both are empty. NULL if an argument is NULL.

    Args:
        a: One text.
        b: The other text.

    Returns:
        The call as an expression. Its type is `float64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(jaro_winkler_similarity("parse", "parser").alias("similarity")).to_pylist()
        [{'similarity': 0.9666666666666667}]
    """
    return call("jaro_winkler_similarity", a, b)


def qname_normalize(symbol: Argument, *, module: Argument = None, lang: Argument = None) -> Expr:
    """Returns one spelling of a symbol's qualified name: its normal form NFKC.

    Returns one spelling of a symbol's qualified name: its normal form NFKC, which is how Python
    compares identifiers, without white space at its ends and around dots; a symbol without a dot
    gets the module's name and a dot in front. Case is kept, because names that differ in case are
    different names, but folded for a language whose names ignore case: ada, cobol, fortran, pascal,
    sql or vb. NULL if the symbol is NULL or blank.

    Args:
        symbol: A name, qualified by dots or not. Text.
        module: The name of the module that has the symbol; NULL or blank if it is not known. Text.
        lang: The language that the name is written in; Python if left out or NULL. A language that
            is not in the list keeps case. Text.

    Returns:
        The call as an expression. Its type is `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     qname_normalize("JSONDecoder", module="json.decoder").alias("class"),
        ...     qname_normalize("os . path").alias("module"),
        ...     qname_normalize("Users", module="Public", lang="sql").alias("relation"),
        ... ).to_pylist()
        [{'class': 'json.decoder.JSONDecoder', 'module': 'os.path', 'relation': 'public.users'}]
    """
    return call("qname_normalize", symbol, optional=(module, lang))


def text_similarity(a: Argument, b: Argument) -> Expr:
    """Returns how alike two texts are, from 0 to 1.

    Returns how alike two texts are, from 0 to 1: twice the length of their longest common
    subsequence, divided by the sum of their lengths (the normalised Indel similarity). 1 if they
    are equal, also if both are empty; 0 if they have no character in common. Lengths are counted in
    characters. The cost grows with the product of the lengths. NULL if an argument is NULL.

    Args:
        a: One text.
        b: The other text.

    Returns:
        The call as an expression. Its type is `float64`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(text_similarity("decoder", "decode").alias("similarity")).to_pylist()
        [{'similarity': 0.9230769230769231}]
    """
    return call("text_similarity", a, b)


def utf8_normalize(
    value: Argument,
    *,
    form: Argument = None,
    casefold: Argument = None,
    collapse_ws: Argument = None,
) -> Expr:
    """Returns one spelling for texts that differ only in form, case or white space.

    Returns one spelling for texts that differ only in form, case or white space: the normal form of
    Unicode, the case folded, and one space for each run of white space, none at the ends. Folding
    is the full case folding of Unicode ('ß' becomes 'ss'), not lower case; normalising and folding
    are repeated until neither changes anything, so the result of a result is the same. White space
    is the property White_Space. Options are constants; one that is left out or NULL is the
    session's setting codeanatomy_udf.utf8_normalize_form, _casefold or _collapse_ws. NULL if the
    value is NULL or nothing is left of it.

    Args:
        value: What to normalise. Text.
        form: The normal form: 'NFC', 'NFD', 'NFKC' or 'NFKD', in any case; 'NFKC' if the session
            does not say. A constant.
        casefold: Whether case is folded; true if the session does not say. A constant.
        collapse_ws: Whether each run of white space becomes one space, and none at the ends; true
            if the session does not say. A constant.

    Returns:
        The call as an expression. Its type is `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     utf8_normalize("  ﬁne   STRASSE ").alias("folded"),
        ...     utf8_normalize("ﬁne Straße", form="NFKC", casefold=False).alias("cased"),
        ... ).to_pylist()
        [{'folded': 'fine strasse', 'cased': 'fine Straße'}]
    """
    return call("utf8_normalize", value, optional=(form, casefold, collapse_ws))


def utf8_null_if_blank(value: Argument) -> Expr:
    """Returns the text without white space at its ends.

    Returns the text without white space at its ends; white space is the Unicode property
    White_Space. No text is copied: the result points into the value. NULL if the value is NULL or
    nothing is left of it.

    Args:
        value: What to trim. Text.

    Returns:
        The call as an expression. Its type is `string`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(
        ...     utf8_null_if_blank("  a docstring ").alias("kept"),
        ...     utf8_null_if_blank("  ").alias("blank"),
        ... ).to_pylist()
        [{'kept': 'a docstring', 'blank': None}]
    """
    return call("utf8_null_if_blank", value)
