//! The channels of exec and attach.
//!
//! Source: `apimachinery/pkg/util/remotecommand/constants.go`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::sandbox::admit::Status;

/// With a status as JSON at the end.
pub(super) const V4: &str = "v4.channel.k8s.io";
/// And with an end of input.
pub(super) const V5: &str = "v5.channel.k8s.io";
/// Those of exec and attach.
pub(super) const PROTOCOLS: [&str; 2] = [V5, V4];

/// Output.
pub(super) const STDOUT: u8 = 1;
/// Errors.
pub(super) const STDERR: u8 = 2;
/// How it ended, as a `Status`.
pub(super) const STATUS: u8 = 3;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said<'a> {
    /// Input for the program.
    Input(&'a [u8]),
    /// The end of it.
    EndOfInput,
    /// The size of the terminal.
    Size { columns: u16, rows: u16 },
    /// What we do not know, or what is empty.
    Nothing,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Size {
    width: u16,
    height: u16,
}

/// Reads a message: the first byte is the channel.
pub(super) fn said(message: &[u8]) -> Said<'_> {
    const STDIN: u8 = 0;
    const RESIZE: u8 = 4;
    const CLOSE: u8 = 255;
    match message {
        [STDIN, input @ ..] if !input.is_empty() => Said::Input(input),
        [RESIZE, size @ ..] => match serde_json::from_slice::<Size>(size) {
            Ok(Size { width, height }) if width > 0 && height > 0 => {
                Said::Size { columns: width, rows: height }
            }
            _ => Said::Nothing,
        },
        [CLOSE, STDIN] => Said::EndOfInput,
        _ => Said::Nothing,
    }
}

/// How a program ended, as the status channel says it.
///
/// Source: `kubelet/pkg/cri/streaming/remotecommand/exec.go`, `ServeExec`.
pub(super) fn ended(command: &[String], code: i32) -> Value {
    if code == 0 {
        return json!({"metadata": {}, "status": "Success"});
    }
    let command = command.join(" ");
    json!({
        "metadata": {},
        "status": "Failure",
        "message": format!(
            "command terminated with non-zero exit code: error executing command [{command}], \
             exit code {code}"
        ),
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]},
    })
}

/// Why there is no stream, as the API server passes on what a kubelet said.
///
/// Source: `apimachinery/pkg/util/proxy/streamtranslator.go`, `ServeHTTP`.
pub(super) fn failed(status: &Status) -> Value {
    let mut body = status.to_json();
    if status.code < 400 {
        body["code"] = 500.into();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_its_channel_first() {
        assert_eq!(said(b"\x00ls\n"), Said::Input(b"ls\n"));
        assert_eq!(said(b"\x00"), Said::Nothing);
        assert_eq!(said(b"\x04{\"Width\":80,\"Height\":24}"), Said::Size { columns: 80, rows: 24 });
        assert_eq!(said(b"\x04{\"Width\":0,\"Height\":24}"), Said::Nothing);
        assert_eq!(said(b"\x04{"), Said::Nothing);
        assert_eq!(said(b"\xff\x00"), Said::EndOfInput);
        assert_eq!(said(b"\xff\x01"), Said::Nothing);
        assert_eq!(said(b""), Said::Nothing);
    }

    #[test]
    fn an_exit_code_is_a_cause() {
        assert_eq!(ended(&[], 0)["status"], "Success");
        let failed = ended(&["sh".into(), "-c".into(), "exit 3".into()], 3);
        assert_eq!(failed["details"]["causes"][0]["message"], "3");
        insta::assert_snapshot!(
            failed["message"].as_str().unwrap(),
            @"command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3"
        );
    }
}
