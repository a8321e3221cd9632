/// The known name that `wanted` most likely meant, or none where nothing is close.
///
/// Close is a Damerau-Levenshtein distance of at most a third of the length,
/// or a known name that begins with, or contains, what was asked for.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let allowed = wanted.chars().count().div_ceil(3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The only known name that `wanted` can mean: another spelling in upper and lower case,
/// or one slip of a longer word. None where two are as near, or none is.
pub fn unmistakable<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_near = |name: &&str| {
        let slip = wanted.len() > 4 && strsim::damerau_levenshtein(wanted, name) == 1;
        slip || wanted.eq_ignore_ascii_case(name)
    };
    let mut near = known.into_iter().filter(is_near);
    let first = near.next()?;
    near.next().is_none().then_some(first)
}

fn distance(wanted: &str, name: &str) -> usize {
    let contained = wanted.len() >= 3 && name.contains(wanted);
    if contained { 1 } else { strsim::damerau_levenshtein(wanted, name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_wins_and_far_ones_are_left() {
        let known = ["pod-networking", "volumes", "probes"];
        assert_eq!(nearest("pod-netwroking", known), Some("pod-networking"));
        assert_eq!(nearest("networking", known), Some("pod-networking"));
        assert_eq!(nearest("prob", known), Some("probes"));
        assert_eq!(nearest("kubernetes", known), None);
    }

    #[test]
    fn only_what_can_be_nothing_else_is_unmistakable() {
        let known = ["timeout", "expect", "opens", "in", "open"];
        assert_eq!(unmistakable("timeuot", known), Some("timeout"));
        assert_eq!(unmistakable("Expect", known), Some("expect"));
        assert_eq!(unmistakable("opena", known), None);
        assert_eq!(unmistakable("on", known), None);
    }
}
