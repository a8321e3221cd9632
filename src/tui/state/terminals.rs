//! The terminals of the run, in tabs.

use super::emulator::Emulator;
use crate::engine::{Size, TerminalId};

/// At most so many tabs; beyond, the oldest one that has ended goes.
const MOST_TABS: usize = 9;

/// All terminals and the one that is shown.
#[derive(Debug)]
pub struct Terminals {
    tabs: Vec<Tab>,
    selected: usize,
    /// Whether a person has chosen the one that is shown.
    chosen: bool,
    size: Size,
}

/// One terminal.
#[derive(Debug)]
pub struct Tab {
    /// Its number in the run.
    pub id: TerminalId,
    /// The shell's name.
    pub title: String,
    /// Its screen.
    pub emulator: Emulator,
    /// Whether programs still write to it.
    pub life: Life,
    /// Whether something was written that nobody has seen.
    pub news: News,
}

/// Whether a terminal is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// A program is at its other end.
    Open,
    /// It ended; what it wrote can still be read.
    Ended,
}

/// Whether a tab has output that was not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// All was shown.
    None,
    /// Something was not.
    Unseen,
}

impl Terminals {
    /// No terminals yet; those to come have this size.
    pub fn new(size: Size) -> Self {
        Self { tabs: Vec::new(), selected: 0, chosen: false, size }
    }

    /// A terminal opened.
    pub fn open(&mut self, id: TerminalId, title: String) {
        self.tabs.retain(|tab| tab.id != id);
        if self.tabs.len() >= MOST_TABS
            && let Some(oldest) = self.tabs.iter().position(|tab| tab.life == Life::Ended)
        {
            self.tabs.remove(oldest);
            self.selected = self.selected.saturating_sub(usize::from(oldest < self.selected));
        }
        let emulator = Emulator::new(self.size);
        self.tabs.push(Tab { id, title, emulator, life: Life::Open, news: News::None });
        self.selected = self.selected.min(self.tabs.len() - 1);
    }

    /// What programs wrote; returns what the terminal has to answer.
    pub fn output(&mut self, id: TerminalId, bytes: &[u8]) -> Vec<u8> {
        let shown = self.selected().map(|tab| tab.id);
        match self.tab_mut(id) {
            Some(tab) => {
                if shown != Some(id) {
                    tab.news = News::Unseen;
                }
                tab.emulator.process(bytes)
            }
            None => Vec::new(),
        }
    }

    /// All terminals have this size from now on.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
        for tab in &mut self.tabs {
            tab.emulator.resize(size);
        }
    }

    /// Columns and rows of every terminal.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The tabs from left to right.
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// The terminal that is shown.
    pub fn selected(&self) -> Option<&Tab> {
        self.tabs.get(self.selected)
    }

    /// The same, to change it.
    pub fn selected_mut(&mut self) -> Option<&mut Tab> {
        self.tabs.get_mut(self.selected)
    }

    /// The terminal with this number, to change it.
    pub fn tab_mut(&mut self, id: TerminalId) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.id == id)
    }

    /// The open terminal of a shell; the one that is shown before others.
    pub fn of_shell(&self, name: &str) -> Option<TerminalId> {
        let fits = |tab: &&Tab| tab.title == name && tab.life == Life::Open;
        self.selected().filter(fits).or_else(|| self.tabs.iter().find(fits)).map(|tab| tab.id)
    }

    /// Shows the terminal with this number, because something happens there.
    pub fn select(&mut self, id: TerminalId) {
        if let Some(at) = self.tabs.iter().position(|tab| tab.id == id) {
            self.choose(at);
            self.chosen = false;
        }
    }

    /// Shows the tab at this place, from 0, as a person wishes; nothing where there is none.
    pub fn choose(&mut self, at: usize) {
        if let Some(tab) = self.tabs.get_mut(at) {
            tab.news = News::None;
            self.selected = at;
            self.chosen = true;
        }
    }

    /// Whether a person has chosen the one that is shown, for the step that is looked at.
    pub fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// Another step is looked at.
    pub fn forget_choice(&mut self) {
        self.chosen = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminals() -> Terminals {
        let mut terminals = Terminals::new(Size { columns: 20, rows: 4 });
        for (id, title) in ["host", "watch", "jumpserver"].into_iter().enumerate() {
            terminals.open(TerminalId(id), title.into());
        }
        terminals
    }

    #[test]
    fn a_tab_behind_another_says_that_it_has_news() {
        let mut terminals = terminals();
        let _ = terminals.output(TerminalId(2), b"hello");
        let news: Vec<News> = terminals.tabs().iter().map(|tab| tab.news).collect();
        assert_eq!(news, [News::None, News::None, News::Unseen]);
        terminals.select(TerminalId(2));
        assert_eq!(terminals.selected().map(|tab| tab.news), Some(News::None));
    }

    #[test]
    fn the_oldest_ended_tab_makes_room_and_the_view_stays() {
        let mut terminals = terminals();
        terminals.select(TerminalId(2));
        terminals.tab_mut(TerminalId(1)).unwrap().life = Life::Ended;
        for id in 3..10 {
            terminals.open(TerminalId(id), "host".into());
        }
        assert_eq!(terminals.tabs().len(), MOST_TABS);
        assert_eq!(terminals.selected().map(|tab| tab.id), Some(TerminalId(2)));
        assert!(terminals.tabs().iter().all(|tab| tab.id != TerminalId(1)));
    }

    #[test]
    fn a_shell_is_found_by_name_while_it_is_open() {
        let mut terminals = terminals();
        assert_eq!(terminals.of_shell("jumpserver"), Some(TerminalId(2)));
        terminals.tab_mut(TerminalId(2)).unwrap().life = Life::Ended;
        assert_eq!(terminals.of_shell("jumpserver"), None);
    }
}
