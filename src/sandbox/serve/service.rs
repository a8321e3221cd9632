use std::convert::Infallible;
use std::sync::Arc;

use hyper::Request as HttpRequest;
use hyper::Response;
use hyper::body::Incoming;

use super::faults::{Fault, Faults};
use super::log_stream::log_response;
use super::request::{is_authorized, read, unauthorized};
use super::response::{self, Body};
use super::simulation::Simulation;
use super::tasks::Tasks;
use super::watch_stream::watch_stream;
use super::{stream, upgrade};
use crate::sandbox::admit::Status;
use crate::sandbox::api::{Answer, Reply, Request};

/// What every connection to the API server shares.
#[derive(Debug)]
pub(super) struct Served {
    /// The world.
    pub(super) simulation: Arc<Simulation>,
    /// What goes wrong on demand.
    pub(super) faults: Faults,
    /// Streams that outlive the request that they began with.
    pub(super) tasks: Tasks,
    /// What a client has to know.
    pub(super) token: String,
}

/// Answers one request.
pub(super) async fn answer(
    served: Arc<Served>,
    request: HttpRequest<Incoming>,
) -> Result<Response<Body>, Infallible> {
    Ok(respond(&served, request).await.unwrap_or_else(|status| response::error(&status)))
}

async fn respond(
    served: &Arc<Served>,
    mut request: HttpRequest<Incoming>,
) -> Result<Response<Body>, Status> {
    if !is_authorized(request.headers(), &served.token) {
        return Err(unauthorized());
    }
    tokio::time::sleep(served.faults.delay()).await;
    let upgrade = upgrade::asked(&mut request);
    let request = read(request).await?;
    if request.path == "/podlab/faults" {
        return set_fault(served, &request);
    }
    if served.faults.forbids(&request.path) {
        return Err(forbidden(&request));
    }
    match served.simulation.with(|world, now| world.handle(&request, now)) {
        Reply::Answer(answer) => Ok(response::whole(answer)),
        Reply::Watch(plan) => {
            Ok(response::stream(plan.content_type(), watch_stream(served, *plan)))
        }
        Reply::Log(log) => log_response(served, log),
        Reply::Connect(connect) => stream::open(served, connect, upgrade?),
    }
}

/// `POST /podlab/faults` with a fault as JSON.
fn set_fault(served: &Served, request: &Request) -> Result<Response<Body>, Status> {
    let fault: Fault = serde_json::from_slice(&request.body)
        .map_err(|error| Status::bad_request(format!("read the fault: {error}")))?;
    served.faults.set(fault);
    Ok(response::whole(Answer {
        status: 200,
        content_type: "text/plain".to_owned(),
        headers: Vec::new(),
        body: b"ok".to_vec(),
    }))
}

fn forbidden(request: &Request) -> Status {
    let (method, path) = (request.method.to_lowercase(), &request.path);
    let words = format!("forbidden: User \"podlab\" cannot {method} path \"{path}\": on demand");
    Status::new(403, "Forbidden", words)
}
