//! Options of three states, their layers, and who decided on each.

mod declare;
mod origin;
mod resolve;
mod session;
mod setting;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use declare::{DecidedField, options};
pub use declare::{OptionField, Options};
pub use origin::Origin;
pub use resolve::{Layers, Resolved, resolve};
pub use session::options_from_session;
pub use setting::Setting;
