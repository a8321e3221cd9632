use crate::base::Span;

/// A gap that the reader fills: `<IP>`, `<POD_NAME>`, `<your-name>`, `YOUR_IP`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between the angle brackets, or the word itself.
    pub name: String,
    /// With the brackets, in bytes of the text.
    pub span: Span,
}

/// Names that kubectl prints in angle brackets; nobody is meant to fill them.
const PRINTED: &[&str] = &["none", "pending", "unknown", "unset", "invalid", "nil", "error"];

/// The longest name that is still taken for a placeholder, in bytes.
const LONGEST: usize = 48;

/// The word that walkthroughs write in capitals where the reader's own value goes.
const YOURS: &str = "YOUR";

/// The placeholders of a piece of shell text, in order, repeated ones as well: `<IP>`, and
/// `YOUR_IP` where it is no variable.
///
/// Redirections, here-documents, tags that are closed in the same text (`<h1>…</h1>`)
/// and what kubectl itself prints (`<none>`) are none.
pub fn placeholders(text: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = next_start(&text[at..]).map(|offset| at + offset) {
        let (name, end) = match text.as_bytes()[open] {
            b'<' => match placeholder_end(text, open) {
                Some(end) => (&text[open + 1..end - 1], end),
                None => {
                    at = open + 1;
                    continue;
                }
            },
            _ => match yours_end(text, open) {
                Some(end) => (&text[open..end], end),
                None => {
                    at = open + YOURS.len();
                    continue;
                }
            },
        };
        if !PRINTED.contains(&name) && !is_tag(text, name) {
            found.push(Placeholder { name: name.to_owned(), span: Span::new(open, end) });
        }
        at = end;
    }
    found
}

fn next_start(text: &str) -> Option<usize> {
    let bracket = text.find('<');
    let yours = text.find(YOURS);
    bracket.into_iter().chain(yours).min()
}

/// One past the word such as `YOUR_IP` that begins at `start`; variables and their
/// assignments are no gaps.
fn yours_end(text: &str, start: usize) -> Option<usize> {
    let part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let rest = &text[start..];
    let word = rest[..rest.find(|c| !part(c)).unwrap_or(rest.len())].trim_end_matches(['_', '-']);
    let (before, after) = (&text[..start], &rest[word.len()..]);
    let is_longer = before.ends_with(|c: char| c.is_alphanumeric() || "_-${".contains(c))
        || after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '=');
    let has_name = word.strip_prefix(YOURS).is_some_and(|name| name.starts_with(['_', '-']));
    (has_name && !is_longer).then_some(start + word.len())
}

/// One past the `>` of the bracketed name that begins at `open`, if one does.
pub(super) fn placeholder_end(text: &str, open: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(open) != Some(&b'<') || (open > 0 && matches!(bytes[open - 1], b'<' | b'\\')) {
        return None;
    }
    if !bytes.get(open + 1)?.is_ascii_alphabetic() {
        return None;
    }
    let window = &bytes[open + 1..bytes.len().min(open + 2 + LONGEST)];
    let close = window.iter().position(|byte| *byte == b'>')?;
    let name = &window[..close];
    let fits = name.iter().enumerate().all(|(i, byte)| match byte {
        b' ' => name.get(i + 1).is_some_and(u8::is_ascii_alphanumeric),
        byte => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/'),
    });
    fits.then_some(open + 1 + close + 1)
}

/// Whether `<name>` is markup rather than a gap.
fn is_tag(text: &str, name: &str) -> bool {
    matches!(name, "br" | "hr" | "p" | "html" | "br/" | "hr/")
        || text.contains(&format!("</{name}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_told_from_redirections_and_markup() {
        let check = |text: &str, wanted: &[&str]| {
            let found: Vec<_> = placeholders(text).into_iter().map(|one| one.name).collect();
            assert_eq!(found, wanted, "{text}");
        };
        check("curl http://<IP>:9876/info", &["IP"]);
        check("kubectl logs <POD_NAME> -c <container-name>", &["POD_NAME", "container-name"]);
        check("ssh <your name>@<host.name>", &["your name", "host.name"]);
        check("echo '<IP>' \"<IP>\"", &["IP", "IP"]);
        check("sort < input > output", &[]);
        check("sort <input >output", &[]);
        check("cat <<EOF>file", &[]);
        check("cat <<EOF > file\nx\nEOF", &[]);
        check("diff <(ls a) <(ls b)", &[]);
        check("echo '<h1>Hello</h1><br>'", &[]);
        check("kubectl get svc | grep '<pending>'", &[]);
        check("cat << <3 >", &[]);
        check("curl http://YOUR_IP:80/YOUR-PATH", &["YOUR_IP", "YOUR-PATH"]);
        check("ssh YOUR_NAME@<host>", &["YOUR_NAME", "host"]);
        check("export YOUR_IP=1; curl $YOUR_IP ${YOUR_IP}", &[]);
        check("YOUR YOUR_ MY_YOUR_IP YOUR_ip", &[]);
        check("<", &[]);
        check("a <é> b", &[]);
    }

    #[test]
    fn spans_cover_the_brackets() {
        let text = "curl <IP>:80";
        assert_eq!(placeholders(text)[0].span.of(text), "<IP>");
    }
}
