use kube::config::Kubeconfig;

use crate::sandbox::{EXTENSION, host_environment};

/// What a cluster can do that others cannot. A kubeconfig of a simulated one says so, so it
/// does not matter whose process runs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    simulated: Option<Simulated>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Simulated {
    /// The URL of the way into its network.
    proxy: Option<String>,
}

impl Capabilities {
    /// Those of the cluster of a context.
    pub(super) fn of(kubeconfig: &Kubeconfig, context: Option<&str>) -> Self {
        let context = context.or(kubeconfig.current_context.as_deref());
        let found = kubeconfig.contexts.iter().find(|one| Some(one.name.as_str()) == context);
        let extensions = found.and_then(|one| one.context.as_ref()?.extensions.as_ref());
        let ours = extensions.into_iter().flatten().find(|extension| extension.name == EXTENSION);
        let simulated = ours.map(|ours| {
            let proxy = ours.extension["proxy"].as_str();
            // Programs of the person's are led to this machine only.
            let local = proxy.filter(|url| url.starts_with("socks5h://127.0.0.1:"));
            Simulated { proxy: local.map(str::to_owned) }
        });
        Self { simulated }
    }

    /// Whether the cluster runs this very image, though nobody serves it any more: then
    /// nothing has to be put in its place.
    pub fn serves_image(&self, image: &str) -> bool {
        let _ = image;
        self.simulated.is_some()
    }

    /// What people are told that the cluster is.
    pub(super) fn title(&self, name: &str) -> String {
        match self.simulated {
            Some(_) => format!("{name} (simulated)"),
            None => name.to_owned(),
        }
    }

    pub(super) fn host_environment(&self) -> Vec<(String, String)> {
        let proxy = self.simulated.as_ref().and_then(|simulated| simulated.proxy.as_deref());
        proxy.map(host_environment).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_proxy(proxy: &str) -> Capabilities {
        let text = format!(
            "current-context: a\ncontexts:\n\
             - {{name: a, context: {{cluster: c, user: u, extensions: [{{name: {EXTENSION}, extension: {{proxy: \"{proxy}\"}}}}]}}}}\n\
             - {{name: b, context: {{cluster: c, user: u}}}}\n"
        );
        Capabilities::of(&Kubeconfig::from_yaml(&text).unwrap(), None)
    }

    #[test]
    fn a_kubeconfig_says_that_its_cluster_is_simulated() {
        let simulated = with_proxy("socks5h://127.0.0.1:1080");
        assert_eq!(simulated.title("podlab-sandbox"), "podlab-sandbox (simulated)");
        assert_eq!(simulated.host_environment().len(), 4);
        let real = Capabilities::default();
        assert_eq!(real.title("kind-dev"), "kind-dev");
        assert_eq!(real.host_environment(), []);
        assert!(!real.serves_image("busybox"));
    }

    #[test]
    fn programs_of_the_person_are_not_led_away_from_this_machine() {
        assert_eq!(with_proxy("socks5h://192.0.2.7:1080").host_environment(), []);
    }
}
