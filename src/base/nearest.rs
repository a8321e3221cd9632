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
}
