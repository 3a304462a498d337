//! Numbers the paths that files can't resolve alone, so that their rows carry a small number and are joined by it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

/// The numbers of all paths, dense from 0. Which path has which number differs between runs; no written table has them.
#[derive(Debug, Default)]
pub(crate) struct SymbolIds {
    ids: Mutex<FxHashMap<Arc<str>, i32>>,
}

/// The numbers that one thread has met, so that it seldom waits for the others.
pub(crate) struct KnownSymbols<'a> {
    all: &'a SymbolIds,
    known: FxHashMap<Arc<str>, i32>,
}

impl SymbolIds {
    /// What one thread asks.
    pub(crate) fn known(&self) -> KnownSymbols<'_> {
        KnownSymbols {
            all: self,
            known: FxHashMap::default(),
        }
    }

    /// The paths in the order of their numbers.
    pub(crate) fn into_paths(self) -> Vec<Arc<str>> {
        let ids = self
            .ids
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut paths: Vec<_> = ids.into_iter().map(|(path, id)| (id, path)).collect();
        paths.sort_unstable_by_key(|(id, _)| *id);
        paths.into_iter().map(|(_, path)| path).collect()
    }

    fn id(&self, path: &str) -> (Arc<str>, i32) {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((path, id)) = ids.get_key_value(path) {
            return (Arc::clone(path), *id);
        }
        // Two thousand million different names don't fit into the memory that names them.
        let id = i32::try_from(ids.len()).unwrap_or(i32::MAX);
        let path: Arc<str> = path.into();
        ids.insert(Arc::clone(&path), id);
        (path, id)
    }
}

impl KnownSymbols<'_> {
    /// The number of a path; a new path gets the next.
    pub(crate) fn id(&mut self, path: &str) -> i32 {
        if let Some(id) = self.known.get(path) {
            return *id;
        }
        let (path, id) = self.all.id(path);
        self.known.insert(path, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_agree_on_dense_numbers() {
        let symbols = SymbolIds::default();
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let symbols = &symbols;
                scope.spawn(move || {
                    let mut known = symbols.known();
                    for number in 0..200 {
                        let path = format!("module.{}", (number * (worker + 1)) % 150);
                        assert_eq!(known.id(&path), known.id(&path));
                    }
                });
            }
        });
        let mut known = symbols.known();
        let first = known.id("module.7");
        let paths = symbols.into_paths();
        assert_eq!(paths.len(), 150);
        assert_eq!(&*paths[usize::try_from(first).unwrap()], "module.7");
    }
}
