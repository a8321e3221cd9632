use super::Run;

/// What busybox says that its programs take; the words behind `Usage: NAME`.
///
/// Source: `--help` of busybox 1.35 and 1.37.
const USAGES: &[(&str, &str)] = &[
    ("base64", "[-d] [-w COL] [FILE]"),
    ("basename", "FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE..."),
    ("chmod", "[-Rcvf] MODE[,MODE]... FILE..."),
    ("chown", "[-RhLHPcvf]... USER[:[GRP]] FILE..."),
    ("cmp", "[-ls] [-n NUM] FILE1 [FILE2]"),
    (
        "cp",
        "[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }",
    ),
    ("cut", "{-b|c LIST | -f|F LIST [-d SEP] [-s]} [-D] [-O SEP] [FILE]..."),
    ("diff", "[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2"),
    ("dirname", "FILENAME"),
    ("expr", "EXPRESSION"),
    (
        "grep",
        "[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...",
    ),
    ("head", "[OPTIONS] [FILE]..."),
    ("kill", "[-l] [-SIG] PID..."),
    ("ln", "[-sfnbtv] [-S SUF] TARGET... LINK|DIR"),
    ("mkdir", "[-m MODE] [-p] DIRECTORY..."),
    ("mv", "[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }"),
    ("nc", "[-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]"),
    ("nslookup", "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]"),
    ("ping", "[OPTIONS] HOST"),
    ("readlink", "[-fnv] FILE"),
    ("rm", "[-irf] FILE..."),
    ("rmdir", "[-p] DIRECTORY..."),
    ("sed", "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]..."),
    ("seq", "[-w] [-s SEP] [FIRST [INC]] LAST"),
    ("sleep", "[N]..."),
    (
        "tar",
        "c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...",
    ),
    ("telnet", "[-a] [-l USER] HOST [PORT]"),
    ("timeout", "[-s SIG] [-k KILL_SECS] SECS PROG ARGS"),
    ("touch", "[-cham] [-d DATE] [-t DATE] [-r FILE] FILE..."),
    ("tr", "[-cds] STRING1 [STRING2]"),
    (
        "wget",
        "[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR] [-Y on/off] [-P DIR] [-U AGENT] [-T SEC] URL...",
    ),
    ("xargs", "[OPTIONS] [PROG ARGS]"),
];

impl Run {
    /// What a program says that is called with too little; the exit code.
    pub(super) async fn usage(&self, gnu: &str) -> i32 {
        if self.is_gnu() {
            let name = self.name();
            let text = format!("{name}: {gnu}\nTry '{name} --help' for more information.\n");
            self.print_error(&text).await;
            return 1;
        }
        let name = self.name();
        let words = USAGES.iter().find(|(known, _)| *known == name);
        let words = words.map_or("[OPTIONS] [ARGUMENTS]", |(_, words)| words);
        self.print_error(&format!(
            "BusyBox v{} multi-call binary.\n\nUsage: {name} {words}\n",
            self.busybox_version()
        ))
        .await;
        1
    }

    /// The version that busybox tells of itself: the image's, where it is one of busybox.
    pub(super) fn busybox_version(&self) -> String {
        let version = self.system.machine().image.version().to_owned();
        let is_its_own = version.starts_with("1.") && version.len() >= 4;
        if is_its_own { version } else { "1.37.0".to_owned() }
    }
}

/// A size as programs read it: `64k`, `1M`, `2G` in powers of 1024; `1kB` is 1000.
pub(super) fn binary_size(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let factor = match &text[digits..] {
        "" | "B" | "c" => 1,
        "w" => 2,
        "b" => 512,
        "k" | "K" | "Ki" | "KiB" => 1 << 10,
        "kB" | "KB" => 1000,
        "m" | "M" | "Mi" | "MiB" => 1 << 20,
        "MB" => 1_000_000,
        "g" | "G" | "Gi" | "GiB" => 1 << 30,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.checked_mul(factor)
}
