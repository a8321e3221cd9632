//! What a host shell is told when it starts: marks, a short prompt, nothing of the
//! person's own configuration.

/// Which kind of shell there is on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostShell {
    /// bash: reads a file given with `--rcfile`.
    Bash,
    /// Any other `sh`: reads the file that `ENV` names.
    Sh,
}

impl HostShell {
    /// The program's name.
    pub(super) fn program(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Sh => "sh",
        }
    }

    /// The file that it reads at its start. `aid` marks the marks.
    pub(super) fn start_file(self, aid: &str) -> String {
        match self {
            Self::Bash => BASH.replace("@AID@", aid),
            Self::Sh => SH.replace("@AID@", aid),
        }
    }
}

/// The prompt is put together anew before it is shown, so that a lab that sets
/// PS1 keeps the marks; `!` is no history in text that was written for scripts.
const BASH: &str = r##"
set +o histexpand
HISTCONTROL= HISTTIMEFORMAT=
shopt -s checkwinsize cmdhist lithist 2>/dev/null
__podlab_line() {
  local line status=$?
  line=$(HISTTIMEFORMAT= builtin history 1)
  [[ $line =~ ^[[:space:]]*[0-9]+\*?[[:space:]] ]] && line=${line:${#BASH_REMATCH}}
  line=${line//%/%25} line=${line//$'\n'/%0A} line=${line//$'\t'/%09} line=${line//$'\r'/%0D}
  line=${line//$'\e'/%1B} line=${line//$'\a'/%07} line=${line//$'\x18'/%18} line=${line//$'\x1a'/%1A}
  line=${line# }
  builtin printf '\033]133;C;aid=@AID@;cmdline_url=%s\007' "$line"
  return "$status"
}
__podlab_prompt() {
  PS0='$(__podlab_line)'
  PS1='\[\e]133;D;$?;aid=@AID@\a\e]133;A;aid=@AID@;cwd=$PWD\a\]'"$1"'\[\e]133;B;aid=@AID@\a\]'
  PS2='\[\e]133;A;aid=@AID@;k=s\a\]> \[\e]133;B;aid=@AID@\a\]'
}
__podlab_prompt 'lab $ '
PROMPT_COMMAND='[[ $PS1 == *"133;B;aid=@AID@"* ]] || __podlab_prompt "$PS1"'
"##;

/// Neither dash nor ash can tell when a command begins, so only the prompts are marked.
const SH: &str = r##"
PS1="$(printf '\033]133;D;$?;aid=@AID@\007\033]133;A;aid=@AID@;cwd=$PWD\007lab $ \033]133;B;aid=@AID@\007')"
PS2="$(printf '\033]133;A;aid=@AID@;k=s\007> \033]133;B;aid=@AID@\007')"
"##;

/// One line that makes bash, dash or busybox ash in a pod mark its prompts. It
/// begins with a space, so that most histories leave it out.
pub(super) fn pod_line(aid: &str) -> String {
    POD.replace('\n', "").replace("@AID@", aid)
}

const POD: &str = r#" __b=${BASH_VERSION:+'\['} __e=${BASH_VERSION:+'\]'};
 PS1="$__b$(printf '\033]133;D;$?;aid=@AID@p\007\033]133;A;aid=@AID@p\007')$__e$PS1$__b$(printf '\033]133;B;aid=@AID@p\007')$__e";
 PS2="$__b$(printf '\033]133;A;aid=@AID@p;k=s\007')$__e> $__b$(printf '\033]133;B;aid=@AID@p\007')$__e";
 PS0="${BASH_VERSION:+$(printf '\033]133;C;aid=@AID@p;history=')\$(HISTTIMEFORMAT= history 1)$(printf '\007')}""#;
