use jiff::Timestamp;

use super::World;
use crate::sandbox::admit::Status;
use crate::sandbox::api::LogRequest;
use crate::sandbox::kubelet::{AccessError, ContainerKey, Log, LogLine};
use crate::sandbox::process::Stream;

/// As much as is sent at once.
const MOST: usize = 64 * 1024;

/// How far a client has read a log.
#[derive(Debug)]
pub(crate) struct LogReader {
    request: LogRequest,
    /// Whose log it is; none for words that stand in the place of one.
    container: Option<ContainerKey>,
    position: u64,
    /// How many bytes may still be sent.
    left: Option<u64>,
    words: Option<String>,
}

/// What a log has for a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogRead {
    /// Lines.
    pub bytes: Vec<u8>,
    /// Whether nothing more will come.
    pub ended: bool,
}

impl World {
    /// Opens a container's log.
    ///
    /// # Errors
    /// What a kubelet would answer.
    pub(crate) fn open_log(&mut self, request: LogRequest) -> Result<LogReader, Status> {
        let (namespace, pod) = (&request.namespace, &request.pod);
        let opened = self.kubelet.logs(namespace, pod, &request.container, request.previous);
        let (container, position, words) = match opened {
            Ok(logs) => {
                let position = first_position(&request, logs.log);
                (Some(logs.container), position, None)
            }
            // A kubelet that cannot read a log says so in its place.
            Err(error @ AccessError::LogGone(_)) => (None, 0, Some(error.to_string())),
            Err(error) => return Err(Status::bad_request(error.to_string())),
        };
        let left = request.limit_bytes;
        Ok(LogReader { request, container, position, left, words })
    }

    /// What is to be sent next. Nothing, where nothing new is there yet.
    pub(crate) fn read_log(&mut self, reader: &mut LogReader) -> LogRead {
        if let Some(words) = reader.words.take() {
            return LogRead { bytes: words.into_bytes(), ended: true };
        }
        let request = &reader.request;
        let (namespace, pod) = (&request.namespace, &request.pod);
        let logs = self.kubelet.logs(namespace, pod, &request.container, request.previous);
        // Another container by now, or none: the one that was read has ended.
        let logs = match logs {
            Ok(logs) if Some(&logs.container) == reader.container.as_ref() => logs,
            _ => return LogRead { bytes: Vec::new(), ended: true },
        };
        let mut bytes = Vec::new();
        // Lines that were forgotten before they were read are skipped.
        let mut position = reader.position.max(logs.log.first());
        for line in logs.log.from(position) {
            if bytes.len() >= MOST {
                break;
            }
            position += 1;
            if is_wanted(&reader.request, line) {
                write(&reader.request, line, &mut bytes);
            }
        }
        let is_over = !(request.follow && logs.is_open) && position >= logs.log.end();
        reader.position = position;
        let cut = reader.cut(&mut bytes);
        LogRead { bytes, ended: is_over || cut }
    }
}

impl LogReader {
    /// Keeps to `limitBytes`; whether it is used up.
    fn cut(&mut self, bytes: &mut Vec<u8>) -> bool {
        let Some(left) = &mut self.left else { return false };
        bytes.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
        *left -= bytes.len() as u64;
        *left == 0
    }
}

/// Where reading begins: of the last lines, or at the first one that is known.
fn first_position(request: &LogRequest, log: &Log) -> u64 {
    let Some(tail) = request.tail_lines else { return log.first() };
    let mut position = log.end();
    let mut counted = 0;
    for line in log.lines().rev() {
        if counted == tail {
            break;
        }
        position -= 1;
        counted += u64::from(is_wanted(request, line));
    }
    position
}

fn is_wanted(request: &LogRequest, line: &LogLine) -> bool {
    let new_enough = request.since.is_none_or(|since| line.at >= since);
    let of_stream = match request.stream.as_str() {
        "Stdout" => line.stream == Stream::Stdout,
        "Stderr" => line.stream == Stream::Stderr,
        _ => true,
    };
    new_enough && of_stream
}

/// Source: `pkg/kubelet/kuberuntime/logs/logs.go`, `logWriter.write`.
fn write(request: &LogRequest, line: &LogLine, out: &mut Vec<u8>) {
    if request.timestamps {
        out.extend(nanoseconds(line.at).into_bytes());
        out.push(b' ');
    }
    out.extend_from_slice(&line.text);
}

/// `2026-01-31T12:00:00.123456789Z`: nine digits, always.
fn nanoseconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
}
