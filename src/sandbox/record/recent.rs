use std::collections::BTreeMap;

/// A map that forgets what was not used for longest when it is full.
#[derive(Debug)]
pub(super) struct Recent<T> {
    entries: BTreeMap<String, (u64, T)>,
    by_use: BTreeMap<u64, String>,
    uses: u64,
    most: usize,
}

impl<T> Recent<T> {
    /// One for at most so many entries.
    pub(super) fn with_room_for(most: usize) -> Self {
        Self { entries: BTreeMap::new(), by_use: BTreeMap::new(), uses: 0, most }
    }

    /// The entry of a key, made where there is none; it counts as used.
    pub(super) fn entry(&mut self, key: &str, make: impl FnOnce() -> T) -> &mut T {
        self.uses += 1;
        if let Some((used, _)) = self.entries.get(key) {
            self.by_use.remove(used);
        } else if self.entries.len() >= self.most
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.entries.remove(&oldest);
        }
        self.by_use.insert(self.uses, key.to_owned());
        let uses = self.uses;
        let entry = self.entries.entry(key.to_owned()).or_insert_with(|| (uses, make()));
        entry.0 = uses;
        &mut entry.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut recent = Recent::with_room_for(2);
        *recent.entry("a", || 0) = 1;
        *recent.entry("b", || 0) = 2;
        assert_eq!(*recent.entry("a", || 0), 1);
        *recent.entry("c", || 0) = 3;
        assert_eq!(*recent.entry("a", || 0), 1, "used again, so it stayed");
        assert_eq!(*recent.entry("b", || 0), 0, "forgotten");
        assert_eq!(recent.entries.len(), 2);
        assert_eq!(recent.by_use.len(), 2);
    }
}
