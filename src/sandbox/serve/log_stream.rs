use std::io;
use std::sync::Arc;

use futures::{Stream, stream};
use hyper::Response;
use hyper::body::Bytes;
use tokio::sync::watch;

use super::response::{self, Body};
use super::service::Served;
use crate::sandbox::admit::Status;
use crate::sandbox::api::LogRequest;
use crate::sandbox::world::LogReader;

/// A container's log as the answer to a request: what is there, and with `follow` what comes.
///
/// # Errors
/// A status where there is no log.
pub(super) fn log_response(
    served: &Arc<Served>,
    request: LogRequest,
) -> Result<Response<Body>, Status> {
    // Before the first look, so that nothing between it and the next is missed.
    let activity = served.simulation.activity();
    let reader = served.simulation.with(|world, _| world.open_log(request))?;
    let following = Following { served: Arc::clone(served), reader, activity, ended: false };
    Ok(response::stream("text/plain", following.chunks()))
}

struct Following {
    served: Arc<Served>,
    reader: LogReader,
    activity: watch::Receiver<()>,
    ended: bool,
}

impl Following {
    fn chunks(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(self, |mut following| async move {
            let chunk = following.next().await?;
            Some((Ok(chunk), following))
        })
    }

    /// What is to be sent next; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        while !self.ended {
            let reader = &mut self.reader;
            let read = self.served.simulation.look(|world, _| world.read_log(reader));
            self.ended = read.ended;
            if !read.bytes.is_empty() {
                return Some(read.bytes.into());
            }
            if self.ended || self.activity.changed().await.is_err() {
                break;
            }
        }
        None
    }
}
