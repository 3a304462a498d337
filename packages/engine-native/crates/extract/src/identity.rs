//! The ids of the nodes of one file.

use codeanatomy_functions::hash::stable_id::StableId;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use crate::syntax::model::Model;

/// The id of the file at `path`, and of its node: `stable_id('file', path)`.
pub(crate) fn file_id(path: &str) -> String {
    let mut id = StableId::new("file");
    id.push(Some(path.as_bytes()));
    id.finish().to_owned()
}

/// The ids of what a [`Model`] holds, in its order.
#[derive(Debug, Default)]
pub(crate) struct NodeIds {
    pub(crate) definitions: Vec<String>,
    pub(crate) imports: Vec<String>,
    pub(crate) calls: Vec<String>,
}

impl NodeIds {
    /// `stable_id_parts('node', node kind, path, bstart, bend)`.
    ///
    /// The parts identify a node: two nodes of one kind never share their span. Only a parser that recovers from an error may make two
    /// with the same (empty) span; the later ones then get their ordinal as one more part.
    pub(crate) fn new(model: &Model<'_>, path: &str) -> Self {
        let mut maker = Maker {
            id: StableId::new("node"),
            path,
            seen: FxHashMap::default(),
        };
        Self {
            definitions: model
                .definitions
                .iter()
                .map(|definition| maker.id(definition.kind.node_kind(), definition.range))
                .collect(),
            imports: model
                .imports
                .iter()
                .map(|import| maker.id("IMPORT", import.range))
                .collect(),
            calls: model
                .calls
                .iter()
                .map(|call| maker.id("CALL", call.range))
                .collect(),
        }
    }
}

struct Maker<'p> {
    id: StableId,
    path: &'p str,
    seen: FxHashMap<(&'static str, TextRange), i64>,
}

impl Maker<'_> {
    fn id(&mut self, kind: &'static str, range: TextRange) -> String {
        self.id.push(Some(kind.as_bytes()));
        self.id.push(Some(self.path.as_bytes()));
        self.id.push_integer(u32::from(range.start()));
        self.id.push_integer(u32::from(range.end()));
        let ordinal = self
            .seen
            .entry((kind, range))
            .and_modify(|count| *count += 1)
            .or_insert(0);
        if *ordinal > 0 {
            self.id.push_integer(*ordinal);
        }
        self.id.finish().to_owned()
    }
}
