use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};

use super::SandboxError;
use super::api::{Reply, Request};
use super::images::{Images, Lookup};
use super::process::{Container, ContainerSetup};
use super::world::World;

/// A simulated cluster without a server and without a clock of its own: what is done to it
/// happens in the same way each time. For fuzzing.
#[derive(Debug)]
pub struct Rehearsal {
    world: World,
    now: Timestamp,
}

impl Rehearsal {
    /// A cluster that has just come up.
    ///
    /// # Errors
    /// The shipped images cannot be read.
    pub fn new() -> Result<Self, SandboxError> {
        let now = Timestamp::UNIX_EPOCH;
        Ok(Self { world: World::new(images()?.clone(), "", now), now })
    }

    /// Carries out `POST /api/v1/namespaces`, with what follows from it: the status of the
    /// answer and its body; of a stream, 101 and nothing.
    pub fn ask(&mut self, line: &str, content_type: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let (method, target) = line.split_once(' ').unwrap_or((line, "/"));
        let mut request = Request::new(method, target);
        content_type.clone_into(&mut request.content_type);
        body.clone_into(&mut request.body);
        let reply = self.world.handle(&request, self.now);
        self.world.advance(self.now);
        match reply {
            Reply::Answer(answer) => (answer.status, answer.body),
            _ => (101, Vec::new()),
        }
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u32) {
        let later = self.now.checked_add(SignedDuration::from_secs(seconds.into()));
        self.now = later.unwrap_or(self.now);
        self.world.advance(self.now);
    }

    /// What a script writes as the only program of a container, in so many seconds; the
    /// container is killed then.
    ///
    /// # Errors
    /// The shipped images cannot be read.
    pub fn script(shell: &str, text: &str, seconds: u32) -> Result<Vec<u8>, SandboxError> {
        let (Lookup::Known(image) | Lookup::Simulated(image)) = images()?.find("debian") else {
            return Ok(Vec::new());
        };
        let setup = ContainerSetup {
            image,
            command: vec![shell.to_owned(), "-c".to_owned(), text.to_owned()],
            args: Vec::new(),
            env: Vec::new(),
            working_dir: None,
            hostname: "pod".to_owned(),
            pod_ip: IpAddr::V4(Ipv4Addr::new(10, 20, 1, 5)),
            namespace: "default".to_owned(),
            mounts: Vec::new(),
            stdin: false,
            tty: false,
            memory_limit: None,
            user: None,
            group: None,
            read_only_root: false,
            host_aliases: Vec::new(),
        };
        let mut now = Timestamp::UNIX_EPOCH;
        let mut written = Vec::new();
        let Ok(mut container) = Container::start(setup, now) else { return Ok(written) };
        for _ in 0..seconds {
            now = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
            container.advance(now);
            written.extend(container.take_log().into_iter().flat_map(|chunk| chunk.bytes));
        }
        container.kill(now);
        Ok(written)
    }
}

/// Read once: a fuzzer has thousands of clusters.
fn images() -> Result<&'static Images, SandboxError> {
    static IMAGES: OnceLock<Images> = OnceLock::new();
    if let Some(images) = IMAGES.get() {
        return Ok(images);
    }
    let images = Images::shipped()?;
    Ok(IMAGES.get_or_init(|| images))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_is_made_and_runs() {
        let mut cluster = Rehearsal::new().unwrap();
        let pod =
            br#"{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}"#;
        let (code, body) = cluster.ask("POST /api/v1/namespaces/default/pods", "", pod);
        assert_eq!(code, 201, "{}", String::from_utf8_lossy(&body));
        cluster.pass(10);
        let (_, body) = cluster.ask("GET /api/v1/namespaces/default/pods/a", "", b"");
        assert!(String::from_utf8_lossy(&body).contains("\"phase\":\"Running\""));
    }

    #[test]
    fn a_script_is_run() {
        assert_eq!(
            Rehearsal::script("sh", "echo $((6*7)); sleep 9; echo late", 3).unwrap(),
            b"42\n"
        );
    }
}
