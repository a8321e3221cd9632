//! `od`, `hexdump`, `xxd`, `strings`.

use super::Run;
use super::options::Known;

pub(super) async fn dump(run: Run) -> i32 {
    let options = match run.options(Known::letters("A:t:N:n:s:Cvcxbdopl:")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let path = options.operands.first().map_or("-", String::as_str);
    let mut content = match run.read_input(path).await {
        Ok(content) => content,
        Err(error) => return run.fail_open(path, error).await,
    };
    let most =
        ["N", "n", "l"].iter().find_map(|name| options.value(name)).and_then(|it| it.parse().ok());
    content.truncate(most.unwrap_or(1 << 20));
    let text = match run.name() {
        "strings" => strings(&content),
        "xxd" if options.has("p") => format!("{}\n", hex(&content, "")),
        "xxd" => lines(&content, |at, chunk| {
            let pairs: Vec<String> = chunk.chunks(2).map(|pair| hex(pair, "")).collect();
            format!("{at:08x}: {:<39}  {}\n", pairs.join(" "), readable(chunk))
        }),
        "hexdump" if options.has("C") => {
            let body = lines(&content, |at, chunk| {
                let (left, right) = chunk.split_at(chunk.len().min(8));
                let bytes = format!("{:<23}  {:<23}", hex(left, " "), hex(right, " "));
                format!("{at:08x}  {bytes}  |{}|\n", readable(chunk))
            });
            format!("{body}{:08x}\n", content.len())
        }
        "hexdump" => {
            let body = lines(&content, |at, chunk| format!("{at:07x} {}\n", shorts(chunk, 16)));
            format!("{body}{:07x}\n", content.len())
        }
        _ if options.value("A") == Some("n") => {
            let all = octal(&content, false, true);
            let lines = all.lines().filter(|line| line.len() > 7);
            lines.map(|line| format!("{}\n", &line[7..])).collect()
        }
        _ => octal(
            &content,
            options.has("c") || options.value("t").is_some_and(|it| it.starts_with('c')),
            options.has("x") || options.value("t").is_some_and(|it| it.starts_with('x')),
        ),
    };
    run.print(&text).await;
    0
}

fn lines(content: &[u8], line: impl Fn(usize, &[u8]) -> String) -> String {
    content.chunks(16).enumerate().map(|(number, chunk)| line(number * 16, chunk)).collect()
}

fn hex(bytes: &[u8], between: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(between)
}

fn readable(bytes: &[u8]) -> String {
    bytes.iter().map(|it| if (0x20..0x7f).contains(it) { char::from(*it) } else { '.' }).collect()
}

fn shorts(chunk: &[u8], base: u32) -> String {
    let words: Vec<String> = chunk
        .chunks(2)
        .map(|pair| {
            let value = u16::from(pair[0]) | u16::from(pair.get(1).copied().unwrap_or(0)) << 8;
            if base == 16 { format!("{value:04x}") } else { format!("{value:06o}") }
        })
        .collect();
    words.join(" ")
}

fn octal(content: &[u8], characters: bool, hexadecimal: bool) -> String {
    let body = lines(content, |at, chunk| {
        let shown = match (characters, hexadecimal) {
            (true, _) => chunk.iter().map(|byte| format!("{:>4}", character(*byte))).collect(),
            (_, true) => format!(" {}", hex(chunk, " ")),
            _ => format!(" {}", shorts(chunk, 8)),
        };
        format!("{at:07o}{shown}\n")
    });
    format!("{body}{:07o}\n", content.len())
}

fn character(byte: u8) -> String {
    match byte {
        0 => r"\0".to_owned(),
        b'\n' => r"\n".to_owned(),
        b'\t' => r"\t".to_owned(),
        b'\r' => r"\r".to_owned(),
        0x20..=0x7e => char::from(byte).to_string(),
        other => format!("{other:03o}"),
    }
}

fn strings(content: &[u8]) -> String {
    let pieces = content.split(|byte| !(0x20..0x7f).contains(byte) && *byte != b'\t');
    pieces
        .filter(|piece| piece.len() >= 4)
        .map(|piece| format!("{}\n", String::from_utf8_lossy(piece)))
        .collect()
}
