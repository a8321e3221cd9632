#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Regex(String),
    Name(String),
    /// A name right before a parenthesis.
    Function(String),
    Symbol(&'static str),
    Line,
    End,
}

const SYMBOLS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "!~", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", ">>",
    "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?",
    ":", "~", "$", "=",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(character) = characters.get(at).copied() {
        match character {
            ' ' | '\t' | '\r' => at += 1,
            '\\' if characters.get(at + 1) == Some(&'\n') => at += 2,
            '#' => {
                while characters.get(at).is_some_and(|it| *it != '\n') {
                    at += 1;
                }
            }
            '\n' => {
                tokens.push(Token::Line);
                at += 1;
            }
            '"' => {
                let (text, after) =
                    quoted(&characters, at + 1, '"').ok_or("unterminated string")?;
                tokens.push(Token::Text(super::escapes::unescape(&text)));
                at = after;
            }
            '/' if begins_regex(tokens.last()) => {
                let (text, after) =
                    quoted(&characters, at + 1, '/').ok_or("unterminated regexp")?;
                tokens.push(Token::Regex(text.replace("\\/", "/")));
                at = after;
            }
            _ if begins_number(&characters[at..]) => {
                let number = leading(&characters[at..], |it| it.is_ascii_digit() || it == '.');
                at += number.len();
                tokens.push(Token::Number(number.parse().map_err(|_| "bad number")?));
            }
            letter if letter.is_ascii_alphabetic() || letter == '_' => {
                let name = leading(&characters[at..], |it| it.is_ascii_alphanumeric() || it == '_');
                at += name.len();
                let called = characters.get(at) == Some(&'(') && !is_keyword(&name);
                tokens.push(if called { Token::Function(name) } else { Token::Name(name) });
            }
            _ => {
                let rest: String = characters[at..].iter().take(2).collect();
                let symbol = SYMBOLS.iter().find(|it| rest.starts_with(**it));
                let symbol = symbol.ok_or_else(|| format!("unexpected character '{character}'"))?;
                tokens.push(Token::Symbol(symbol));
                at += symbol.len();
            }
        }
    }
    tokens.push(Token::End);
    Ok(tokens)
}

fn begins_number(rest: &[char]) -> bool {
    match rest {
        [digit, ..] if digit.is_ascii_digit() => true,
        ['.', digit, ..] => digit.is_ascii_digit(),
        _ => false,
    }
}

/// The ASCII characters at the beginning that fit.
fn leading(rest: &[char], fits: impl Fn(char) -> bool) -> String {
    rest.iter().take_while(|it| fits(**it)).collect()
}

pub(super) fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "if" | "while"
            | "for"
            | "in"
            | "print"
            | "printf"
            | "return"
            | "exit"
            | "BEGIN"
            | "END"
            | "getline"
    )
}

fn begins_regex(before: Option<&Token>) -> bool {
    match before {
        None | Some(Token::Line) => true,
        Some(Token::Symbol(symbol)) => !matches!(*symbol, ")" | "]" | "$" | "++" | "--"),
        _ => false,
    }
}

fn quoted(characters: &[char], start: usize, end: char) -> Option<(String, usize)> {
    let (mut text, mut at) = (String::new(), start);
    loop {
        let character = *characters.get(at)?;
        at += 1;
        match character {
            '\\' => {
                text.push('\\');
                text.push(*characters.get(at)?);
                at += 1;
            }
            character if character == end => return Some((text, at)),
            character => text.push(character),
        }
    }
}
