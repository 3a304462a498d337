//! The names of one file, each stored once and then handled as a number.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

/// A name of the file, as an index into its [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NameId(u32);

/// The interned names of one file.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    texts: Vec<Cow<'a, str>>,
    /// A private name as the file writes it.
    written: FxHashMap<NameId, &'a str>,
    ids: FxHashMap<Cow<'a, str>, NameId>,
}

impl<'a> Names<'a> {
    /// The id of a name of the source text.
    pub(crate) fn intern(&mut self, name: &'a str) -> NameId {
        let known = self.ids.get(name).copied();
        known.unwrap_or_else(|| self.insert(Cow::Borrowed(name)))
    }

    /// The id of a name as the class `class_name` sees it: names like `__x` belong to one class and are stored as `_Class__x`.
    /// Source: the Python language reference, "Identifiers (Names)", private name mangling.
    pub(crate) fn intern_mangled(&mut self, name: &'a str, class_name: Option<NameId>) -> NameId {
        let Some(class_name) = class_name.filter(|_| is_private(name)) else {
            return self.intern(name);
        };
        let class_name = self.text(class_name).trim_start_matches('_');
        if class_name.is_empty() {
            return self.intern(name);
        }
        let mangled = format!("_{class_name}{name}");
        if let Some(id) = self.ids.get(mangled.as_str()) {
            return *id;
        }
        let id = self.insert(Cow::Owned(mangled));
        self.written.insert(id, name);
        id
    }

    /// The name as the file writes it.
    pub(crate) fn written(&self, id: NameId) -> &str {
        self.written.get(&id).copied().unwrap_or(self.text(id))
    }

    /// The name as scopes know it.
    pub(crate) fn text(&self, id: NameId) -> &str {
        &self.texts[id.0 as usize]
    }

    fn insert(&mut self, name: Cow<'a, str>) -> NameId {
        // A file has at most 4 GiB of text, so it has fewer than 2^32 names.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded by the size of a file"
        )]
        let id = NameId(self.texts.len() as u32);
        self.texts.push(name.clone());
        self.ids.insert(name, id);
        id
    }
}

fn is_private(name: &str) -> bool {
    name.starts_with("__") && !name.ends_with("__") && !name.contains('.')
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn private_names_are_mangled_like_cpython_does() {
        let mut names = Names::default();
        let class = names.intern("_Spam");
        let underscores = names.intern("___");
        for (name, class, expected) in [
            ("__x", Some(class), "_Spam__x"),
            ("__x__", Some(class), "__x__"),
            ("_x", Some(class), "_x"),
            ("__x", None, "__x"),
            ("__x", Some(underscores), "__x"),
        ] {
            let id = names.intern_mangled(name, class);
            assert_eq!(names.text(id), expected);
            assert_eq!(names.written(id), name);
        }
    }
}
