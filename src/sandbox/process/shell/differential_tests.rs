//! The shells and programs here against real ones: busybox' and dash, where they are
//! installed. Each script runs in an empty folder; output, errors and exit code are the same.

use std::process::{Command, Stdio};

use crate::sandbox::process::testing::{at, start};
use crate::sandbox::process::{Container, Stream};

#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

fn real(program: &[&str], script: &str) -> Option<Outcome> {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(program[0])
        .args(&program[1..])
        .args(["-c", script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/root")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let place = folder.path().to_string_lossy().into_owned();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&place, "/w");
    Some(Outcome {
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
        code: output.status.code(),
    })
}

fn simulated(image: &str, shell: &str, script: &str) -> Outcome {
    let mut container = start(image, &["sleep", "1000000"]);
    // A folder of its own, as the real one has.
    let made = container.exec(vec!["mkdir".into(), "/w".into()], false, false, at(0.0)).unwrap();
    container.leave(made, at(0.0));
    let words = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=/root", shell, "-c"];
    let mut words: Vec<String> = words.map(str::to_owned).into();
    words.push(format!("cd /w\n{script}"));
    // The line that changes the folder does not count in messages.
    let text = words.pop().unwrap_or_default();
    words.push(text.replacen("cd /w\n", "cd /w;", 1));
    let session = container.exec(words, false, false, at(0.0)).unwrap();
    container.advance(at(100.0));
    outcome(&mut container, session)
}

fn outcome(container: &mut Container, session: crate::sandbox::process::SessionId) -> Outcome {
    let chunks = container.take_output(session);
    let of = |stream: Stream| -> String {
        let chunks = chunks.iter().filter(|chunk| chunk.stream == stream);
        chunks.map(|chunk| String::from_utf8_lossy(&chunk.bytes).into_owned()).collect()
    };
    let code = container.exit_code(session);
    let stderr = of(Stream::Stderr).replace("cd /w;", "");
    Outcome { stdout: of(Stream::Stdout), stderr, code }
}

fn compare(real_program: &[&str], image: &str, shell: &str, scripts: &[&str]) {
    if real(real_program, "true").is_none() {
        eprintln!("skipped: {} is not installed", real_program[0]);
        return;
    }
    let mut different = Vec::new();
    for script in scripts {
        let Some(wanted) = real(real_program, script) else { continue };
        let found = simulated(image, shell, script);
        if found != wanted {
            different.push(format!("{script}\n  real {wanted:?}\n  here {found:?}"));
        }
    }
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}

/// What POSIX describes, and all three shells agree on.
const COMMON: &[&str] = &[
    "echo hello world",
    "echo 'a b'  \"c  d\" e\\ f",
    "a=1; b=$a$a; echo \"$b\" ${#b} ${c:-d} ${a:+x} ${c-y}",
    "echo ${x:=5} $x; echo $((x * 2 + 1))",
    "echo $((1 + 2 * 3 - 4 / 2 % 3)) $((7 > 3)) $((1 << 4)) $((0x1f)) $((010))",
    "x=abc.tar.gz; echo ${x#*.} ${x##*.} ${x%.*} ${x%%.*}",
    "echo $(echo a; echo b) `echo c`",
    "echo \"$(printf 'a\\n\\n')\"x",
    "if true; then echo yes; else echo no; fi",
    "if false; then echo 1; elif true; then echo 2; fi; echo $?",
    "for i in 1 2 3; do echo $i; done",
    "for i in a b c; do [ $i = b ] && continue; echo $i; done",
    "for i in 1 2 3; do for j in x y; do [ $i = 2 ] && break 2; echo $i$j; done; done",
    "i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done",
    "i=3; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i",
    "case abc in a*) echo first;; *) echo other;; esac",
    "case x in a|x) echo yes;; esac; case '*' in '*') echo star;; esac; case q in a) ;; esac; echo $?",
    "f() { echo in $1 $#; return 3; }; f a b; echo $?",
    "f() { local_x=1; }; f; echo $local_x",
    "set -- a 'b c' d; echo $#; for x in \"$@\"; do echo \"<$x>\"; done; for x in $*; do echo \"[$x]\"; done",
    "set -- a b c; shift; echo $1 $#; shift 2; echo $#",
    "set --; for x in \"$@\"; do echo no; done; echo \"$*\" end",
    "echo a | tr a b | cat",
    "echo one > f; echo two >> f; cat f; cat < f",
    "echo err >&2; echo out",
    "{ echo a; echo b >&2; } 2>&1 | sort",
    "(exit 3); echo $?",
    "(cd /; pwd); x=1; (x=2); echo $x",
    "true && echo a || echo b; false && echo c || echo d",
    "! true; echo $?; ! false; echo $?",
    "cat <<E\nhello $((1+1)) $HOME\nE",
    "cat <<'E'\nhello $x\nE",
    "cat <<-E\n\ta\n\t\tb\nE",
    "cat <<A; cat <<B\n1\nA\n2\nB",
    "x=5; cat <<E | wc -l\n$x\n\"q\" \\$x\nE",
    "eval 'x=1; echo $x'; eval echo a b",
    "x='a b'; set -- $x; echo $#; set -- \"$x\"; echo $#",
    "IFS=:; x=a:b::c; set -- $x; echo $#; for i in $x; do echo \"<$i>\"; done",
    "IFS=,; set -- a b; echo \"$*\"",
    "x=' a  b '; echo $x; echo \"$x\"",
    "touch a.txt b.txt c.md; echo *.txt; echo [ab]*; echo ?.md; echo *.none; echo '*.txt' \\*",
    "touch .h v; echo *; echo .h*",
    "mkdir -p d/e; touch d/e/f; echo d/*/f; ls d",
    "test -f x; echo $?; touch x; test -f x && echo there; [ -d x ] || echo file; [ ! -s x ] && echo empty",
    "[ a = a ] && [ a != b ] && [ -n a ] && [ -z '' ] && echo ok",
    "[ 1 -eq 1 -a 2 -gt 1 ] && [ 1 -eq 2 -o 3 -ge 3 ] && echo ok",
    "test; echo $?; [ ]; echo $?; [ x ]; echo $?",
    "printf '%s-%d|%5s|%-5s|%05d|%x\\n' a 5 b c 42 255",
    "printf '%s\\n' a b c; printf 'x%%y\\n'; printf '%b' 'a\\tb\\n'; printf '%c' xyz; echo",
    "echo a\\\nb",
    "x=1 y=2; echo $x$y; x=3 sh -c 'echo $x'; echo $x",
    "export E=1; sh -c 'echo $E'; unset E; sh -c 'echo ${E-unset}'",
    "sh -c 'echo $0 $1 $#' name arg; sh -c 'exit 7'; echo $?",
    "readonly r=1; echo $r",
    "set -e; echo a; false; echo b",
    "set -e; if false; then :; fi; false || true; ! true; echo still",
    "set -e; (false); echo no",
    "set -e; x=$(false); echo no",
    "set -e; f() { false; echo in; }; f || echo caught; f; echo end",
    "set -x; echo a 'b c'; x=1",
    "set -f; echo *",
    "trap 'echo bye' EXIT; echo hi",
    "trap 'echo bye; exit 5' EXIT; exit 2",
    "trap 'echo usr' USR1; kill -USR1 $$; echo after",
    "(trap 'echo sub' EXIT; echo x); echo y",
    "echo 'a b c' | { read x y; echo \"$x|$y\"; }",
    "printf 'a:b\\n' | { IFS=: read x y; echo $x-$y; }",
    "printf 'x\\ny\\n' | while read l; do echo \"<$l>\"; done",
    "printf 'a\\\\b\\n' | { read x; echo \"$x\"; }; printf 'a\\\\b\\n' | { read -r x; echo \"$x\"; }",
    "printf 'last' | { read x; echo $? $x; }",
    "sleep 0.1 & wait; echo $?; (exit 4) & wait $!; echo $?",
    "echo $? $#; false; echo $?",
    "x=a; x=${x}b$x; echo $x; echo \"${x}\"'$x'",
    "echo \"a\\\"b\\$c\\\\d\\e\" 'it'\\''s'",
    "echo ${x-'a b'} \"${x-a  b}\" ${x-$(echo c)}",
    "x=ab; echo ${x%b}${x#a} \"${x%\"b\"}\"",
    "x='*'; echo \"${x}\" ; y=a*b; echo ${y%'*'b}",
    "echo a;echo b;  echo c # comment\n# another\necho d",
    "echo a && # c\necho b",
    "echo \"a # b\" a#b '#c'",
    "while true; do break; done; echo $?",
    "f() { f2; echo back; }; f2() { return 2; }; f; echo $?",
    "a=1; f() { a=2; }; f; echo $a",
    "for i in 1 2; do echo $i; done | while read x; do echo r$x; done",
    "x=$(for i in 1 2; do echo $i; done); echo $x",
    "exec 3>f; echo a >&3; exec 3>&-; cat f",
    "exec > f; echo hidden; exec >&2; cat f",
    "echo a 1>&2 2>/dev/null",
    "ls nothing 2>/dev/null; echo $?",
    "cat < /dev/null; echo x > /dev/null; echo $?",
    "cd /nothing 2>/dev/null; echo $?",
    "cd /; pwd; cd /usr; echo $OLDPWD; cd - ",
    "mkdir -p d/e; cd d/e; pwd; cd ..; pwd; cd /tmp; echo $PWD",
    "type cd >/dev/null; echo $?; command -v echo; command -v nosuchthing; echo $?",
    "getopts ab: o -a -b v; echo $o; getopts ab: o -a -b v; echo $o $OPTARG; getopts ab: o -a -b v; echo $?",
    "umask 022; umask; x=; echo ${x:-empty} ${x-set}",
    "true | false; echo $?; false | true; echo $?",
    "echo $((x=5)) $x; y=3; echo $((y+=2)) $((y*y))",
    "a=5; echo $((a > 3 ? 10 : 20)) $((! a)) $((-a + ~0))",
    "[ -e /dev/null ] && echo dev; [ -d / ] && echo root; [ -x /bin/sh ] && echo x",
    "expr 1 + 2; expr abc : 'a\\(.*\\)'; expr 5 \\> 3; expr length hello",
    "seq 3; seq 2 4; seq 1 2 7; seq -s, 3",
    "echo 'c b a' | tr ' ' '\\n' | sort | head -n 2; printf '3\\n1\\n2\\n' | sort -rn",
    "printf 'a\\na\\nb\\n' | uniq -c; printf 'a:b:c\\n' | cut -d: -f2; echo hello | cut -c2-4",
    "printf 'a\\nb\\nc\\n' | sed -n 2p; echo abc | sed 's/b/X/;s/c$/Y/'; printf 'a\\nb\\n' | sed '1d'",
    "echo 'a/b' | sed 's|/|-|g'; echo aaa | sed 's/a/b/2'; echo ab | sed 's/\\(a\\)\\(b\\)/\\2\\1/'; echo x | sed 's/x/[&]/'",
    "printf 'one\\ntwo\\nthree\\n' | grep t; printf 'a\\nB\\n' | grep -i b; printf 'a\\nb\\n' | grep -v a; echo ab | grep -c a; grep -q x /dev/null; echo $?",
    "printf 'x1\\ny2\\n' | grep -n '[0-9]'; printf 'a+b\\n' | grep -F +; printf 'ab\\nac\\n' | grep -E 'a(b|d)'; printf 'foo bar\\n' | grep -o 'b.*'",
    "printf 'a b c\\nd e f\\n' | awk '{print $2}'; echo 1 2 | awk '{print $1+$2}'; printf 'a:b\\n' | awk -F: '{print $2}'",
    "wc -l < /dev/null; printf 'a b\\nc\\n' | wc -w; printf 'abc' | wc -c",
    "printf '1\\n2\\n3\\n4\\n' | tail -n 2; printf '1\\n2\\n3\\n' | tail -n +2; printf 'abc' | head -c 2",
    "echo a | tee f; cat f; echo 'a b' | xargs echo x; printf 'a\\nb\\n' | xargs -n1 echo",
    "basename /a/b.c .c; dirname /a/b; dirname x; basename /",
    "touch f; mv f g; ls; cp g h; ls; rm g h; ls; mkdir d; rmdir d; ls",
    "mkdir d; touch d/a; rm -r d; ls; rm -f nothing; echo $?",
    "ln -s target l; readlink l; [ -h l ] && echo link",
    "echo abc | base64; echo YWJjCg== | base64 -d; echo abc | md5sum; echo abc | sha256sum",
    "env -i A=1 env; env -i sh -c 'echo $A'",
    "touch a; chmod 600 a; ls -l a | cut -c1-10; chmod u+x,g=r a; ls -l a | cut -c1-10",
    "find . -name nothing; mkdir x; touch x/a x/b; find x -type f | sort; find x -maxdepth 0",
    "yes | head -n 2; true; false; echo $?",
    "echo 'a  b' | tr -s ' '; echo abc | tr -d b; echo abc | tr a-c A-C",
    "date -u -d @0 +%Y-%m-%d; od -c /dev/null",
    "kill -0 $$; echo $?; sleep 5 & kill $!; wait $! 2>/dev/null; echo $?",
    "f() { echo \"$@\"; }; f a 'b  c'; f",
    "x=1; { x=2; }; echo $x; { echo a; } > f; cat f",
    "if [ 1 = 2 ]\nthen\necho a\nelse\necho b\nfi",
    "while read x; do echo $x; done <<E\n1\n2\nE",
    "case $# in 0) echo none;; esac; case a in (a) echo paren;; esac",
    ": ${x:=v}; echo $x; : > f; [ -f f ] && echo made",
    "echo \"${x:-\"q r\"}\"; echo ${x:+no}end",
    "a='x y'; echo ${a}z \"$a\"z $a'$a'",
    "echo $(( $(echo 2) + 3 )); x=2; echo $(($x+${x})) $((x))",
    "diff /dev/null /dev/null; echo $?",
    "set -- -n a; echo \"$@\"; echo -- a; echo -e",
    "set -u; echo ${x-ok}; echo \"$@\"",
    "f() for i in a b; do echo $i; done; f",
    "true &&\n\necho x; false ||\n  echo y",
    "x=3; while [ $x -gt 0 ]; do case $x in 2) x=$((x-1)); continue;; esac; echo $x; x=$((x-1)); done",
    "echo ${1-none} ${10-ten} $1; set -- 1 2 3 4 5 6 7 8 9 10; echo $10 ${10}",
    "sh -c 'kill -TERM $$'; echo $?",
    "echo a | (read x; echo \"got $x\"; exit 5); echo $?",
    "unset x; echo \"${x+set}\" \"${x-unset}\"; x=; echo \"${x+set}\"",
    "printf '%d\\n' 0x10 010; printf '%5.2f|\\n' 3.14159; printf '%s' ; printf '%3d|\\n' 7",
    "hash 2>/dev/null; alias x=y 2>/dev/null; times >/dev/null; echo $?",
];

/// Messages and additions of busybox.
const ASH: &[&str] = &[
    "nosuchprogram",
    "nosuchprogram 2>&1 | cat; echo $?",
    "/no/such; echo $?; touch f; ./f; echo $?; ./nofile; echo $?",
    "mkdir d; ./d; echo $?",
    "echo ${x?}",
    "echo ${x:?message}; echo no",
    "set -u; echo $nothing; echo no",
    "cd /nothing; echo $?",
    "cat nothing; echo $?",
    "cat < nothing; echo $?",
    "echo a > /no/such; echo $?",
    "if then",
    "done",
    "for i in",
    "echo 'abc",
    "echo $(",
    "echo )",
    "echo a; }",
    "readonly r=1; r=2; echo no",
    "local x",
    "shift; echo $?",
    "echo $((1/0)); echo no",
    "echo $((1+)); echo no",
    "exit abc",
    "break; echo $?",
    "kill 99999; echo $?",
    ". ./nothing; echo no",
    "[ a -eq 1 ]; echo $?",
    "[ a; echo $?",
    "[[ abc == a* ]] && echo yes; [[ a != b && -n x ]] && echo and",
    "x=hello; echo ${x:1:3} ${x:2} ${x/l/L} ${x//l/L}",
    "echo $'a\\tb'; echo -e 'a\\tb\\x41'; echo -n x; echo",
    "f() { local x=1; echo $x; }; x=5; f; echo $x",
    "function g { echo g; }; g",
    "ls nothing; echo $?",
    "rm nothing; echo $?; mkdir d; rm d; echo $?",
    "mkdir a; mkdir a; rmdir nothing; touch /no/such; cp nothing x; mv nothing x",
    "ls -1; touch b a; ls; ls -1; mkdir d; touch d/x; ls d a",
    "sleep abc; echo $?",
    "grep x nothing; echo $?; sed s nothing; echo $?",
    "head nothing; tail nothing; wc nothing; sort nothing; cut -f1 nothing; echo $?",
    "wc /dev/null; printf 'a b\\n' > f; wc f; wc -lw f",
    "chmod 999 f; chown nobodyx f; echo $?",
    "printf '%d\\n' abc; echo $?",
    "expr 1 +; echo $?",
    "set -x; a=1 b='c d'; echo $a; for i in 1 2; do echo $i; done; [ -n x ]",
    "trap",
    "trap 'echo x' INT; trap",
    "type cd; type nosuch; type if; f() { :; }; type f",
    "command -V cd; command -v cd; command -v if",
    "sh -c 'echo $0'; sh nothing; echo $?",
    "set -o pipefail; false | true; echo $?",
    "read x < /dev/null; echo $?; echo ab | (read -n 1 x; echo $x)",
    "jobs; sleep 0.1 & jobs >/dev/null; wait",
    "stat -c '%n %s %F' /dev/null; printf abc > f; stat -c '%n %s %a' f",
    "sh -c 'kill -9 $$'; echo $?",
    "echo abc | od -c; echo abc | hexdump -C; printf 'abc' | od -An -tx1",
    "printf 'a\\nb\\n' > x; printf 'a\\nc\\n' > y; diff x y; echo $?; cmp x y",
    "printf 'b\\na\\n' | sort -u; printf 'a 2\\nb 1\\n' | sort -k2; echo; printf '10\\n9\\n' | sort -n",
    "tar -cf t.tar nothing; mkdir d; echo hi > d/f; tar -cf t.tar d; tar -tf t.tar; rm -r d; tar -xf t.tar; cat d/f",
    "date -u -d '2024-01-02 03:04:05' '+%a %b %e %H:%M:%S %Y'; date -u -d @86400 +%s",
    "dd if=/dev/zero of=z bs=1k count=2 2>/dev/null; wc -c z",
    "yes | head -n 1; echo a b c | awk '{print NF, $NF}'; echo x | awk 'BEGIN{print 1}END{print NR}'",
    "which ls >/dev/null; echo $?; which nosuch; echo $?",
    "hostname >/dev/null; id -u; whoami",
    "timeout 0.1 sleep 5; echo $?; timeout 5 true; echo $?",
    "base64 -d nothing; md5sum nothing",
    "test 1 -lt a; [ 1 2 3 ]; [ -f ]; echo $?",
    "echo a > f; cat f nothing; echo $?; cat .; echo $?",
    "umask 077; touch p; ls -l p | cut -c1-10; cd nothing; cd f",
    "ulimit >/dev/null; let x=1+2; echo $x; echo ${#} ${##}",
    "ls -a | head -3; touch .z; ls; ls -A; ls -d .",
    "tail -n 1 nothing; echo $?; readlink nothing; echo $?; realpath nothing",
    "echo a | sed 's/a/b/;'; echo a | sed -e 's/a/b/' -e 's/b/c/'; printf 'x\\ny\\n' | sed -n '$p;1!d'; printf 'a\\n' | sed 'a\\\nnew'; echo q | sed y/q/r/",
    "printf '1\\n2\\n3\\n4\\n' | sed '2,3d'; printf 'a\\nb\\nc\\n' | sed '/b/,$s/^/>/'; printf 'a\\nb\\n' | sed '$!N;s/\\n/-/'; printf '1\\n2\\n' | sed 1q; printf '1\\n' | sed =",
];

/// Messages of dash.
const DASH: &[&str] = &[
    "nosuchprogram; echo $?",
    "/no/such; echo $?; touch f; ./f; echo $?",
    "echo ${x?}",
    "echo ${x:?message}; echo no",
    "set -u; echo $nothing; echo no",
    "cd /nothing; echo $?",
    "cat < nothing; echo $?",
    "echo a > /no/such; echo $?",
    "done",
    "echo 'abc",
    "if true; then echo a",
    "readonly r=1; r=2; echo no",
    "shift; echo $?",
    "exit abc",
    ". ./nothing; echo no",
    "[ a -eq 1 ]; echo $?",
    "echo 'a\\tb'; echo -n x; echo",
    "type cd; type nosuch",
    "trap 'echo x' INT; trap",
    "echo a\necho b\nnosuch",
    "sh nothing; echo $?",
    "kill 99999; echo $?",
    "set -x; a=1 b='c d'; echo $a",
    "f() { local x=1; echo $x; }; x=5; f; echo $x",
];

#[test]
fn ash_is_as_the_real_one() {
    compare(&["busybox", "sh"], "busybox", "sh", COMMON);
    compare(&["busybox", "sh"], "busybox", "sh", ASH);
}

#[test]
fn dash_is_as_the_real_one() {
    compare(&["dash"], "debian", "dash", DASH);
}

#[test]
fn bash_is_as_the_real_one() {
    compare(&["bash"], "debian", "bash", BASH);
}

/// Messages and additions of bash.
const BASH: &[&str] = &[
    "nosuchprogram; echo $?",
    "/no/such; echo $?; touch f; ./f; echo $?",
    "echo {1..5} {a,b}c x{1,2}{3,4} {5..1} {a..e} {01..03} a{b {x}",
    "[[ abc == a* ]] && echo yes; [[ a =~ ^[a-z]$ ]] && echo re; [[ -z '' && ! -n '' ]] && echo and",
    "((x = 5)); echo $x; ((x > 3)) && echo big; ((0)); echo $?",
    "for ((i = 0; i < 3; i++)); do echo $i; done",
    "x=hello; echo ${x^} ${x^^} ${x:1:2} ${x: -2} ${x/l/L} ${x//l/L} ${x/#h/H} ${x/%o/O}",
    "y=x; x=5; echo ${!y}",
    "echo $'a\\tb\\x41'; cat <<< 'here string'",
    "echo a &> f; cat f; echo b &>> f; cat f",
    "x=a; x+=b; echo $x",
    "f() { local x=1; echo $x; }; x=5; f; echo $x",
    "function g { echo g; }; g; function h() { echo h; }; h",
    "set -o pipefail; false | true; echo $?",
    "echo ${x?}",
    "set -u; echo $nothing; echo no",
    "cd /nothing; echo $?",
    "cat < nothing; echo $?",
    "echo a > /no/such; echo $?",
    "done",
    "readonly r=1; r=2; echo no",
    "type cd; command -v cd; type nosuch; echo $?",
    "printf -v x '%03d' 7; echo $x; printf '%q\\n' 'a b'",
    "declare x=1; export y=2; echo $x $y; unset x; echo ${x-u}",
    "echo $BASH_VERSION | cut -c1-2; echo ${BASH_VERSION:+set}",
    "read -r a b <<< '1 2 3'; echo $a-$b",
    "case a in a) echo 1;& b) echo 2;; esac",
    "exit abc",
    "trap 'echo x' INT; trap",
    "shift; echo $?",
    "x=1; let x++; echo $x; echo $((x++ + ++x)) $((2**8))",
    "local x; echo $?",
    "echo a\necho b\nnosuch",
];
