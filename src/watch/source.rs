//! True watches: what the API server tells, as it tells it; no polling.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt, pin_mut};
use k8s_openapi::NamespaceResourceScope;
use kube::api::{ListParams, WatchEvent, WatchParams};
use kube::{Api, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::change::{Change, Followed, Health, Seen};
use super::hearing::{Pause, Trouble};
use crate::cluster::{Cluster, REQUEST_LIMIT, SILENCE, WATCH_SPAN};

/// Objects that a list asks for at once, as kubectl does.
const PAGE: u32 = 500;
/// A watch that ends sooner than this is not asked for again at once.
const SHORT: Duration = Duration::from_secs(1);
/// The annotation in which `kubectl apply` keeps a copy of what was applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The watches of one namespace; they end when this is dropped.
#[derive(Debug)]
#[must_use = "dropping it ends the watches"]
pub struct Follow {
    _watches: JoinSet<()>,
}

/// Follows the five kinds in a namespace and tells `sink` of every change.
///
/// Each kind is listed once and then watched from there. After an interruption the watch
/// goes on where it was; only where the server has forgotten that version, it is listed anew.
/// Must be called inside a tokio runtime.
pub fn follow(cluster: &Cluster, namespace: &str, sink: &mpsc::Sender<Change>) -> Follow {
    let mut watches = JoinSet::new();
    let (ns, to) = (namespace, sink);
    watches.spawn(Follower::new(cluster, ns, Followed::Pods, Seen::Pod, to).run());
    watches.spawn(Follower::new(cluster, ns, Followed::Events, Seen::Event, to).run());
    watches.spawn(Follower::new(cluster, ns, Followed::Services, Seen::Service, to).run());
    watches.spawn(Follower::new(cluster, ns, Followed::Endpoints, Seen::Endpoints, to).run());
    watches.spawn(Follower::new(cluster, ns, Followed::Deployments, Seen::Deployment, to).run());
    Follow { _watches: watches }
}

/// What can be listed, watched and sent.
trait Watched:
    Clone
    + Debug
    + DeserializeOwned
    + Resource<Scope = NamespaceResourceScope, DynamicType = ()>
    + Send
    + Sync
    + 'static
{
}

impl<K> Watched for K where
    K: Clone
        + Debug
        + DeserializeOwned
        + Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Send
        + Sync
        + 'static
{
}

struct Follower<K> {
    api: Api<K>,
    cluster: Cluster,
    kind: Followed,
    wrap: fn(Box<K>) -> Seen,
    sink: mpsc::Sender<Change>,
    /// Where the watch goes on; none where a list is needed.
    version: Option<String>,
    said: Option<Health>,
    pause: Pause,
    /// How long an open watch may say nothing.
    silence: Duration,
}

impl<K: Watched> Follower<K> {
    fn new(
        cluster: &Cluster,
        namespace: &str,
        kind: Followed,
        wrap: fn(Box<K>) -> Seen,
        sink: &mpsc::Sender<Change>,
    ) -> Self {
        Self {
            api: Api::namespaced(cluster.client(), namespace),
            cluster: cluster.clone(),
            kind,
            wrap,
            sink: sink.clone(),
            version: None,
            said: None,
            pause: Pause::default(),
            silence: SILENCE,
        }
    }

    async fn run(mut self) {
        loop {
            let result = match self.version.clone() {
                None => self.list().await,
                Some(version) => self.watch(&version).await,
            };
            let Err(trouble) = result else { continue };
            if matches!(trouble, Trouble::NobodyListens) || self.recover(trouble).await.is_err() {
                return;
            }
        }
    }

    /// Says what is wrong and waits a moment; a watch that broke is asked for again at once.
    async fn recover(&mut self, trouble: Trouble) -> Result<(), Trouble> {
        if trouble.needs_list() {
            self.version = None;
        }
        if let Some(health) = trouble.health(self.cluster.now()) {
            self.say(health).await?;
        }
        sleep(self.pause.after(&trouble)).await;
        Ok(())
    }

    async fn list(&mut self) -> Result<(), Trouble> {
        let mut params = ListParams::default().limit(PAGE);
        let mut begun = false;
        loop {
            let page = answered(self.api.list(&params)).await?;
            if !std::mem::replace(&mut begun, true) {
                self.send(Change::Relisting(self.kind)).await?;
            }
            for object in page.items {
                self.applied(object).await?;
            }
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => params.continue_token = Some(token),
                None => {
                    self.version = page.metadata.resource_version;
                    break;
                }
            }
        }
        self.send(Change::Listed(self.kind)).await?;
        self.live().await
    }

    /// Hears until the server ends the watch.
    async fn watch(&mut self, version: &str) -> Result<(), Trouble> {
        let began = Instant::now();
        let seconds = u32::try_from(WATCH_SPAN.as_secs()).ok();
        let params = WatchParams { timeout: seconds, ..WatchParams::default() };
        let stream = answered(self.api.watch(&params, version)).await?;
        self.live().await?;
        self.hear(stream).await?;
        if began.elapsed() < SHORT { Err(Trouble::Short) } else { Ok(()) }
    }

    async fn hear(
        &mut self,
        stream: impl Stream<Item = kube::Result<WatchEvent<K>>>,
    ) -> Result<(), Trouble> {
        pin_mut!(stream);
        while let Some(event) =
            timeout(self.silence, stream.next()).await.map_err(|_| Trouble::Silence)?
        {
            match event.map_err(Trouble::Broken)? {
                WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                    self.version = object.resource_version();
                    self.applied(object).await?;
                }
                WatchEvent::Deleted(mut object) => {
                    self.version = object.resource_version();
                    trim(&mut object);
                    let seen = Arc::new((self.wrap)(Box::new(object)));
                    self.send(Change::Deleted(seen)).await?;
                }
                WatchEvent::Bookmark(mark) => self.version = Some(mark.metadata.resource_version),
                WatchEvent::Error(status) => return Err(kube::Error::Api(status).into()),
            }
        }
        Ok(())
    }

    async fn applied(&mut self, mut object: K) -> Result<(), Trouble> {
        trim(&mut object);
        self.send(Change::Applied(Arc::new((self.wrap)(Box::new(object))))).await
    }

    async fn live(&mut self) -> Result<(), Trouble> {
        self.pause = Pause::default();
        self.say(Health::Live).await
    }

    async fn say(&mut self, health: Health) -> Result<(), Trouble> {
        // It is stale since the first error, whatever the errors after it say.
        let stale = |one: &Health| matches!(one, Health::Stale { .. });
        let known = self
            .said
            .as_ref()
            .is_some_and(|said| *said == health || (stale(said) && stale(&health)));
        if known {
            return Ok(());
        }
        self.said = Some(health.clone());
        self.send(Change::Health(self.kind, health)).await
    }

    async fn send(&self, change: Change) -> Result<(), Trouble> {
        self.sink.send(change).await.map_err(|_| Trouble::NobodyListens)
    }
}

/// The answer to a request, or that there is none in time.
async fn answered<T>(request: impl Future<Output = kube::Result<T>>) -> Result<T, Trouble> {
    let answer = timeout(REQUEST_LIMIT, request).await.map_err(|_| Trouble::NoAnswer)?;
    Ok(answer?)
}

/// Drops what nobody looks at and what is larger than all the rest.
fn trim<K: Resource>(object: &mut K) {
    let metadata = object.meta_mut();
    metadata.managed_fields = None;
    if let Some(annotations) = &mut metadata.annotations {
        annotations.remove(LAST_APPLIED);
    }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
