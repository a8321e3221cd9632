use super::Builtin;
use crate::sandbox::process::shell::state::Shell;

/// What one call of `getopts` finds.
struct Found {
    name: String,
    value: Option<String>,
    /// The word and the letter in it that are next.
    next: (usize, usize),
    complaint: Option<String>,
}

/// Source: POSIX, `getopts`.
pub(super) async fn getopts(shell: &mut Shell, arguments: &[String]) -> Builtin {
    let [letters, variable, rest @ ..] = arguments else {
        shell.complain("getopts: usage: getopts optstring var [arg...]").await;
        return Builtin::Status(2);
    };
    let words = if rest.is_empty() { shell.arguments.clone() } else { rest.to_vec() };
    let index = shell.variables.get("OPTIND").and_then(|it| it.parse::<usize>().ok());
    let index = index.unwrap_or(1).max(1);
    let outlived = words.first().is_none_or(|it| it.len() <= shell.getopts_at);
    if index == 1 && outlived {
        shell.getopts_at = 0;
    }
    let word = words.get(index - 1).filter(|it| it.starts_with('-') && it.len() > 1);
    if word.is_none_or(|word| word == "--") {
        let end = index + usize::from(word.is_some());
        let _ = shell.variables.set("OPTIND", &end.to_string());
        let _ = shell.variables.set(variable, "?");
        shell.getopts_at = 0;
        return Builtin::Status(1);
    }
    let found = find(letters, &words, index, shell.getopts_at.max(1));
    if let Some(complaint) = &found.complaint {
        shell.complain(complaint).await;
    }
    shell.getopts_at = found.next.1;
    let _ = shell.variables.set("OPTIND", &found.next.0.to_string());
    let _ = shell.variables.set(variable, &found.name);
    match found.value {
        Some(value) => drop(shell.variables.set("OPTARG", &value)),
        None => drop(shell.variables.unset("OPTARG")),
    }
    Builtin::Status(0)
}

fn find(letters: &str, words: &[String], index: usize, at: usize) -> Found {
    let word = words.get(index - 1).map(String::as_str).unwrap_or_default();
    let letter = word.chars().nth(at).unwrap_or('?');
    let is_last = word.chars().count() <= at + 1;
    let quiet = letters.starts_with(':');
    let next = if is_last { (index + 1, 0) } else { (index, at + 1) };
    let Some(place) = letters.find(letter).filter(|_| letter != ':') else {
        return Found {
            name: "?".to_owned(),
            value: quiet.then(|| letter.to_string()),
            next,
            complaint: (!quiet).then(|| format!("illegal option -{letter}")),
        };
    };
    if !letters[place + letter.len_utf8()..].starts_with(':') {
        return Found { name: letter.to_string(), value: None, next, complaint: None };
    }
    let inline: String = word.chars().skip(at + 1).collect();
    match if is_last { words.get(index).cloned() } else { Some(inline) } {
        Some(value) => {
            let next = (index + 1 + usize::from(is_last), 0);
            Found { name: letter.to_string(), value: Some(value), next, complaint: None }
        }
        None => Found {
            name: if quiet { ":" } else { "?" }.to_owned(),
            value: quiet.then(|| letter.to_string()),
            next: (index + 1, 0),
            complaint: (!quiet).then(|| format!("no arg for -{letter} option")),
        },
    }
}
