//! Normal forms of Unicode and full case folding, made in buffers that are used again for every row.

use std::iter::once;

use caseless::Caseless;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use crate::NormalForm;

/// Folding and normalising in turn ends after a round or two; the limit only keeps a row from costing without end.
const MOST_ROUNDS: usize = 8;

enum Normalizer {
    Composing(ComposingNormalizerBorrowed<'static>),
    Decomposing(DecomposingNormalizerBorrowed<'static>),
}

impl Normalizer {
    fn of(form: NormalForm) -> Self {
        match form {
            NormalForm::Nfc => Self::Composing(ComposingNormalizerBorrowed::new_nfc()),
            NormalForm::Nfkc => Self::Composing(ComposingNormalizerBorrowed::new_nfkc()),
            NormalForm::Nfd => Self::Decomposing(DecomposingNormalizerBorrowed::new_nfd()),
            NormalForm::Nfkd => Self::Decomposing(DecomposingNormalizerBorrowed::new_nfkd()),
        }
    }

    /// Writes the normal form into `normal` and says whether it differs from the text; if not, `normal` is as it was.
    fn write_changed(&self, text: &str, normal: &mut String) -> bool {
        let (head, tail) = match self {
            Self::Composing(normalizer) => normalizer.split_normalized(text),
            Self::Decomposing(normalizer) => normalizer.split_normalized(text),
        };
        if tail.is_empty() {
            return false;
        }
        normal.clear();
        normal.push_str(head);
        // Writing to a string does not fail.
        let _written = match self {
            Self::Composing(normalizer) => normalizer.normalize_to(tail, normal),
            Self::Decomposing(normalizer) => normalizer.normalize_to(tail, normal),
        };
        true
    }
}

/// Normalises texts, and folds their case where that is asked for.
pub(super) struct NormalText {
    normalizer: Normalizer,
    /// Whether the case of the next texts is folded.
    pub(super) casefold: bool,
    decomposer: Normalizer,
    normal: String,
    decomposed: String,
    folded: String,
    next: String,
}

impl NormalText {
    pub(super) fn new(form: NormalForm, casefold: bool) -> Self {
        Self {
            normalizer: Normalizer::of(form),
            casefold,
            decomposer: Normalizer::of(NormalForm::Nfd),
            normal: String::new(),
            decomposed: String::new(),
            folded: String::new(),
            next: String::new(),
        }
    }

    /// The normal form of a text, folded; `None` if that is the text itself.
    ///
    /// Folding can break the form (`ǰ` folds to two characters, which compose to one), and normalising can make characters that fold. So both are
    /// done in turn until nothing changes, and the result of a result is the same.
    pub(super) fn changed(&mut self, text: &str) -> Option<&str> {
        let mut is_changed = self.normalizer.write_changed(text, &mut self.normal);
        if self.casefold {
            for _ in 0..MOST_ROUNDS {
                let current = if is_changed { &self.normal } else { text };
                let folding = match write_folded(current, &mut self.folded) {
                    Folding::AfterDecomposition => {
                        let is_decomposed =
                            self.decomposer.write_changed(current, &mut self.decomposed);
                        let unfolded = if is_decomposed {
                            &self.decomposed
                        } else {
                            current
                        };
                        write_all_folded(unfolded, &mut self.folded);
                        Folding::Changed
                    }
                    other => other,
                };
                if folding == Folding::Same {
                    break;
                }
                if !self.normalizer.write_changed(&self.folded, &mut self.next) {
                    // What is folded does not fold again.
                    is_changed |= self.folded != current;
                    std::mem::swap(&mut self.normal, &mut self.folded);
                    break;
                }
                if self.next == current {
                    break;
                }
                std::mem::swap(&mut self.normal, &mut self.next);
                is_changed = true;
            }
        }
        is_changed.then_some(self.normal.as_str())
    }
}

/// What folding did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folding {
    /// Nothing folds.
    Same,
    /// The folded text is written.
    Changed,
    /// The text has to be decomposed before.
    AfterDecomposition,
}

/// Whether a character is U+0345, or may decompose to it. It folds to a letter, and has to be moved behind all other marks before that: so Unicode
/// asks for a decomposition before folding, which changes nothing for all other characters.
fn has_iota_below(character: char) -> bool {
    matches!(character, '\u{345}' | '\u{1f80}'..='\u{1ffc}')
}

/// Writes the text with its case folded into `folded`, if anything folds; if not, `folded` is as it was.
fn write_folded(text: &str, folded: &mut String) -> Folding {
    let bytes = text.as_bytes();
    let mut written = 0;
    let mut position = 0;
    let mut folding = Folding::Same;
    while position < bytes.len() {
        let byte = bytes[position];
        if byte.is_ascii() && !byte.is_ascii_uppercase() {
            position += 1;
            continue;
        }
        let Some(character) = text[position..].chars().next() else {
            break;
        };
        let next = position + character.len_utf8();
        if has_iota_below(character) {
            return Folding::AfterDecomposition;
        }
        if folds(character) {
            if folding == Folding::Same {
                folded.clear();
                folding = Folding::Changed;
            }
            folded.push_str(&text[written..position]);
            if character.is_ascii() {
                folded.push(character.to_ascii_lowercase());
            } else {
                folded.extend(once(character).default_case_fold());
            }
            written = next;
        }
        position = next;
    }
    if folding == Folding::Changed {
        folded.push_str(&text[written..]);
    }
    folding
}

/// Writes the text with its case folded.
fn write_all_folded(text: &str, folded: &mut String) {
    folded.clear();
    folded.extend(text.chars().default_case_fold());
}

/// Whether folding changes a character.
fn folds(character: char) -> bool {
    match character {
        '\0'..='\u{7f}' => character.is_ascii_uppercase(),
        // Scripts without case, which need no search in the table.
        '\u{590}'..='\u{109f}'
        | '\u{2e80}'..='\u{a63f}'
        | '\u{ac00}'..='\u{faff}'
        | '\u{1f000}'.. => false,
        _ => !once(character).default_case_fold().eq(once(character)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORMS: [NormalForm; 4] = [
        NormalForm::Nfc,
        NormalForm::Nfd,
        NormalForm::Nfkc,
        NormalForm::Nfkd,
    ];

    fn normal(form: NormalForm, casefold: bool, text: &str) -> String {
        NormalText::new(form, casefold)
            .changed(text)
            .unwrap_or(text)
            .to_owned()
    }

    #[test]
    fn every_character_is_stable_after_one_call() {
        for form in FORMS {
            let mut first = NormalText::new(form, true);
            let mut second = NormalText::new(form, true);
            for character in '\0'..=char::MAX {
                let text = character.to_string();
                if let Some(changed) = first.changed(&text) {
                    assert_ne!(changed, text, "{form} of U+{:04X}", u32::from(character));
                    assert_eq!(
                        second.changed(changed),
                        None,
                        "{form} of U+{:04X}",
                        u32::from(character)
                    );
                }
            }
        }
    }

    #[test]
    fn every_character_is_folded_as_in_the_table_and_only_once() {
        let (mut folding, mut changed) = (0, String::new());
        for character in '\0'..=char::MAX {
            let folded: String = once(character).default_case_fold().collect();
            let is_changed = !folded.chars().eq(once(character));
            folding += usize::from(is_changed);
            assert_eq!(
                folds(character),
                is_changed,
                "U+{:04X}",
                u32::from(character)
            );
            assert_eq!(caseless::default_case_fold_str(&folded), folded);
            if !has_iota_below(character) {
                let text = format!("a{character}b");
                let expected = if is_changed {
                    Folding::Changed
                } else {
                    Folding::Same
                };
                assert_eq!(write_folded(&text, &mut changed), expected);
                if is_changed {
                    assert_eq!(changed, format!("a{folded}b"));
                }
            }
        }
        assert!(folding > 1500, "{folding}");
    }

    #[test]
    fn folding_is_full_and_the_form_is_kept() {
        for (form, text, expected) in [
            (NormalForm::Nfkc, "STRASSE", "strasse"),
            (NormalForm::Nfkc, "Straße", "strasse"),
            (NormalForm::Nfkc, "Ὀδυσσεύς", "ὀδυσσεύσ"),
            (NormalForm::Nfkc, "İ", "i\u{307}"),
            // One character that folds to two, which compose to it.
            (NormalForm::Nfc, "\u{1f0}", "\u{1f0}"),
            (NormalForm::Nfd, "\u{1f0}", "j\u{30c}"),
            // A compatibility character that folds only after normalising.
            (NormalForm::Nfkc, "\u{1d400}\u{2122}", "atm"),
            (NormalForm::Nfc, "\u{1d400}\u{2122}", "\u{1d400}\u{2122}"),
            (NormalForm::Nfkc, "\u{fb03}x", "ffix"),
        ] {
            assert_eq!(normal(form, true, text), expected, "{form} of {text}");
        }
        assert_eq!(normal(NormalForm::Nfkc, false, "Straße™"), "StraßeTM");
    }

    #[test]
    fn buffers_do_not_leak_into_the_next_text() {
        let mut normal = NormalText::new(NormalForm::Nfkc, true);
        assert_eq!(normal.changed("Ǆ ABC"), Some("dž abc"));
        assert_eq!(normal.changed("abc"), None);
        assert_eq!(normal.changed("é"), None);
        assert_eq!(normal.changed("É"), Some("é"));
        normal.casefold = false;
        assert_eq!(normal.changed("É"), None);
    }

    /// Texts of characters that normalising and folding change, next to marks that combine with them.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            proptest::collection::vec(
                proptest::sample::select(vec![
                    'a', 'J', 'i', 'ς', 'Σ', 'α', 'Α', 'ß', 'İ', 'ﬃ', 'Å', '한', '가', '\u{300}',
                    '\u{301}', '\u{30c}', '\u{307}', '\u{345}', '\u{331}', '\u{1f80}', '\u{1fb4}',
                    '\u{1f0}', '\u{149}', '\u{1100}', '\u{1161}', '\u{11a8}', '\u{2126}',
                    '\u{3f4}', '\u{1e9e}', '\u{d7}', ' ', '\u{a0}', '\u{ad}', '\u{3099}', 'か',
                    '\u{13a0}', '\u{ab70}',
                ]),
                0..8
            )
            .prop_map(|characters| characters.into_iter().collect()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_result_is_its_own_result(text in texts(), form in proptest::sample::select(FORMS.to_vec()), casefold: bool) {
            let once = normal(form, casefold, &text);
            prop_assert_eq!(normal(form, casefold, &once), once.clone());
            prop_assert_eq!(normal(form, false, &once), once);
        }

        #[test]
        fn texts_that_are_the_same_but_for_case_and_composition_are_equal(text in texts()) {
            let expected = normal(NormalForm::Nfkc, true, &text);
            for form in [NormalForm::Nfc, NormalForm::Nfd] {
                let other = normal(form, false, &text);
                prop_assert_eq!(&normal(NormalForm::Nfkc, true, &other), &expected);
            }
            // How Unicode defines the folded text that is compared.
            let folded: String = normal(NormalForm::Nfd, false, &text).chars().default_case_fold().collect();
            prop_assert_eq!(&normal(NormalForm::Nfkc, true, &folded), &expected);
        }
    }
}
