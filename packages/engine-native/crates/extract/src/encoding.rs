//! Decodes source files as Python does: by a byte order mark or an encoding declaration (PEP 263), else UTF-8.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// A decoded file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The normalised name of the encoding.
    pub(crate) encoding: String,
}

/// Why a file could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DecodeError {
    pub(crate) encoding: String,
    pub(crate) message: String,
    /// The offset of the first bad byte, where it is known.
    pub(crate) offset: Option<usize>,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Decodes `bytes`. A UTF-8 text is borrowed, with its byte order mark, so that offsets are those of the file.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, DecodeError> {
    let declared = declared_encoding(bytes);
    let has_mark = bytes.starts_with(BYTE_ORDER_MARK);
    let encoding = declared.map_or_else(|| "utf-8".to_owned(), normalise);
    match encoding.as_str() {
        "utf-8" => utf8(bytes),
        _ if has_mark => Err(DecodeError {
            message: format!(
                "the file starts with a UTF-8 byte order mark but declares '{encoding}'"
            ),
            encoding,
            offset: Some(0),
        }),
        "ascii" => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => utf8(bytes).map(|decoded| Decoded {
                encoding,
                ..decoded
            }),
            Some(offset) => Err(DecodeError {
                message: format!("byte 0x{:02x} is not ASCII", bytes[offset]),
                encoding,
                offset: Some(offset),
            }),
        },
        // The web's `latin1` is Windows-1252; Python's maps each byte to the code point of its value.
        "iso-8859-1" => Ok(Decoded {
            text: Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
            encoding,
        }),
        label => other(bytes, label),
    }
}

fn utf8(bytes: &[u8]) -> Result<Decoded<'_>, DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded {
            text: Cow::Borrowed(text),
            encoding: "utf-8".to_owned(),
        }),
        Err(error) => {
            let offset = error.valid_up_to();
            Err(DecodeError {
                encoding: "utf-8".to_owned(),
                message: format!(
                    "byte 0x{:02x} at offset {offset} is not UTF-8, and the file declares no other encoding",
                    bytes[offset]
                ),
                offset: Some(offset),
            })
        }
    }
}

fn other<'a>(bytes: &'a [u8], label: &str) -> Result<Decoded<'a>, DecodeError> {
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        return Err(DecodeError {
            encoding: label.to_owned(),
            message: format!("the file declares the encoding '{label}', which is not known"),
            offset: None,
        });
    };
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Decoded {
            text,
            encoding: label.to_owned(),
        }),
        None => Err(DecodeError {
            encoding: label.to_owned(),
            message: format!("the file is not valid in its declared encoding '{label}'"),
            offset: None,
        }),
    }
}

/// The encoding that one of the first two lines declares.
///
/// PEP 263: a comment that matches `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`; the second line counts only after a line that is
/// empty or a comment.
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')).take(3) {
        let start = line
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c'));
        match start.map(|start| &line[start..]) {
            // Empty: also what a split of "\r\n" leaves, hence three pieces.
            None => {}
            Some(comment) if comment.starts_with(b"#") => {
                if let Some(name) = coding(comment) {
                    return Some(name);
                }
            }
            Some(_) => return None,
        }
    }
    None
}

fn coding(comment: &[u8]) -> Option<&str> {
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = &rest[at + 6..];
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        let value = &rest[1..];
        let start = value
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t'))?;
        let value = &value[start..];
        let end = value
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')))
            .unwrap_or(value.len());
        if end > 0 {
            return std::str::from_utf8(&value[..end]).ok();
        }
    }
    None
}

/// The name under which `CPython` knows an encoding, as far as its spelling differs from the web's labels.
fn normalise(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf8" | "u8" | "utf-8-sig" => "utf-8".to_owned(),
        name if name.starts_with("utf-8") => "utf-8".to_owned(),
        "ascii" | "us-ascii" | "646" => "ascii".to_owned(),
        "latin-1" | "latin1" | "latin" | "l1" | "iso-latin-1" | "iso8859-1" | "8859" | "cp819" => {
            "iso-8859-1".to_owned()
        }
        name if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => {
            "iso-8859-1".to_owned()
        }
        "cp932" | "ms932" | "mskanji" | "ms-kanji" => "shift-jis".to_owned(),
        "koi8r" => "koi8-r".to_owned(),
        "koi8u" => "koi8-u".to_owned(),
        "cp949" | "uhc" => "euc-kr".to_owned(),
        "cp936" => "gbk".to_owned(),
        name if name.starts_with("cp125") => format!("windows-{}", &name[2..]),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn declarations_follow_pep_263() {
        for (bytes, encoding, text) in [
            (&b"x = 1\n"[..], "utf-8", "x = 1\n"),
            (
                b"# coding: latin-1\n\xe9\x85",
                "iso-8859-1",
                "# coding: latin-1\n\u{e9}\u{85}",
            ),
            (
                b"#!/bin/sh\r\n# -*- coding: koi8-r -*-\r\n#\xc1",
                "koi8-r",
                "#!/bin/sh\r\n# -*- coding: koi8-r -*-\r\n#\u{430}",
            ),
            (
                b"\n# vim: set fileencoding=cp1252 :\n\x80",
                "windows-1252",
                "\n# vim: set fileencoding=cp1252 :\n\u{20ac}",
            ),
            (
                b"x = 1\n# coding: latin-1\n",
                "utf-8",
                "x = 1\n# coding: latin-1\n",
            ),
            (
                b"\n\n\n# coding: latin-1\n",
                "utf-8",
                "\n\n\n# coding: latin-1\n",
            ),
            (b"\xef\xbb\xbfx", "utf-8", "\u{feff}x"),
            (b"# encoding=ascii\nx", "ascii", "# encoding=ascii\nx"),
        ] {
            let decoded = decode(bytes).expect("decodes");
            assert_eq!(
                (decoded.encoding.as_str(), &*decoded.text),
                (encoding, text)
            );
        }
    }

    #[test]
    fn bad_bytes_are_errors_with_their_offset() {
        for (bytes, offset) in [
            (&b"ab\xff"[..], Some(2)),
            (b"# coding: ascii\n\xe9", Some(16)),
            (b"# coding: no-such-thing\n", None),
            (b"\xef\xbb\xbf# coding: latin-1\n", Some(0)),
        ] {
            assert_eq!(decode(bytes).expect_err("fails").offset, offset);
        }
    }
}
