//! Makes the world of a run: its namespace, its folders, what its shells need.

use std::collections::BTreeMap;
use std::fs::{OpenOptions, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::cluster::{
    Cluster, LedgerNote, Replacement, RequestError, RunPolicy, Tenure, make_run_namespace,
    pods_before,
};
use crate::engine::shell_setup::HostShell;
use crate::engine::terminal::ShellSpec;
use crate::engine::{RunStarted, Size, Trace};
use crate::lab::{ImageReplacement, Lab, LabScope};

/// What a caller brings to a run.
#[derive(Debug, Clone)]
pub struct World {
    /// The cluster, which has been found to answer.
    pub cluster: Cluster,
    /// A namespace that exists, to be used instead of one that is made.
    pub namespace: Option<String>,
    /// Podlab's own executable: `kubectl` in the run's shells.
    pub program: PathBuf,
    /// The size of the terminals at the beginning.
    pub size: Size,
    /// What to do about what only a person knows.
    pub unanswered: Unanswered,
    /// Told what is made.
    pub trace: Trace,
}

/// What to do about a placeholder that nothing answers, or an address that is the author's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unanswered {
    /// Ask: somebody is there.
    Ask,
    /// The step fails, and says what would answer it.
    #[default]
    Fail,
}

/// Why a run cannot begin. Nothing of it is left then.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The person may not make namespaces.
    #[error(
        "make namespace {name}: {reason}; ask the administrator for the right to create and delete \
         namespaces, or to make one for you and use it with --namespace"
    )]
    Forbidden {
        /// The namespace.
        name: String,
        /// What the server says.
        reason: String,
    },
    /// The namespace that was asked for does not exist.
    #[error("use namespace {name}: there is no such namespace in the cluster")]
    NoNamespace {
        /// The namespace.
        name: String,
    },
    /// The cluster does not do it.
    #[error("prepare namespace {name}: {source}")]
    Cluster {
        /// The namespace.
        name: String,
        /// Its answer.
        source: Box<RequestError>,
    },
    /// The lab wants more than a namespace.
    #[error("this lab has `scope: cluster`, which podlab does not support yet")]
    Scope,
    /// A folder or file could not be made.
    #[error("make {what}: {source}")]
    Files {
        /// What was to be made.
        what: String,
        /// What the system says.
        source: io::Error,
    },
}

/// A world that is ready.
pub(super) struct Ready {
    pub(super) started: RunStarted,
    pub(super) cluster: Cluster,
    pub(super) policy: Arc<RunPolicy>,
    pub(super) ledger: mpsc::UnboundedReceiver<LedgerNote>,
    pub(super) folder: TempDir,
    pub(super) shell: ShellSpec,
    pub(super) socket: PathBuf,
    pub(super) aid: String,
}

/// Makes the folders first and the namespace last, so that nothing is left in the
/// cluster where something goes wrong before.
///
/// # Errors
/// [`StartError`], with a way out.
pub(super) async fn start(lab: &Lab, world: &World) -> Result<Ready, StartError> {
    if lab.front_matter.scope == LabScope::Cluster {
        return Err(StartError::Scope);
    }
    let run = random_word(4);
    let name = match &world.namespace {
        Some(given) => given.clone(),
        None => namespace_name(&lab.name, &run),
    };
    let folder = tempfile::Builder::new()
        .prefix("podlab-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .map_err(failed("a temporary folder"))?;
    world.trace.has_folder(folder.path());
    let directory = folder.path().join("lab");
    write_files(&lab.files, &directory)?;
    let aid = random_word(12);
    let socket = folder.path().join("socket");
    let shell = shell(world, folder.path(), &name, &socket, &aid)?;
    if world.namespace.is_none() {
        world.trace.makes_namespace(&name);
    }
    let tenure = namespace(lab, world, &name, &run).await?;
    let (notes, ledger) = mpsc::unbounded_channel();
    let owned = tenure == Tenure::Owned;
    let images = replaced(lab, &world.cluster);
    let policy = Arc::new(RunPolicy::new(&name, tenure, replacements(&images), notes));
    world.trace.remembers(&policy);
    let started = RunStarted {
        run,
        cluster: world.cluster.title().to_owned(),
        namespace: name,
        owned,
        directory,
        replaced_images: told_images(&images),
    };
    let cluster = world.cluster.clone();
    Ok(Ready { started, cluster, policy, ledger, folder, shell, socket, aid })
}

async fn namespace(lab: &Lab, world: &World, name: &str, run: &str) -> Result<Tenure, StartError> {
    let made = match &world.namespace {
        Some(_) => pods_before(&world.cluster, name).await.map(Tenure::Borrowed),
        None => {
            make_run_namespace(&world.cluster, name, run, &lab.name).await.map(|()| Tenure::Owned)
        }
    };
    made.map_err(|error| {
        let name = name.to_owned();
        match error.status().map(|status| (status.code, status.message.clone())) {
            Some((403, reason)) if world.namespace.is_none() => {
                StartError::Forbidden { name, reason }
            }
            Some((404, _)) => StartError::NoNamespace { name },
            _ => StartError::Cluster { name, source: Box::new(error) },
        }
    })
}

/// The images that the lab has something else for, unless the cluster runs the originals.
fn replaced<'a>(lab: &'a Lab, cluster: &Cluster) -> Vec<(&'a String, &'a ImageReplacement)> {
    let images = lab.front_matter.images.iter();
    images.filter(|(from, _)| !cluster.capabilities().serves_image(from)).collect()
}

fn replacements(images: &[(&String, &ImageReplacement)]) -> BTreeMap<String, Replacement> {
    images
        .iter()
        .map(|(from, to)| {
            let (command, args) = (to.command.clone(), to.args.clone());
            ((*from).clone(), Replacement { image: to.image.clone(), command, args })
        })
        .collect()
}

fn told_images(
    images: &[(&String, &ImageReplacement)],
) -> BTreeMap<String, (String, Option<String>)> {
    images.iter().map(|(from, to)| ((*from).clone(), (to.image.clone(), to.why.clone()))).collect()
}

/// `podlab-pod-networking-x7f2`, at most 63 characters of what names may hold.
fn namespace_name(lab: &str, run: &str) -> String {
    let lower = lab.to_lowercase();
    let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let slug: String = lower.chars().map(fits).take(50).collect();
    format!("podlab-{}-{run}", slug.trim_matches('-')).replace("--", "-")
}

/// Letters and digits that nobody can guess, the first a letter.
pub(super) fn random_word(length: usize) -> String {
    const SIGNS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut word = String::new();
    while word.len() < length {
        let mut bits = RandomState::new().hash_one(word.len());
        for _ in 0..8 {
            let signs = if word.is_empty() { &SIGNS[..24] } else { SIGNS };
            word.push(signs[usize::try_from(bits % 251).unwrap_or(0) % signs.len()] as char);
            bits >>= 8;
        }
    }
    word.truncate(length);
    word
}

/// Writes what belongs to a lab into a folder, which is made where it is not there.
///
/// # Errors
/// A name that leads out of the folder, or what the system says.
pub(super) fn write_files(
    files: &BTreeMap<String, String>,
    directory: &Path,
) -> Result<(), StartError> {
    std::fs::create_dir_all(directory).map_err(failed("the working directory"))?;
    for (name, content) in files {
        let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "it leaves the lab's folder");
            return Err(failed(name)(source));
        }
        let path = directory.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed(name))?;
        }
        std::fs::write(&path, content).map_err(failed(name))?;
    }
    Ok(())
}

/// The private folder, with what the shells of the run share.
fn shell(
    world: &World,
    folder: &Path,
    namespace: &str,
    socket: &Path,
    aid: &str,
) -> Result<ShellSpec, StartError> {
    let bin = folder.join("bin");
    std::fs::create_dir(&bin).map_err(failed("the folder for kubectl"))?;
    symlink(&world.program, bin.join("kubectl")).map_err(failed("the link named kubectl"))?;
    // What programs leave there goes with the run.
    let temporary = folder.join("tmp");
    std::fs::create_dir(&temporary).map_err(failed("the folder for temporary files"))?;
    let kubeconfig = folder.join("kubeconfig");
    write_private(&kubeconfig, &private_kubeconfig(&world.cluster, namespace))?;
    let shell = if is_on_path("bash") { HostShell::Bash } else { HostShell::Sh };
    let start_file = folder.join("start");
    write_private(&start_file, &shell.start_file(aid))?;
    let text = |path: &Path| path.display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut environment = vec![
        ("PATH".to_owned(), format!("{}:{path}", bin.display())),
        ("KUBECONFIG".to_owned(), text(&kubeconfig)),
        ("PODLAB_SOCKET".to_owned(), text(socket)),
        ("HISTFILE".to_owned(), text(&folder.join("history"))),
        ("TERM".to_owned(), "xterm-256color".to_owned()),
        ("PAGER".to_owned(), "cat".to_owned()),
        ("TMPDIR".to_owned(), text(&temporary)),
    ];
    environment.extend(world.cluster.environment());
    Ok(ShellSpec { shell, start_file, environment })
}

/// The person's kubeconfig, reduced to the context that is used, with the run's namespace.
/// JSON is YAML, and every kubectl reads it.
fn private_kubeconfig(cluster: &Cluster, namespace: &str) -> String {
    let config = serde_json::to_value(cluster.kubeconfig()).unwrap_or_default();
    reduced(config, cluster.context().unwrap_or_default(), namespace).to_string()
}

/// A kubeconfig with one context, its cluster and its user.
fn reduced(mut config: Value, context: &str, namespace: &str) -> Value {
    let mut used = [Value::Null, Value::Null];
    if let Some(contexts) = config["contexts"].as_array_mut() {
        contexts.retain(|one| one["name"] == context);
        for one in contexts {
            one["context"]["namespace"] = namespace.into();
            used = ["cluster", "user"].map(|part| one["context"][part].clone());
        }
    }
    for (list, used) in ["clusters", "users"].into_iter().zip(used) {
        if let Some(all) = config[list].as_array_mut() {
            all.retain(|one| one["name"] == used);
        }
    }
    config["current-context"] = context.into();
    config
}

fn write_private(path: &Path, content: &str) -> Result<(), StartError> {
    let what = path.display().to_string();
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(content.as_bytes())).map_err(failed(&what))
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> StartError {
    let what = what.to_owned();
    move |source| StartError::Files { what, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_have_names_that_kubernetes_takes() {
        assert_eq!(namespace_name("pod-networking", "x7f2"), "podlab-pod-networking-x7f2");
        assert_eq!(namespace_name("Ein Haus!", "x7f2"), "podlab-ein-haus-x7f2");
        assert!(namespace_name(&"x".repeat(90), "x7f2").len() <= 63);
    }

    #[test]
    fn the_runs_kubeconfig_knows_one_cluster_and_one_user() {
        let named = |names: [&str; 2]| serde_json::json!([{"name": names[0]}, {"name": names[1]}]);
        let config = serde_json::json!({
            "clusters": named(["prod", "dev"]),
            "users": named(["me", "admin"]),
            "contexts": [
                {"name": "far", "context": {"cluster": "prod", "user": "admin"}},
                {"name": "near", "context": {"cluster": "dev", "user": "me"}},
            ],
            "current-context": "far",
        });
        let wanted = serde_json::json!({
            "clusters": [{"name": "dev"}],
            "users": [{"name": "me"}],
            "contexts": [
                {"name": "near", "context": {"cluster": "dev", "user": "me", "namespace": "lab-x"}},
            ],
            "current-context": "near",
        });
        assert_eq!(reduced(config, "near", "lab-x"), wanted);
    }

    #[test]
    fn random_words_differ_and_begin_with_a_letter() {
        let words: std::collections::BTreeSet<String> = (0..200).map(|_| random_word(12)).collect();
        assert_eq!(words.len(), 200);
        assert!(words.iter().all(|word| word.starts_with(|c: char| c.is_ascii_lowercase())));
    }
}
