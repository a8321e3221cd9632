//! A lab as data. Nobody outside `lab` sees the markdown parser.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::{SourceText, Span};
use crate::invocation::Meaning;
use crate::lab::{Condition, Places};

/// A walkthrough, understood.
#[derive(Debug, Clone, Serialize)]
pub struct Lab {
    /// The slug that people type: the folder's name, or the file's without `.md`.
    pub name: String,
    /// From the front matter, else the first heading, else the name.
    pub title: String,
    /// The markdown, whole.
    pub source: SourceText,
    /// What the author said at the top.
    pub front_matter: FrontMatter,
    /// The text in its order, as a tree; blocks are referred to by index.
    pub document: Vec<Element>,
    /// Every fenced block, in order.
    pub blocks: Vec<Block>,
    /// The blocks that run, in order.
    pub steps: Vec<Step>,
    /// The headings that group the steps, in order.
    pub sections: Vec<Section>,
    /// What stands beside `lab.md` and what its blocks provide: path to content.
    /// Written to the working directory of a run.
    pub files: BTreeMap<String, String>,
}

/// A heading and the steps under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// As it reads.
    pub title: String,
    /// 1 for `#`.
    pub level: u8,
    /// As in a URL fragment, unique in the lab.
    pub slug: String,
    /// Index of its heading in [`Lab::document`].
    pub element: usize,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Element {
    /// `#` to `######`.
    Heading { level: u8, text: Vec<Inline> },
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A list; `start` is the first number of an ordered one.
    List { start: Option<u64>, items: Vec<Vec<Element>> },
    /// A quotation or a GitHub alert (`NOTE`, `TIP`, `WARNING` …).
    Quote { alert: Option<String>, content: Vec<Element> },
    /// A table: the head row, then the others.
    Table { head: Vec<Vec<Inline>>, rows: Vec<Vec<Vec<Inline>>> },
    /// A fenced block: an index into [`Lab::blocks`].
    Block(usize),
    /// `---`.
    Rule,
}

/// Text within a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Inline {
    /// Plain.
    Text(String),
    /// `` `code` ``.
    Code(String),
    /// `*emphasis*`.
    Emphasis(Vec<Inline>),
    /// `**strong**`.
    Strong(Vec<Inline>),
    /// `~~struck~~`.
    Struck(Vec<Inline>),
    /// A link (or an image, as its alternative text).
    Link { text: Vec<Inline>, url: String },
    /// A line break that the author asked for.
    Break,
}

/// What a fenced block is; `lab-format` § Blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// Shell lines that a person types.
    Command,
    /// Commands followed by their output.
    Mixed,
    /// What the reader should see.
    Output,
    /// Complete Kubernetes objects.
    Manifest,
    /// A part of an object or of a configuration.
    Fragment,
    /// Another language.
    Code,
    /// Anything else.
    Other,
}

/// A fenced block.
#[derive(Debug, Clone, Serialize)]
pub struct Block {
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// The whole block with its fences, in bytes of the source.
    pub span: Span,
    /// First word of the info string, lower case; empty where there is none.
    pub lang: String,
    /// What it is.
    pub kind: BlockKind,
    /// Why podlab thinks so, in a short sentence.
    pub reason: String,
    /// The content, without fences and indentation.
    pub text: String,
    /// Where the lines of the content stand in the source.
    #[serde(skip)]
    pub places: Places,
    /// What a person could type, in order.
    pub commands: Vec<Command>,
    /// The output part of a mixed block.
    pub sample: Option<String>,
    /// The parts of it, or all of an output block.
    pub printed: Vec<Printed>,
    /// The name under which a manifest or code is saved.
    pub file: Option<String>,
    /// What stood in the directive before it.
    pub directive: Directive,
    /// What else podlab guessed of it and why, in short sentences.
    pub guesses: Vec<String>,
}

/// A part of a block that shows what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Printed {
    /// How many of the block's commands stand before it.
    pub after: usize,
    /// Whole lines.
    pub text: String,
    /// Where they stand in the source, with whatever is before each line but the first.
    pub span: Span,
}

/// One thing to type, whole: with continuations and here-documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Command {
    /// Exactly as typed; placeholders (`<IP>`) still in it.
    pub text: String,
    /// Where it stands in the source.
    pub span: Span,
    /// Where it runs.
    pub runs: Runs,
    /// What podlab knows about its kubectl invocations.
    pub meaning: Meaning,
}

/// Who carries a command out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Runs {
    /// kubectl, done by podlab.
    Native,
    /// A real kubectl is needed.
    Kubectl,
    /// A program on the host.
    Host,
    /// A program in a pod's shell.
    Pod,
    /// Shown, not run: an illustration or an alternative.
    Shown,
}

/// Where commands run: `host`, or the name of a shell that an earlier step opened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ShellName {
    /// The student's own machine.
    Host,
    /// A shell in a pod, by the name that its step gave it.
    Pod(String),
}

impl std::fmt::Display for ShellName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Host => "host",
            Self::Pod(name) => name,
        })
    }
}

/// A block that runs, with what it promises.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// A stable name: the directive's `id`, or section slug and number.
    pub id: String,
    /// Its block, in [`Lab::blocks`].
    pub block: usize,
    /// Its section, in [`Lab::sections`]; none before the first heading.
    pub section: Option<usize>,
    /// A few words for lists and reports: its first command, cut to one line.
    pub title: String,
    /// Where its commands run.
    pub shell: ShellName,
    /// The name of the shell that its last command opens.
    pub opens: Option<String>,
    /// When it counts as passed.
    pub expect: Expect,
    /// Output that the author saw, all of it.
    pub sample: Option<String>,
    /// Its parts, each with the commands that printed it.
    pub samples: Vec<Sample>,
    /// The prose that leads to it, a string for each paragraph.
    pub lead: Vec<String>,
    /// Where the values of its placeholders are found, as far as the text tells.
    pub fills: Vec<Capture>,
    /// It is done when all of these hold.
    pub wait: Vec<Condition>,
    /// What ends a command that does not return.
    pub until: Option<Until>,
    /// Values to take after it.
    pub capture: Vec<Capture>,
    /// What the cluster must have.
    pub needs: Vec<Need>,
    /// How long it may take, waits included.
    pub timeout: Duration,
    /// Whether a command that only reads is run again until it fits.
    pub retry: bool,
    /// Never run, for this reason.
    pub skip: Option<String>,
    /// Run only by hand.
    pub manual: bool,
    /// Shown on request.
    pub hint: Option<String>,
    /// Shown after the step.
    pub explain: Option<String>,
    /// A hidden verification after the step.
    pub check: Option<Check>,
    /// Errors of this step; a step that has one does not run, and says why.
    pub broken: Vec<String>,
}

/// Output that the author saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The commands that printed it, by their places among those of the step that run.
    pub commands: Range<usize>,
    /// Whole lines.
    pub text: String,
    /// Where they stand in the source.
    pub span: Span,
}

/// What makes a step pass.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Expect {
    /// How its last command must end; commands before it must end with 0.
    pub exit: ExpectExit,
    /// Every one of these texts must be in the output.
    pub contains: Vec<String>,
    /// A regular expression (Rust's `regex`, multi-line) that the output must match.
    pub matches: Option<String>,
    /// How the sample counts.
    pub sample: SampleRule,
}

/// Which exit codes are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum ExpectExit {
    /// 0.
    #[default]
    Success,
    /// Exactly this.
    Code(i32),
    /// Anything but 0.
    Nonzero,
    /// Anything.
    Any,
}

impl ExpectExit {
    /// Whether a command that ended with `code` did as expected.
    pub fn fits(self, code: i32) -> bool {
        match self {
            Self::Success => code == 0,
            Self::Code(wanted) => code == wanted,
            Self::Nonzero => code != 0,
            Self::Any => true,
        }
    }
}

impl std::fmt::Display for ExpectExit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Success => f.write_str("exit code 0"),
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Nonzero => f.write_str("an exit code other than 0"),
            Self::Any => f.write_str("any exit code"),
        }
    }
}

/// How the sample output counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SampleRule {
    /// Compared; a difference is told and does not fail the step.
    #[default]
    Drift,
    /// A difference in kind fails the step.
    Like,
    /// Any difference fails the step.
    Exact,
    /// Not compared.
    Ignore,
}

/// What ends a command that does not return.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Until {
    /// The condition holds.
    Condition(Condition),
    /// So much time has passed.
    Elapsed(Duration),
}

/// A value to take after a step, known afterwards as `<NAME>` and `$NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capture {
    /// The name, as placeholders spell it.
    pub name: String,
    /// Where it is found.
    pub source: CaptureSource,
}

/// Where a captured value is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum CaptureSource {
    /// `pod/simple-api.status.podIP`: kind, name, path into the object.
    Field { kind: String, name: String, path: String },
    /// The first row's cell under this header of the step's output.
    Column(String),
    /// The first group (or the whole) of the first match in the step's output.
    Regex(String),
}

/// What the cluster must have for a step to be tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Need {
    /// Services of type LoadBalancer get an address.
    LoadBalancer,
    /// At least so many nodes.
    Nodes(usize),
    /// A version range such as `>=1.29`.
    Kubernetes(String),
}

/// A hidden verification.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What to run, on the host.
    pub command: String,
    /// How it must end.
    pub expect: Expect,
}

/// What an author can say of a block; absent means that podlab guesses.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Directive {
    /// Where the comment stands, if there is one.
    pub span: Option<Span>,
    /// The keys that were given, in order.
    pub keys: Vec<String>,
}

/// What stands between the `---` lines at the top.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FrontMatter {
    /// Shown in lists and on the screen.
    pub title: Option<String>,
    /// One sentence.
    pub summary: Option<String>,
    /// How long a student needs, in the author's words ("40 minutes").
    pub duration: Option<String>,
    /// For whom ("beginner").
    pub level: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The versions it is for, such as `>=1.20`.
    pub kubernetes: Option<String>,
    /// What every step needs.
    pub needs: Vec<String>,
    /// Images that have moved or died, and what is used instead.
    pub images: BTreeMap<String, ImageReplacement>,
    /// Values that the text refers to.
    pub vars: BTreeMap<String, Variable>,
    /// Whether the lab stays in its namespace.
    pub scope: LabScope,
}

/// What runs instead of an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageReplacement {
    /// The image to use.
    pub image: String,
    /// Its entry point, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// Its arguments, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<String>>,
    /// Why, for the student.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A value with its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Variable {
    /// Just the default.
    Default(String),
    /// Asked for.
    Asked {
        /// Used where nobody answers.
        default: Option<String>,
        /// The question.
        prompt: Option<String>,
        /// What an answer must match.
        pattern: Option<String>,
    },
}

/// Where a lab may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabScope {
    /// In its own namespace.
    #[default]
    Namespace,
    /// In the whole cluster.
    Cluster,
}
