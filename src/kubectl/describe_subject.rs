//! An object that is described, and what has to be asked for beside it.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::core::v1::{Event, Pod, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Session;
use super::describe::By;
use super::failure::Failure;
use super::get_request::items_of;
use super::print::{self, NodeParts, PodCounts, When, backend_name, selected, slices_text};
use crate::cluster::{ApiRequest, RequestError, ResourceKind};

/// An object that is described.
pub(super) struct Subject {
    /// Its kind.
    pub(super) kind: ResourceKind,
    /// As the server has it.
    pub(super) object: Value,
    /// How it was found.
    pub(super) found: By,
}

/// Whether events are described as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Events {
    Shown,
    Hidden,
}

/// Describes objects of one cluster.
pub(super) struct Describer<'a> {
    session: &'a Session,
    /// How many objects are asked for at once; all where it is not positive.
    chunk_size: i64,
    when: When,
}

impl<'a> Describer<'a> {
    /// Asks for lists in parts of this size.
    pub(super) fn new(session: &'a Session, chunk_size: i64) -> Self {
        let when = When { now: session.cluster.now(), zone: TimeZone::system() };
        Self { session, chunk_size, when }
    }

    /// Everything that is listed there and fits the selectors.
    pub(super) async fn list(
        &self,
        path: String,
        selector: &str,
        fields: &str,
    ) -> Result<Vec<Value>, RequestError> {
        let limit = if self.chunk_size > 0 { self.chunk_size.to_string() } else { String::new() };
        let (mut found, mut proceed) = (Vec::new(), String::new());
        loop {
            let request = ApiRequest::get(path.as_str())
                .with("labelSelector", selector)
                .with("fieldSelector", fields)
                .with("limit", limit.as_str())
                .with("continue", proceed.as_str());
            let part = self.session.cluster.json(&request).await?;
            proceed = part["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
            found.extend(items_of(part));
            if proceed.is_empty() {
                return Ok(found);
            }
        }
    }

    /// The page of an object.
    pub(super) async fn page(&self, of: &Subject, events: Events) -> Result<String, Failure> {
        let about = if events == Events::Shown { self.events(of).await? } else { None };
        let about = about.as_deref();
        let (object, when) = (&of.object, &self.when);
        let kind = (of.kind.group.as_str(), of.kind.kind.as_str());
        Ok(match kind {
            ("", "Pod") => print::describe_pod(&read(object)?, about, when),
            ("", "Endpoints") => print::describe_endpoints(&read(object)?, about, when),
            ("", "ConfigMap") => print::describe_config_map(object, about, when),
            ("", "Secret") => print::describe_secret(object),
            ("", "ServiceAccount") => print::describe_service_account(object, about, when),
            ("", "LimitRange") => print::describe_limit_range(object),
            ("", "ResourceQuota") => print::describe_quota(object),
            ("", "PersistentVolume") => print::describe_volume(object, about, when),
            ("batch", "Job") => print::describe_job(&read(object)?, about, when),
            ("batch", "CronJob") => print::describe_cron_job(&read(object)?, about, when),
            ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => print::describe_role(object),
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
                print::describe_role_binding(object)
            }
            ("networking.k8s.io", "NetworkPolicy") => print::describe_network_policy(object, when),
            ("networking.k8s.io", "IngressClass") => {
                print::describe_ingress_class(object, about, when)
            }
            ("networking.k8s.io", "ServiceCIDR") => {
                print::describe_service_range(object, about, when)
            }
            ("networking.k8s.io", "IPAddress") => print::describe_ip_address(object, about, when),
            ("discovery.k8s.io", "EndpointSlice") => {
                print::describe_endpoint_slice(object, about, when)
            }
            ("storage.k8s.io", "StorageClass") => {
                print::describe_storage_class(object, about, when)
            }
            ("storage.k8s.io", "CSINode") => print::describe_csi_node(object, about, when),
            ("storage.k8s.io", "VolumeAttributesClass") => {
                print::describe_attributes_class(object, about, when)
            }
            ("policy", "PodDisruptionBudget") => {
                print::describe_disruption_budget(object, about, when)
            }
            ("scheduling.k8s.io", "PriorityClass") => {
                print::describe_priority_class(object, about, when)
            }
            ("certificates.k8s.io", "CertificateSigningRequest") => {
                return Err(Failure::message(
                    "podlab does not read certificate requests; `kubectl get csr -o yaml` shows everything",
                ));
            }
            _ => return self.page_with_more(of, kind, about).await,
        })
    }

    /// The page of an object that is told of together with others.
    async fn page_with_more(
        &self,
        of: &Subject,
        kind: (&str, &str),
        about: Option<&[Event]>,
    ) -> Result<String, Failure> {
        let (object, when) = (&of.object, &self.when);
        Ok(match kind {
            ("", "Service") => {
                let slices = self.slices(of, of.name()).await.or_else(none_where_told)?;
                print::describe_service(&read(object)?, &slices, about, when)
            }
            ("", "Namespace") => {
                let quotas = self.in_namespace(of.name(), "resourcequotas").await?;
                let limits = self.in_namespace(of.name(), "limitranges").await?;
                print::describe_namespace(object, quotas.as_deref(), limits.as_deref(), when)
            }
            ("", "Node") => print::describe_node(&self.node(object).await?, about, when),
            ("", "PersistentVolumeClaim") => {
                let pods = read_all(&self.list(of.path("pods"), "", "").await?)?;
                print::describe_claim(object, &pods, about, when)
            }
            ("", "ReplicationController") => {
                let pods = self.pods(of).await?;
                print::describe_replication_controller(&read(object)?, pods, about, when)
            }
            ("apps", "Deployment") => {
                let path = format!("/apis/apps/v1/namespaces/{}/replicasets", of.namespace());
                let sets = self.list(path, &of.selector(), "").await.unwrap_or_default();
                let sets: Vec<ReplicaSet> = read_all(&sets)?;
                print::describe_deployment(&read(object)?, &sets, about, when)
            }
            ("apps", "ReplicaSet") => {
                print::describe_replica_set(&read(object)?, self.pods(of).await?, about, when)
            }
            ("apps", "DaemonSet") => {
                print::describe_daemon_set(&read(object)?, self.pods(of).await?, about, when)
            }
            ("apps", "StatefulSet") => {
                print::describe_stateful_set(&read(object)?, self.pods(of).await?, about, when)
            }
            ("autoscaling", "HorizontalPodAutoscaler") => self.autoscaler(of, about).await?,
            ("networking.k8s.io", "Ingress") => {
                let backends = self.backends(of).await?;
                let text = |backend: &Value| {
                    let name = backend_name(backend);
                    backends.get(&name).cloned().unwrap_or(name)
                };
                print::describe_ingress(object, &text, about, when)
            }
            _ => print::describe_any(object, about, when),
        })
    }

    /// The events about the object; none where one may not see them.
    ///
    /// Source: `describe.go`, `searchEvents`; a mirror pod's events carry the uid of the
    /// pod that the kubelet read from its file, some of a node's its name.
    async fn events(&self, of: &Subject) -> Result<Option<Vec<Event>>, Failure> {
        let mirrored = &of.object["metadata"]["annotations"]["kubernetes.io/config.mirror"];
        let uid = mirrored.as_str().unwrap_or_else(|| of.field("uid"));
        let mut events = self.events_of(of, uid).await?;
        if of.kind.kind == "Node" && of.kind.group.is_empty() {
            events.extend(self.events_of(of, of.name()).await?);
        }
        Ok(Some(events))
    }

    async fn events_of(&self, of: &Subject, uid: &str) -> Result<Vec<Event>, Failure> {
        let (name, namespace) = (of.name(), of.namespace());
        let kind = match of.kind.kind.as_str() {
            "Pod" => String::new(),
            kind => format!("involvedObject.kind={kind},"),
        };
        let fields = format!(
            "{kind}involvedObject.name={name},involvedObject.namespace={namespace},involvedObject.uid={uid}"
        );
        match self.list(of.path("events"), "", &fields).await {
            Ok(events) => read_all(&events),
            // Who may see an object need not be allowed to see events; kubectl shows none.
            Err(RequestError::Status(_)) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    async fn pods(&self, of: &Subject) -> Result<PodCounts, Failure> {
        let pods = self.list(of.path("pods"), &of.selector(), "").await?;
        Ok(PodCounts::of(&read_all::<Pod>(&pods)?, of.field("uid")))
    }

    /// What limits a namespace; none where the server does not know the kind.
    async fn in_namespace(
        &self,
        namespace: &str,
        plural: &str,
    ) -> Result<Option<Vec<Value>>, RequestError> {
        let path = format!("/api/v1/namespaces/{namespace}/{plural}");
        match self.list(path, "", "").await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn node(&self, node: &Value) -> Result<NodeParts, Failure> {
        let name = node["metadata"]["name"].as_str().unwrap_or_default();
        let fields = format!("spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed");
        let lease =
            format!("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}");
        let lease = ApiRequest::get(lease);
        let (pods, lease) = futures::join!(
            self.list("/api/v1/pods".to_owned(), "", &fields),
            self.session.cluster.json(&lease)
        );
        let pods = match pods {
            Ok(pods) => Some(read_all(&pods)?),
            Err(error) if error.status().is_some_and(|status| status.code == 403) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(NodeParts { node: node.clone(), pods, lease: lease.map_err(|error| told(&error)) })
    }

    async fn autoscaler(&self, of: &Subject, about: Option<&[Event]>) -> Result<String, Failure> {
        if of.object["apiVersion"] == "autoscaling/v2" {
            return Ok(print::describe_autoscaler(&of.object, about, &self.when));
        }
        let (namespace, name) = (of.namespace(), of.name());
        let path =
            format!("/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers/{name}");
        match self.session.cluster.json(&ApiRequest::get(path)).await {
            Ok(newer) => Ok(print::describe_autoscaler(&newer, about, &self.when)),
            Err(_) => Ok(print::describe_autoscaler_v1(&of.object, about, &self.when)),
        }
    }

    /// The endpoints of a service.
    async fn slices(
        &self,
        of: &Subject,
        service: &str,
    ) -> Result<Vec<EndpointSlice>, RequestError> {
        let namespace = of.namespace();
        let path = format!("/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices");
        let selector = format!("kubernetes.io/service-name={service}");
        let slices = self.list(path, &selector, "").await?;
        Ok(slices.into_iter().filter_map(|slice| serde_json::from_value(slice).ok()).collect())
    }

    /// What the backends of an ingress lead to, by their names.
    ///
    /// Source: `describe.go`, `describeBackendV1`.
    async fn backends(&self, of: &Subject) -> Result<HashMap<String, String>, Failure> {
        let spec = &of.object["spec"];
        let rules = spec["rules"].as_array().into_iter().flatten();
        let paths = rules.filter_map(|rule| rule["http"]["paths"].as_array()).flatten();
        let backends = paths.map(|path| &path["backend"]).chain([&spec["defaultBackend"]]);
        // In a list, so that nothing but values lives on while the server is asked.
        let backends: Vec<&Value> =
            backends.filter(|backend| backend["service"].is_object()).collect();
        let mut found = HashMap::new();
        for backend in backends {
            let name = backend_name(backend);
            let leads = match self.leads_to(of, &backend["service"]).await {
                Ok(leads) => leads,
                Err(error) if error.is_away() => return Err(error.into()),
                Err(error) => format!("<error: {}>", told(&error)),
            };
            found.insert(name.clone(), format!("{name} ({leads})"));
        }
        Ok(found)
    }

    async fn leads_to(&self, of: &Subject, backend: &Value) -> Result<String, RequestError> {
        let name = backend["name"].as_str().unwrap_or_default();
        let slices = self.slices(of, name).await?;
        let path = format!("/api/v1/namespaces/{}/services/{name}", of.namespace());
        let service: Service =
            serde_json::from_value(self.session.cluster.json(&ApiRequest::get(path)).await?)?;
        let ports = service.spec.and_then(|spec| spec.ports).unwrap_or_default();
        let meant = ports.iter().rfind(|port| match backend["port"]["number"].as_i64() {
            Some(number) => i64::from(port.port) == number,
            None => port.name.as_deref() == backend["port"]["name"].as_str(),
        });
        let port = meant.and_then(|port| port.name.as_deref()).unwrap_or_default();
        Ok(slices_text(&slices, port))
    }
}

impl Subject {
    fn field(&self, name: &str) -> &str {
        self.object["metadata"][name].as_str().unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.field("name")
    }

    fn namespace(&self) -> &str {
        self.field("namespace")
    }

    /// Where the objects of a core kind are that are in the same namespace.
    fn path(&self, plural: &str) -> String {
        match self.namespace() {
            "" => format!("/api/v1/{plural}"),
            namespace => format!("/api/v1/namespaces/{namespace}/{plural}"),
        }
    }

    /// Its selector, as a query writes it.
    fn selector(&self) -> String {
        let selector = &self.object["spec"]["selector"];
        let selector = if self.kind.kind == "ReplicationController" {
            let labels = serde_json::from_value(selector.clone()).unwrap_or_default();
            LabelSelector { match_labels: labels, ..LabelSelector::default() }
        } else {
            serde_json::from_value(selector.clone()).unwrap_or_default()
        };
        selected(&selector)
    }
}

/// What a server says no with, without more words.
fn told(error: &RequestError) -> String {
    error.status().map_or_else(|| error.to_string(), |status| status.message.clone())
}

fn none_where_told<T>(error: RequestError) -> Result<Vec<T>, Failure> {
    if error.status().is_some() { Ok(Vec::new()) } else { Err(error.into()) }
}

fn read_all<T: DeserializeOwned>(objects: &[Value]) -> Result<Vec<T>, Failure> {
    objects.iter().map(read).collect()
}

fn read<T: DeserializeOwned>(object: &Value) -> Result<T, Failure> {
    T::deserialize(object).map_err(|error| {
        Failure::message(format!("the server's answer could not be read: {error}"))
    })
}
