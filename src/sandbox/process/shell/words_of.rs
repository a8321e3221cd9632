use std::sync::Arc;

use super::tree::{AndOr, Command, CommandKind, List, Redirection};

/// Visits every redirection of a list, in the order of the text; not those within words.
pub(super) fn each_redirection(list: &mut List, visit: &mut dyn FnMut(&mut Redirection)) {
    for item in &mut list.items {
        let AndOr { first, rest, .. } = Arc::make_mut(item);
        let pipelines = std::iter::once(first).chain(rest.iter_mut().map(|(_, next)| next));
        for pipeline in pipelines {
            for command in &mut pipeline.commands {
                in_command(Arc::make_mut(command), visit);
            }
        }
    }
}

fn in_command(command: &mut Command, visit: &mut dyn FnMut(&mut Redirection)) {
    match &mut command.kind {
        CommandKind::Group(list) => each_redirection(list, visit),
        CommandKind::Subshell(list) => each_redirection(Arc::make_mut(list), visit),
        CommandKind::If { arms, otherwise } => {
            for (condition, body) in arms {
                each_redirection(condition, visit);
                each_redirection(body, visit);
            }
            if let Some(otherwise) = otherwise {
                each_redirection(otherwise, visit);
            }
        }
        CommandKind::Loop { condition, body, .. } => {
            each_redirection(condition, visit);
            each_redirection(body, visit);
        }
        CommandKind::For { body, .. } | CommandKind::ForArithmetic { body, .. } => {
            each_redirection(body, visit);
        }
        CommandKind::Case { arms, .. } => {
            for arm in arms {
                each_redirection(&mut arm.body, visit);
            }
        }
        CommandKind::Function { body, .. } => in_command(Arc::make_mut(body), visit),
        CommandKind::Simple { .. } | CommandKind::Test(_) | CommandKind::Arithmetic(_) => {}
    }
    for redirection in &mut command.redirections {
        visit(redirection);
    }
}
