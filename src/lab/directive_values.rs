//! The values of directives that have a shape of their own.

use std::time::Duration;

use serde_yaml::Value;

use crate::base::parse_duration;
use crate::lab::{Capture, CaptureSource, Check, Expect, ExpectExit, Need, SampleRule, Until};

use super::conditions_yaml::conditions;
use super::yaml_place::{Noted, YamlPlace, described, scalar};

/// `expect`, as far as it was said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct SaidExpect {
    pub exit: Option<ExpectExit>,
    pub contains: Vec<String>,
    pub matches: Option<String>,
    pub sample: Option<SampleRule>,
}

impl SaidExpect {
    /// With `exit` where none was said.
    pub(super) fn with_default(self, exit: ExpectExit) -> Expect {
        Expect {
            exit: self.exit.unwrap_or(exit),
            contains: self.contains,
            matches: self.matches,
            sample: self.sample.unwrap_or_default(),
        }
    }
}

/// `expect: {exit: 28, contains: …, matches: …, sample: like}`.
pub(super) fn expect(value: &Value, place: &mut YamlPlace<'_>) -> Result<SaidExpect, Noted> {
    const KEYS: [&str; 4] = ["exit", "contains", "matches", "sample"];
    let Value::Mapping(mapping) = value else {
        return Err(shape("expect", "a mapping such as `{exit: 28}`", value, place));
    };
    let mut said = SaidExpect::default();
    for (key, value) in mapping {
        match scalar(key).unwrap_or_default().as_str() {
            "exit" => said.exit = Some(exit(value, place)?),
            "contains" => said.contains = texts("contains", value, place)?,
            "matches" => said.matches = Some(pattern("matches", value, place)?),
            "sample" => said.sample = Some(sample_rule(value, place)?),
            other => return Err(place.unknown("unknown-key", "key of `expect`", other, KEYS)),
        }
    }
    Ok(said)
}

fn exit(value: &Value, place: &mut YamlPlace<'_>) -> Result<ExpectExit, Noted> {
    if let Some(code) = value.as_i64() {
        return i32::try_from(code)
            .ok()
            .filter(|code| (0..=255).contains(code))
            .map(ExpectExit::Code)
            .map(|exit| if exit == ExpectExit::Code(0) { ExpectExit::Success } else { exit })
            .ok_or_else(|| {
                place.error("bad-value", "exit", "an exit code is between 0 and 255".to_owned())
            });
    }
    match scalar(value).unwrap_or_default().as_str() {
        "nonzero" => Ok(ExpectExit::Nonzero),
        "any" => Ok(ExpectExit::Any),
        other => {
            let noted = place.unknown("bad-value", "exit code", other, ["nonzero", "any"]);
            place.hint("a number, `nonzero` or `any`");
            Err(noted)
        }
    }
}

fn sample_rule(value: &Value, place: &mut YamlPlace<'_>) -> Result<SampleRule, Noted> {
    match scalar(value).unwrap_or_default().as_str() {
        "like" => Ok(SampleRule::Like),
        "exact" => Ok(SampleRule::Exact),
        "ignore" => Ok(SampleRule::Ignore),
        other => {
            Err(place.unknown("bad-value", "rule for samples", other, ["like", "exact", "ignore"]))
        }
    }
}

/// A regular expression that compiles.
fn pattern(key: &str, value: &Value, place: &mut YamlPlace<'_>) -> Result<String, Noted> {
    let pattern = text(key, value, place)?;
    match regex::RegexBuilder::new(&pattern).multi_line(true).build() {
        Ok(_) => Ok(pattern),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Err(place.error("bad-value", key, format!("not a regular expression: {reason}")))
        }
    }
}

/// `capture: {IP: pod/simple-api.status.podIP}`.
pub(super) fn captures(value: &Value, place: &mut YamlPlace<'_>) -> Result<Vec<Capture>, Noted> {
    let Value::Mapping(mapping) = value else {
        return Err(shape("capture", "a mapping such as `{IP: pod/x.status.podIP}`", value, place));
    };
    mapping
        .iter()
        .map(|(name, value)| {
            let name = scalar(name).unwrap_or_default();
            let source = capture_source(&name, value, place)?;
            Ok(Capture { name, source })
        })
        .collect()
}

fn capture_source(
    name: &str,
    value: &Value,
    place: &mut YamlPlace<'_>,
) -> Result<CaptureSource, Noted> {
    if let Value::Mapping(mapping) = value {
        if let Some((key, value)) = mapping.iter().next().filter(|_| mapping.len() == 1) {
            let key = scalar(key).unwrap_or_default();
            return output_source(&key, value, place);
        }
        return Err(shape(name, "one source, such as `{column: IP}`", value, place));
    }
    let source = text(name, value, place)?;
    if let Some((key, rest)) = source.split_once(':').filter(|(key, _)| !key.contains('/')) {
        return output_source(key.trim(), &Value::String(rest.trim().to_owned()), place);
    }
    field_source(&source).ok_or_else(|| {
        let message = format!("`{source}` is not an object and a path in it");
        let noted = place.error("bad-value", &source, message);
        place.hint("write it like `pod/simple-api.status.podIP`, `column: IP` or `regex: …`");
        noted
    })
}

fn output_source(
    key: &str,
    value: &Value,
    place: &mut YamlPlace<'_>,
) -> Result<CaptureSource, Noted> {
    match key {
        "column" => Ok(CaptureSource::Column(text(key, value, place)?)),
        "regex" => Ok(CaptureSource::Regex(pattern(key, value, place)?)),
        other => Err(place.unknown("bad-value", "source of a value", other, ["column", "regex"])),
    }
}

/// `pod/simple-api.status.podIP`. A name may hold dots, so the path begins at the
/// first part that every object has.
fn field_source(source: &str) -> Option<CaptureSource> {
    const PARTS: [&str; 5] = [".metadata", ".spec", ".status", ".data", ".subsets"];
    let (kind, rest) = source.split_once('/')?;
    let at = PARTS.iter().filter_map(|part| rest.find(part)).min().or_else(|| rest.find('.'))?;
    let (name, path) = (&rest[..at], &rest[at + 1..]);
    let is_complete = !kind.is_empty() && !name.is_empty() && !path.is_empty();
    is_complete.then(|| CaptureSource::Field {
        kind: kind.to_owned(),
        name: name.to_owned(),
        path: path.to_owned(),
    })
}

/// `needs: [loadbalancer, nodes: 2, kubernetes: ">=1.29"]`.
pub(super) fn needs(value: &Value, place: &mut YamlPlace<'_>) -> Result<Vec<Need>, Noted> {
    match value {
        Value::Sequence(items) => items.iter().map(|item| need(item, place)).collect(),
        one => Ok(vec![need(one, place)?]),
    }
}

/// One of them.
pub(super) fn need(value: &Value, place: &mut YamlPlace<'_>) -> Result<Need, Noted> {
    const KNOWN: [&str; 3] = ["loadbalancer", "nodes", "kubernetes"];
    let (key, value) = match value {
        Value::Mapping(mapping) if mapping.len() == 1 => {
            let (key, value) = mapping.iter().next().ok_or(Noted)?;
            (scalar(key).unwrap_or_default(), scalar(value).unwrap_or_default())
        }
        value => {
            let text = text("needs", value, place)?;
            match text.split_once(':') {
                Some((key, value)) => (key.trim().to_owned(), value.trim().to_owned()),
                None => (text, String::new()),
            }
        }
    };
    match key.as_str() {
        "loadbalancer" => Ok(Need::LoadBalancer),
        "nodes" => value.parse().map(Need::Nodes).map_err(|_| {
            place.error("bad-value", "nodes", "`nodes` needs a number, as in `nodes: 2`".to_owned())
        }),
        "kubernetes" if is_version_range(&value) => Ok(Need::Kubernetes(value)),
        "kubernetes" => Err(place.error(
            "bad-value",
            "kubernetes",
            "`kubernetes` needs a version range, as in `\">=1.29\"`".to_owned(),
        )),
        other => Err(place.unknown("bad-value", "need", other, KNOWN)),
    }
}

/// `>=1.29`, `<1.30`, `=1.28`, `1.29`, several with commas.
fn is_version_range(text: &str) -> bool {
    !text.is_empty()
        && text.split(',').all(|part| {
            let version = part.trim().trim_start_matches(['>', '<', '=']).trim();
            let mut numbers = version.trim_start_matches('v').split('.');
            numbers.clone().count() >= 2 && numbers.all(|number| number.parse::<u32>().is_ok())
        })
}

/// A condition or a duration.
pub(super) fn until(value: &Value, place: &mut YamlPlace<'_>) -> Result<Until, Noted> {
    if let Some(text) = scalar(value).filter(|text| !text.contains('/')) {
        return match parse_duration(&text) {
            Ok(duration) => Ok(Until::Elapsed(duration)),
            Err(error) => Err(place.error("bad-value", &text, error.to_string())),
        };
    }
    let mut all = conditions(value, place)?;
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(Until::Condition(one)),
        _ => Err(shape("until", "one condition, or a duration", value, place)),
    }
}

/// `check: COMMAND` or `check: {command: …, expect: …}`.
pub(super) fn check(value: &Value, place: &mut YamlPlace<'_>) -> Result<Check, Noted> {
    if let Value::String(command) = value {
        return Ok(Check { command: command.clone(), expect: Expect::default() });
    }
    let Value::Mapping(mapping) = value else {
        return Err(shape("check", "a command, or `{command: …, expect: …}`", value, place));
    };
    let mut check = Check { command: String::new(), expect: Expect::default() };
    for (key, value) in mapping {
        match scalar(key).unwrap_or_default().as_str() {
            "command" => check.command = text("command", value, place)?,
            "expect" => {
                check.expect = expect(value, place)?.with_default(ExpectExit::Success);
            }
            other => {
                let known = ["command", "expect"];
                return Err(place.unknown("unknown-key", "key of `check`", other, known));
            }
        }
    }
    if check.command.is_empty() {
        return Err(place.error("bad-value", "check", "`check` has no command".to_owned()));
    }
    Ok(check)
}

/// A duration such as `90s` or `2m`.
pub(super) fn duration(
    key: &str,
    value: &Value,
    place: &mut YamlPlace<'_>,
) -> Result<Duration, Noted> {
    let text = text(key, value, place)?;
    parse_duration(&text).map_err(|error| place.error("bad-value", &text, error.to_string()))
}

/// A text; numbers and truths are taken as they are written.
pub(super) fn text(key: &str, value: &Value, place: &mut YamlPlace<'_>) -> Result<String, Noted> {
    scalar(value).ok_or_else(|| shape(key, "a text", value, place))
}

/// One text or a list of them.
pub(super) fn texts(
    key: &str,
    value: &Value,
    place: &mut YamlPlace<'_>,
) -> Result<Vec<String>, Noted> {
    match value {
        Value::Sequence(items) => items.iter().map(|item| text(key, item, place)).collect(),
        one => Ok(vec![text(key, one, place)?]),
    }
}

/// `true` or `false`.
pub(super) fn truth(key: &str, value: &Value, place: &mut YamlPlace<'_>) -> Result<bool, Noted> {
    value.as_bool().ok_or_else(|| shape(key, "true or false", value, place))
}

fn shape(key: &str, wanted: &str, value: &Value, place: &mut YamlPlace<'_>) -> Noted {
    let message = format!("`{key}` needs {wanted}, not {}", described(value));
    place.error("bad-value", key, message)
}
