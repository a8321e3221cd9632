/// What `curl` is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Asked {
    pub(super) urls: Vec<String>,
    pub(super) silent: bool,
    pub(super) shows_errors: bool,
    pub(super) verbose: bool,
    pub(super) include: bool,
    pub(super) head: bool,
    pub(super) output: Option<String>,
    pub(super) remote_name: bool,
    pub(super) write_out: Option<String>,
    pub(super) method: Option<String>,
    pub(super) data: Option<Vec<String>>,
    pub(super) as_query: bool,
    pub(super) headers: Vec<String>,
    pub(super) follow: bool,
    pub(super) most_redirects: usize,
    pub(super) max_time: Option<f64>,
    pub(super) connect_timeout: Option<f64>,
    pub(super) fail: bool,
    pub(super) fail_with_body: bool,
    pub(super) fails_early: bool,
    pub(super) user: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) cookie: Option<String>,
    pub(super) referer: Option<String>,
    pub(super) resolve: Vec<String>,
    pub(super) retries: u32,
    pub(super) retry_delay: u64,
    pub(super) retries_refused: bool,
    pub(super) retries_all: bool,
    pub(super) json: bool,
    pub(super) version: bool,
    pub(super) dump_header: Option<String>,
    pub(super) no_body: bool,
}

/// Long names, the letters that stand for them, and whether they take a value.
const LONG: &[(&str, &str, bool)] = &[
    ("silent", "s", false),
    ("show-error", "S", false),
    ("verbose", "v", false),
    ("include", "i", false),
    ("show-headers", "i", false),
    ("head", "I", false),
    ("output", "o", true),
    ("remote-name", "O", false),
    ("write-out", "w", true),
    ("request", "X", true),
    ("data", "d", true),
    ("data-raw", "data-raw", true),
    ("data-binary", "d", true),
    ("data-ascii", "d", true),
    ("data-urlencode", "data-urlencode", true),
    ("json", "json", true),
    ("get", "G", false),
    ("header", "H", true),
    ("insecure", "k", false),
    ("location", "L", false),
    ("max-redirs", "max-redirs", true),
    ("max-time", "m", true),
    ("connect-timeout", "connect-timeout", true),
    ("fail", "f", false),
    ("fail-with-body", "fail-with-body", false),
    ("fail-early", "fail-early", false),
    ("user", "u", true),
    ("user-agent", "A", true),
    ("cookie", "b", true),
    ("cookie-jar", "c", true),
    ("referer", "e", true),
    ("resolve", "resolve", true),
    ("retry", "retry", true),
    ("retry-delay", "retry-delay", true),
    ("retry-max-time", "retry-max-time", true),
    ("retry-connrefused", "retry-connrefused", false),
    ("retry-all-errors", "retry-all-errors", false),
    ("dump-header", "D", true),
    ("form", "F", true),
    ("url", "url", true),
    ("version", "V", false),
    ("cacert", "E", true),
    ("cert", "E", true),
    ("key", "E", true),
    ("noproxy", "E", true),
    ("proxy", "x", true),
    ("interface", "E", true),
    ("max-filesize", "E", true),
    ("no-buffer", "N", false),
    ("compressed", "N", false),
    ("http1.0", "N", false),
    ("http1.1", "N", false),
    ("http2", "N", false),
    ("ipv4", "N", false),
    ("ipv6", "N", false),
    ("no-progress-meter", "N", false),
    ("progress-bar", "N", false),
    ("globoff", "N", false),
    ("path-as-is", "N", false),
    ("no-keepalive", "N", false),
    ("keepalive-time", "E", true),
    ("limit-rate", "E", true),
    ("create-dirs", "N", false),
];

const WITH_VALUE: &str = "oXdHmuAbceDFwxETYyzrCPQtU";
const WITHOUT: &str = "sSviIOGkLfVNg#0123461jnpqRaBlMJ";

/// Reads a command line; a code and a message where it is wrong.
pub(super) fn read(words: &[String]) -> Result<Asked, (i32, String)> {
    let mut asked = Asked { most_redirects: 50, ..Asked::default() };
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if let Some(long) = word.strip_prefix("--") {
            read_long(&mut asked, long, &mut rest)?;
        } else if word.starts_with('-') && word.len() > 1 {
            read_short(&mut asked, &word[1..], &mut rest)?;
        } else {
            asked.urls.push(word.clone());
        }
    }
    match asked.urls.is_empty() && !asked.version {
        true => Err((2, "(2) no URL specified".to_owned())),
        false => Ok(asked),
    }
}

fn read_long(
    asked: &mut Asked,
    name: &str,
    rest: &mut std::slice::Iter<'_, String>,
) -> Result<(), (i32, String)> {
    if name.is_empty() {
        asked.urls.extend(rest.cloned());
        return Ok(());
    }
    let (name, inline) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (name, None),
    };
    let known = LONG.iter().find(|(long, ..)| *long == name);
    let Some((_, letter, with_value)) = known else {
        // `--no-…` switches something off that is off here anyway.
        return match name.strip_prefix("no-") {
            Some(_) => Ok(()),
            None => Err((2, format!("option --{name}: is unknown"))),
        };
    };
    let value = match with_value {
        false => String::new(),
        true => inline
            .or_else(|| rest.next().cloned())
            .ok_or((2, format!("option --{name}: requires parameter")))?,
    };
    apply(asked, letter, value, &format!("--{name}"))
}

fn read_short(
    asked: &mut Asked,
    letters: &str,
    rest: &mut std::slice::Iter<'_, String>,
) -> Result<(), (i32, String)> {
    let mut characters = letters.chars();
    while let Some(letter) = characters.next() {
        let name = letter.to_string();
        if WITH_VALUE.contains(letter) {
            let inline: String = characters.by_ref().collect();
            let value = if inline.is_empty() { rest.next().cloned() } else { Some(inline) };
            let value = value.ok_or((2, format!("option -{letter}: requires parameter")))?;
            apply(asked, &name, value, &format!("-{letter}"))?;
        } else if WITHOUT.contains(letter) {
            apply(asked, &name, String::new(), &format!("-{letter}"))?;
        } else {
            return Err((2, format!("option -{letters}: is unknown")));
        }
    }
    Ok(())
}

fn apply(asked: &mut Asked, option: &str, value: String, shown: &str) -> Result<(), (i32, String)> {
    let number = |value: &str| -> Result<f64, (i32, String)> {
        value
            .parse::<f64>()
            .ok()
            .filter(|it| it.is_finite() && *it >= 0.0)
            .ok_or((2, format!("option {shown}: expected a proper numerical parameter")))
    };
    match option {
        "s" => asked.silent = true,
        "S" => asked.shows_errors = true,
        "v" => asked.verbose = true,
        "i" => asked.include = true,
        "I" => (asked.head, asked.no_body) = (true, true),
        "o" => asked.output = Some(value),
        "O" => asked.remote_name = true,
        "w" => asked.write_out = Some(value),
        "X" => asked.method = Some(value),
        "d" | "data-raw" | "F" => asked.data.get_or_insert_default().push(value),
        "data-urlencode" => {
            let coded = match value.split_once('=') {
                Some((name, text)) => format!("{name}={}", percent_encoded(text)),
                None => percent_encoded(&value),
            };
            asked.data.get_or_insert_default().push(coded);
        }
        "json" => {
            asked.json = true;
            asked.data.get_or_insert_default().push(value);
        }
        "G" => asked.as_query = true,
        "H" => asked.headers.push(value),
        "L" => asked.follow = true,
        "max-redirs" => asked.most_redirects = number(&value)? as usize,
        "m" => asked.max_time = Some(number(&value)?).filter(|it| *it > 0.0),
        "connect-timeout" => asked.connect_timeout = Some(number(&value)?).filter(|it| *it > 0.0),
        "f" => asked.fail = true,
        "fail-with-body" => (asked.fail, asked.fail_with_body) = (true, true),
        "fail-early" => asked.fails_early = true,
        "u" => asked.user = Some(value),
        "A" => asked.agent = Some(value),
        "b" => asked.cookie = Some(value),
        "e" => asked.referer = Some(value),
        "resolve" => asked.resolve.push(value),
        "retry" => asked.retries = number(&value)?.min(1000.0) as u32,
        "retry-delay" => asked.retry_delay = number(&value)? as u64,
        "retry-connrefused" => asked.retries_refused = true,
        "retry-all-errors" => asked.retries_all = true,
        "D" => asked.dump_header = Some(value),
        "url" => asked.urls.push(value),
        "V" => asked.version = true,
        _ => {}
    }
    Ok(())
}

/// What may not stand in a URL as it is.
pub(super) fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_read() {
        let read = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            super::read(&words)
        };
        let asked =
            read("-sSIo /dev/null -w %{http_code} --connect-timeout 2 -Hx:y http://a").unwrap();
        assert!(asked.silent && asked.shows_errors && asked.head);
        assert_eq!(asked.output.as_deref(), Some("/dev/null"));
        assert_eq!(asked.connect_timeout, Some(2.0));
        assert_eq!(asked.headers, ["x:y"]);
        assert_eq!(asked.urls, ["http://a"]);
        assert_eq!(read("a --max-time=3").unwrap().max_time, Some(3.0));
        assert_eq!(read("-s").unwrap_err().0, 2);
        assert_eq!(read("--nope a").unwrap_err().1, "option --nope: is unknown");
        assert_eq!(read("a -m x").unwrap_err().0, 2);
        assert_eq!(percent_encoded("a b&"), "a%20b%26");
    }
}
