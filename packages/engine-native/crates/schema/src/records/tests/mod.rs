//! Specs and locations: what their parts say about each other, and what the layers come to.

mod columns;
mod location;
mod rules;
mod runtime;
