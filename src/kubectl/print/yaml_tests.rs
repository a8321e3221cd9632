use super::*;
use serde_json::json;

/// Values and what kubectl 1.36 printed of a config map's `data` with them.
const RECORDED: &str = include_str!("yaml_cases.json");

#[test]
fn every_string_is_written_as_kubectl_writes_it() {
    let rows: Vec<(String, String)> = serde_json::from_str(RECORDED).unwrap();
    assert!(rows.len() > 150);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(value, wanted)| {
            let printed = yaml(&json!({"data": {"k": value}}));
            let printed = printed.strip_prefix("data:\n").unwrap().to_owned();
            (printed != *wanted)
                .then(|| format!("{value:?}\n  wanted {wanted:?}\n  got    {printed:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn objects_and_lists_stand_as_kubectl_puts_them() {
    let value = json!({
        "spec": {"b": [], "a": {}, "list": [{"x": 1, "args": ["-c", ["n", 2.5]]}, "plain", [], {}]},
        "null": null, "y": true, "3": [{"deep": {"er": "x"}}], "nested": [["a"], [{"k": "v", "l": [1]}]]
    });
    insta::assert_snapshot!(yaml(&value), @r#"
    "3":
    - deep:
        er: x
    nested:
    - - a
    - - k: v
        l:
        - 1
    "null": null
    spec:
      a: {}
      b: []
      list:
      - args:
        - -c
        - - "n"
          - 2.5
        x: 1
      - plain
      - []
      - {}
    "y": true
    "#);
}

#[test]
fn a_scalar_alone_is_a_document() {
    assert_eq!(yaml(&json!("yes")), "\"yes\"\n");
    assert_eq!(yaml(&json!({})), "{}\n");
}
