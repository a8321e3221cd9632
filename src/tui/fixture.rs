//! A lab of our own, a run of it as events, and hands that press keys.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::{Value, json};

use super::view::draw;
use super::{Effect, Message, Pane, State, Theme, update};
use crate::base::SourceText;
use crate::engine::{Actor, Event, Outcome, Request, RunStarted, Size, StepIndex, TerminalId};
use crate::lab::{Lab, parse};
use crate::watch::{Change, Followed, Health, Seen};

const LAB: &str = r#"---
title: Pods and probes
images:
  example.com/old/web:1: {image: example.com/web:2, why: the old image is gone}
---
# Pods and probes

A pod is the *smallest* thing that you can **run**. See [the docs](https://kubernetes.io/docs) and `kubectl explain pod`.

- a pod has an address
- its containers share it

> [!WARNING]
> Nothing here is for production.

| kind | short | what it is |
|------|-------|------------|
| Pod  | `po`  | containers that belong together |

## Create a pod

`web.yaml` describes it:

<!-- podlab: {file: web.yaml} -->
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web # the name
spec:
  containers:
  - name: web
    image: example.com/old/web:1
```

Create it:

<!-- podlab:
id: create
wait: {pod/web: Ready}
hint: The image may take a while.
explain: The kubelet pulled the image and started the container.
-->
```sh
kubectl apply -f web.yaml
```

Look at it:

<!-- podlab: {id: look, capture: {IP: pod/web.status.podIP}} -->
```sh
kubectl get pods -o wide
```

<!-- podlab: {kind: output} -->
```
NAME   READY   STATUS    RESTARTS   AGE   IP
web    1/1     Running   0          12s   10.20.1.25
```

## Talk to it

<!-- podlab: {id: jump, opens: jump} -->
```sh
kubectl run -it --rm jump --image=example.com/jump --restart=Never
```

Then, in its shell:

<!-- podlab: {id: ask, in: jump, expect: {contains: [hello]}} -->
```sh
curl http://<IP>:8080/
```

Watch it:

<!-- podlab: {id: watch} -->
```sh
kubectl get pods --watch
```
"#;

/// A screen with somebody in front of it.
pub(super) struct Scene {
    pub(super) state: State,
    pub(super) theme: Theme,
    pub(super) size: Size,
}

pub(super) fn lab() -> Arc<Lab> {
    let source = SourceText { name: "labs/pods/lab.md".into(), text: LAB.into() };
    let (lab, findings) = parse("pods", source, BTreeMap::new());
    assert!(findings.is_empty(), "the fixture is a good lab: {findings:?}");
    Arc::new(lab)
}

pub(super) fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

impl Scene {
    /// Nothing was heard of the cluster yet.
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        Self::of(lab(), columns, rows)
    }

    pub(super) fn of(lab: Arc<Lab>, columns: u16, rows: u16) -> Self {
        let size = Size { columns, rows };
        let state = State::new(lab, "kind-dev".into(), noon());
        let mut scene = Self { state, theme: Theme::named("plain").unwrap(), size };
        let _ = scene.send(Message::Resize(size));
        scene
    }

    /// The run has started, and a host shell is open.
    pub(super) fn started(columns: u16, rows: u16) -> Self {
        let mut scene = Self::new(columns, rows);
        scene.start();
        scene
    }

    pub(super) fn start(&mut self) {
        let replaced = ("example.com/web:2".to_owned(), Some("the old image is gone".to_owned()));
        self.tell(Event::RunStarted(RunStarted {
            run: "x7f2".into(),
            cluster: "kind-dev".into(),
            namespace: "podlab-pods-x7f2".into(),
            owned: true,
            directory: "/tmp/lab".into(),
            replaced_images: [("example.com/old/web:1".to_owned(), replaced)].into(),
        }));
        self.tell(Event::TerminalOpened { terminal: TerminalId(0), title: "host".into() });
        self.output(0, "you@host:~/lab$ ");
        for kind in [
            Followed::Pods,
            Followed::Events,
            Followed::Services,
            Followed::Endpoints,
            Followed::Deployments,
        ] {
            self.watch(Change::Relisting(kind));
            self.watch(Change::Listed(kind));
            self.watch(Change::Health(kind, Health::Live));
        }
    }

    pub(super) fn send(&mut self, message: Message) -> Vec<Effect> {
        update(&mut self.state, message)
    }

    pub(super) fn tell(&mut self, event: Event) {
        let _ = self.send(Message::Engine(event));
    }

    /// The requests that pressing these keys makes; `⏎`, `<esc>`, `^c` and the like are keys.
    pub(super) fn press(&mut self, keys: &str) -> Vec<Request> {
        let effects: Vec<Effect> = keys
            .split_whitespace()
            .flat_map(|key| self.send(Message::Key(parse_key(key))))
            .collect();
        effects
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Engine(request) => Some(request),
                _ => None,
            })
            .collect()
    }

    pub(super) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            let _ = self.send(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
    }

    pub(super) fn wait(&mut self, seconds: i64) {
        let now = self.state.now + SignedDuration::from_secs(seconds);
        let effects = self.send(Message::Tick(now));
        assert_eq!(effects, [], "time alone asks for nothing");
    }

    pub(super) fn output(&mut self, terminal: usize, text: &str) {
        let bytes = text.replace('\n', "\r\n").into_bytes();
        self.tell(Event::TerminalOutput { terminal: TerminalId(terminal), bytes });
    }

    pub(super) fn watch(&mut self, change: Change) {
        self.tell(Event::Watch(change));
    }

    pub(super) fn step_started(&mut self, step: usize, by: Actor) {
        self.tell(Event::StepStarted { step: StepIndex(step), by });
    }

    pub(super) fn step_ended(&mut self, step: usize, outcome: Outcome) {
        let elapsed = Duration::from_millis(1_240);
        self.tell(Event::StepEnded { step: StepIndex(step), outcome, elapsed });
    }

    /// A pod `web` with a liveness probe that fails after three failures; `version` orders.
    pub(super) fn pod(&mut self, version: u32, container: &Value) {
        self.seen("Pod", &json!({
            "metadata": {
                "name": "web", "uid": "u1", "resourceVersion": version.to_string(),
                "creationTimestamp": noon().to_string(),
            },
            "spec": {"containers": [{
                "name": "web", "image": "example.com/web:2",
                "livenessProbe": {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 5, "failureThreshold": 3},
            }]},
            "status": {
                "phase": "Running", "podIP": "10.244.0.5",
                "conditions": [{"type": "Ready", "status": if container["ready"] == true { "True" } else { "False" }}],
                "containerStatuses": [container],
            },
        }));
    }

    pub(super) fn running(&mut self, version: u32) {
        let at = self.state.now.to_string();
        self.pod(
            version,
            &json!({
                "name": "web", "image": "i", "imageID": "", "ready": true, "restartCount": 0,
                "containerID": "c0", "state": {"running": {"startedAt": at}},
            }),
        );
    }

    pub(super) fn restarted(&mut self, version: u32) {
        let at = self.state.now.to_string();
        self.pod(version, &json!({
            "name": "web", "image": "i", "imageID": "", "ready": true, "restartCount": 1,
            "containerID": "c1", "state": {"running": {"startedAt": at}},
            "lastState": {"terminated": {
                "exitCode": 137, "reason": "Error", "finishedAt": at, "startedAt": noon().to_string(),
            }},
        }));
    }

    /// So many pods that nobody started yet.
    pub(super) fn many_pods(&mut self, count: usize) {
        for at in 0..count {
            let object = json!({
                "metadata": {
                    "name": format!("pod-{at:04}"), "uid": format!("m{at}"),
                    "resourceVersion": (1_000 + at).to_string(),
                    "creationTimestamp": noon().to_string(),
                },
                "spec": {"containers": [{"name": "web"}]},
                "status": {"phase": "Pending"},
            });
            self.seen("Pod", &object);
        }
    }

    /// The kubelet says for the `count`th time that the liveness probe failed.
    pub(super) fn probe_failed(&mut self, version: u32, count: u32) {
        self.seen(
            "Event",
            &json!({
                "metadata": {"name": "web.1", "resourceVersion": version.to_string()},
                "involvedObject": {
                    "kind": "Pod", "name": "web", "uid": "u1", "fieldPath": "spec.containers{web}",
                },
                "type": "Warning", "reason": "Unhealthy", "count": count,
                "message": "Liveness probe failed: HTTP probe failed with statuscode: 500",
                "firstTimestamp": noon().to_string(), "lastTimestamp": self.state.now.to_string(),
            }),
        );
    }

    pub(super) fn event(&mut self, version: u32, reason: &str, message: &str) {
        self.seen("Event", &json!({
            "metadata": {"name": format!("web.e{version}"), "resourceVersion": version.to_string()},
            "involvedObject": {
                "kind": "Pod", "name": "web", "uid": "u1", "fieldPath": "spec.containers{web}",
            },
            "type": "Normal", "reason": reason, "count": 1, "message": message,
            "firstTimestamp": self.state.now.to_string(), "lastTimestamp": self.state.now.to_string(),
        }));
    }

    fn seen(&mut self, kind: &str, object: &Value) {
        let seen: Seen = serde_json::from_value(json!({"kind": kind, "object": object})).unwrap();
        self.watch(Change::Applied(Arc::new(seen)));
    }

    /// What the person sees.
    pub(super) fn screen(&self) -> String {
        let backend = TestBackend::new(self.size.columns, self.size.rows);
        let mut terminal = Terminal::new(backend).unwrap();
        terminal.draw(|frame| draw(frame, &self.state, &self.theme)).unwrap();
        let buffer = terminal.backend().buffer();
        let rows = (0..self.size.rows).map(|y| {
            let mut row = String::new();
            let mut skip = 0;
            for x in 0..self.size.columns {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    row.push_str(symbol);
                    skip = unicode_width::UnicodeWidthStr::width(symbol).max(1);
                }
                skip -= 1;
            }
            row.trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    /// What stands inside of a pane's own rectangle.
    pub(super) fn inside(&self, pane: Pane) -> String {
        use super::view::{inner, layout};
        let area = ratatui::layout::Rect::new(0, 0, self.size.columns, self.size.rows);
        let rect = inner(layout(area, &self.state).of(pane).expect("the pane is shown"));
        let rows = self.screen();
        let rows = rows.lines().skip(rect.y.into()).take(rect.height.into());
        let cut = |row: &str| -> String {
            row.chars().skip(rect.x.into()).take(rect.width.into()).collect::<String>()
        };
        rows.map(|row| cut(row).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) -> Vec<Effect> {
        self.size = Size { columns, rows };
        self.send(Message::Resize(self.size))
    }
}

pub(super) fn parse_key(key: &str) -> KeyEvent {
    let plain = |code| KeyEvent::new(code, KeyModifiers::NONE);
    match key {
        "⏎" => plain(KeyCode::Enter),
        "<esc>" => plain(KeyCode::Esc),
        "<tab>" => plain(KeyCode::Tab),
        "<backtab>" => plain(KeyCode::BackTab),
        "<down>" => plain(KeyCode::Down),
        "<up>" => plain(KeyCode::Up),
        "<pgdn>" => plain(KeyCode::PageDown),
        "<space>" => plain(KeyCode::Char(' ')),
        key => match key.strip_prefix('^').and_then(|rest| rest.chars().next()) {
            Some(c) => KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL),
            None => plain(KeyCode::Char(key.chars().next().unwrap())),
        },
    }
}
