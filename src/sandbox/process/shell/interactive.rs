use super::state::Shell;

impl Shell {
    /// Prompts, reads a line, runs it, until the end of input or `exit`.
    pub(super) async fn interact(&mut self) {
        let _ = self.print("").await;
    }
}
