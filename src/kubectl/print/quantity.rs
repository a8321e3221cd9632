//! Amounts of CPU and memory, as far as a description computes with them.

use k8s_openapi::api::core::v1::{ResourceFieldSelector, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The number that a variable with this `resourceFieldRef` gets, where the container says.
///
/// Source: `kubectl/pkg/util/resource/resource.go`, `ExtractContainerResourceValue`.
pub(super) fn container_resource(
    field: &ResourceFieldSelector,
    resources: Option<&ResourceRequirements>,
) -> Option<String> {
    let (kind, name) = field.resource.split_once('.')?;
    let of = match kind {
        "limits" => resources.and_then(|one| one.limits.as_ref()),
        "requests" => resources.and_then(|one| one.requests.as_ref()),
        _ => return None,
    };
    let amount = of.and_then(|of| of.get(name)).map_or(Some(0.0), amount)?;
    let divisor = field.divisor.as_ref().and_then(self::amount).filter(|one| *one > 0.0);
    Some(format!("{:.0}", (amount / divisor.unwrap_or(1.0)).ceil()))
}

/// `500m` is 0.5, `64Mi` is 67108864.
fn amount(quantity: &Quantity) -> Option<f64> {
    let text = quantity.0.trim();
    let digits = text.find(|c: char| c.is_alphabetic() && c != 'e').unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024_f64.powi(2),
        "Gi" => 1024_f64.powi(3),
        "Ti" => 1024_f64.powi(4),
        "Pi" => 1024_f64.powi(5),
        "Ei" => 1024_f64.powi(6),
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_are_divided_and_rounded_up() {
        let check = |resource: &str, divisor: &str, wanted: Option<&str>| {
            let resources: ResourceRequirements =
                serde_json::from_value(json!({"limits": {"cpu": "1500m", "memory": "64Mi"}}))
                    .unwrap();
            let field = serde_json::from_value(json!({"resource": resource, "divisor": divisor}));
            let value = container_resource(&field.unwrap(), Some(&resources));
            assert_eq!(value.as_deref(), wanted, "{resource} / {divisor}");
        };
        check("limits.cpu", "0", Some("2"));
        check("limits.cpu", "1m", Some("1500"));
        check("limits.memory", "1Mi", Some("64"));
        check("limits.memory", "0", Some("67108864"));
        check("requests.cpu", "0", Some("0"));
        check("nothing", "0", None);
    }
}
