//! What the store promises, whatever is done to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ChangeKind, Object, Store, StoreError};

fn object(name: &str, spec: i64) -> Value {
    json!({"metadata": {"name": name, "namespace": "lab", "generation": 1}, "spec": {"n": spec}})
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

#[derive(Debug, Clone)]
enum Step {
    Create(u8, u8),
    Modify(u8, u8, i64),
    Remove(u8, u8),
}

const RESOURCES: [&str; 2] = ["pods", "deployments.apps"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = 0..4_u8;
    let resource = 0..2_u8;
    let step = prop_oneof![
        (resource.clone(), name.clone()).prop_map(|(r, n)| Step::Create(r, n)),
        (resource.clone(), name.clone(), 0..3_i64).prop_map(|(r, n, v)| Step::Modify(r, n, v)),
        (resource, name).prop_map(|(r, n)| Step::Remove(r, n)),
    ];
    prop::collection::vec(step, 0..40)
}

fn perform(store: &mut Store, step: &Step) {
    let resource = |r: u8| RESOURCES[usize::from(r)];
    let name = |n: u8| format!("object-{n}");
    match *step {
        Step::Create(r, n) => drop(store.create(resource(r), object(&name(n), 0), now())),
        Step::Modify(r, n, value) => drop(store.modify(resource(r), "lab", &name(n), |object| {
            object["spec"]["n"] = json!(value);
        })),
        Step::Remove(r, n) => drop(store.remove(resource(r), "lab", &name(n))),
    }
}

proptest! {
    #[test]
    fn a_list_at_any_version_and_what_happened_since_is_a_fresh_list(steps in steps()) {
        let mut store = Store::default();
        let mut lists: Vec<(u64, Vec<Object>)> = Vec::new();
        for step in &steps {
            let before = store.revision();
            perform(&mut store, step);
            prop_assert!(store.revision() - before <= 1);
            lists.push((store.revision(), store.list("pods", None).cloned().collect()));
        }
        let fresh: Vec<Object> = store.list("pods", None).cloned().collect();
        for (version, list) in lists {
            prop_assert_eq!(&store.list_at("pods", None, version).unwrap(), &list);
            let mut objects: BTreeMap<String, Object> = list.into_iter().map(keyed).collect();
            let mut last = version;
            for change in store.changes_of("pods", version).unwrap() {
                prop_assert!(change.revision > last, "versions strictly grow");
                last = change.revision;
                let (name, object) = keyed(change.object.clone());
                match change.kind {
                    ChangeKind::Deleted => drop(objects.remove(&name)),
                    _ => drop(objects.insert(name, object)),
                }
            }
            let seen: Vec<Object> = objects.into_values().collect();
            prop_assert_eq!(&seen, &fresh);
        }
    }
}

fn keyed(object: Object) -> (String, Object) {
    (object["metadata"]["name"].as_str().unwrap().to_owned(), object)
}

#[test]
fn a_generation_counts_changes_of_the_spec() {
    let mut store = Store::default();
    store.create("pods", object("a", 1), now()).unwrap();
    let generation = |object: Option<Object>| object.unwrap()["metadata"]["generation"].clone();
    let status = store.modify("pods", "lab", "a", |pod| pod["status"] = json!({"phase": "x"}));
    assert_eq!(generation(status), 1);
    let spec = store.modify("pods", "lab", "a", |pod| pod["spec"]["n"] = json!(2));
    assert_eq!(generation(spec), 2);
}

#[test]
fn what_is_to_be_deleted_goes_with_its_last_finalizer() {
    let mut store = Store::default();
    let mut held = object("a", 1);
    held["metadata"]["finalizers"] = json!(["lab/hold"]);
    held["metadata"]["deletionTimestamp"] = json!("2027-01-15T08:00:00Z");
    store.create("configmaps", held, now()).unwrap();
    store.modify("configmaps", "lab", "a", |one| one["metadata"]["finalizers"] = json!([]));
    assert!(store.get("configmaps", "lab", "a").is_none());
    let last = store.changes_since(1).unwrap().last().unwrap();
    assert_eq!((last.kind, last.revision), (ChangeKind::Deleted, 2));
    assert_eq!(last.object["metadata"]["resourceVersion"], "2");
}

#[test]
fn old_versions_expire_and_memory_stays_bounded() {
    let mut store = Store::default();
    store.create("pods", object("a", 0), now()).unwrap();
    let text = "x".repeat(100_000);
    for n in 0..2_000 {
        store.modify("pods", "lab", "a", |pod| pod["spec"] = json!({"n": n, "text": text}));
    }
    let expired = store.changes_since(1).err().unwrap();
    assert_eq!(expired, StoreError::Expired { asked: 1, oldest: store.revision() - 500 });
    assert!(store.changes_since(store.revision() - 500).is_ok());
    assert_eq!(store.changes_of("pods", store.revision() - 3).unwrap().count(), 3);
}
