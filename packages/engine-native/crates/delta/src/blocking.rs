//! Waits for a future where DataFusion asks in a function that is not asynchronous.

use std::future::Future;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use tokio::runtime::{Builder, Handle, RuntimeFlavor};

/// Runs the future to its end, on this thread or while this thread waits.
///
/// Within the process's runtime the future runs there; the runtime puts another thread in the place of this one meanwhile, so that even the
/// only worker may wait. A runtime of one thread can't do that, and outside a runtime there is none: then a thread runs the future that lives
/// as long as the call. It does nothing else, so that what the future starts runs on it as well.
pub(crate) fn wait_for<Output: Send>(
    future: impl Future<Output = Result<Output>> + Send,
) -> Result<Output> {
    match Handle::try_current() {
        Ok(runtime) if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(|| runtime.block_on(future))
        }
        _ => std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let runtime = Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| failed(&error.to_string()))?;
                runtime.block_on(future)
            });
            thread
                .join()
                .unwrap_or_else(|_| Err(failed("the thread that waits for a table panicked")))
        }),
    }
}

fn failed(what: &str) -> EngineError {
    EngineError::new(ErrorCode::InternalError, what)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::wait_for;

    async fn work() -> codeanatomy_errors::Result<u8> {
        // Something that another task has to do, and a timer.
        let task = tokio::spawn(async { tokio::time::sleep(Duration::from_millis(5)).await });
        task.await.unwrap();
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        Ok(7)
    }

    #[test]
    fn outside_a_runtime() {
        assert_eq!(wait_for(work()).unwrap(), 7);
    }

    #[tokio::test]
    async fn within_a_runtime_of_one_thread() {
        assert_eq!(wait_for(work()).unwrap(), 7);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    #[expect(
        clippy::disallowed_methods,
        reason = "the test has the process to itself"
    )]
    async fn on_the_only_worker_of_a_runtime() {
        let task = tokio::spawn(async { wait_for(work()).unwrap() });
        assert_eq!(task.await.unwrap(), 7);
        assert_eq!(wait_for(work()).unwrap(), 7);
    }
}
