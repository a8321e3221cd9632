use std::sync::Arc;

/// Commands one after the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct List {
    /// In order.
    pub(crate) items: Vec<Arc<AndOr>>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AndOr {
    /// The first.
    pub(crate) first: Pipeline,
    /// The others.
    pub(crate) rest: Vec<(Joint, Pipeline)>,
    /// Whether it ends with `&`.
    pub(crate) background: bool,
    /// The text, as `jobs` shows it.
    pub(crate) text: String,
}

/// What joins two pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joint {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    /// Whether it begins with `!`.
    pub(crate) negated: bool,
    /// Whether it begins with `time`.
    pub(crate) timed: bool,
    /// In order; never empty.
    pub(crate) commands: Vec<Arc<Command>>,
}

/// A command with the line that it begins in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Command {
    /// What it is.
    pub(crate) kind: CommandKind,
    /// In order.
    pub(crate) redirections: Vec<Redirection>,
    /// From 1.
    pub(crate) line: usize,
}

/// Kinds of commands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CommandKind {
    /// Words, perhaps after assignments.
    Simple {
        /// `a=1`.
        assignments: Vec<Assignment>,
        /// The program and its arguments.
        words: Vec<Word>,
    },
    /// `{ … }`
    Group(List),
    /// `( … )`
    Subshell(Arc<List>),
    /// `if`
    If {
        /// Conditions and what follows from them.
        arms: Vec<(List, List)>,
        /// `else`
        otherwise: Option<List>,
    },
    /// `while` and `until`
    Loop {
        /// Whether it is `until`.
        until: bool,
        /// What is tried before each round.
        condition: List,
        /// The round.
        body: List,
    },
    /// `for`
    For {
        /// The variable.
        name: String,
        /// `None` without `in`: the positional parameters.
        words: Option<Vec<Word>>,
        /// The round.
        body: List,
    },
    /// bash's `for ((…; …; …))`
    ForArithmetic {
        /// The three expressions.
        parts: [Word; 3],
        /// The round.
        body: List,
    },
    /// `case`
    Case {
        /// What is looked at.
        word: Word,
        /// In order.
        arms: Vec<CaseArm>,
    },
    /// `name() …`
    Function {
        /// Its name.
        name: String,
        /// What it does.
        body: Arc<Command>,
    },
    /// `[[ … ]]`
    Test(Vec<Word>),
    /// `(( … ))`
    Arithmetic(Word),
}

/// One arm of a `case`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CaseArm {
    /// Any of these.
    pub(crate) patterns: Vec<Word>,
    /// What is done.
    pub(crate) body: List,
    /// Whether it ends with `;&` and goes on with the next one.
    pub(crate) falls_through: bool,
}

/// `name=value`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assignment {
    /// The variable.
    pub(crate) name: String,
    /// Its new value.
    pub(crate) value: Word,
    /// Whether it is `name+=value`.
    pub(crate) append: bool,
}

/// Where a command reads from or writes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Redirection {
    /// The number before it, or the usual one.
    pub(crate) number: i32,
    /// What kind.
    pub(crate) kind: RedirectionKind,
    /// The file, the other number, or the text.
    pub(crate) target: Word,
}

/// Kinds of redirections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectionKind {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>|`
    Clobber,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `<&`, `>&`
    Duplicate,
    /// `<<`, `<<<`: the target is the text itself.
    Here,
    /// bash's `&>`: both outputs.
    WriteBoth,
    /// bash's `&>>`.
    AppendBoth,
}

/// Parts that become one word, or several.
pub(crate) type Word = Vec<Part>;

/// A part of a word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// As it stands; patterns mean something.
    Text(String),
    /// As it stands; nothing means anything.
    Quoted(String),
    /// `"…"`
    Double(Vec<Part>),
    /// `$x`, `${x…}`
    Parameter(Parameter),
    /// `$(…)`, backquotes
    Command(Arc<List>),
    /// `$((…))`
    Arithmetic(Word),
}

/// `${name…}`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameter {
    /// A name, a number, or one of `@*#?-$!`.
    pub(crate) name: String,
    /// What is done with the value.
    pub(crate) operation: Operation,
}

/// What `${name…}` does with a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operation {
    /// `${x}`
    Value,
    /// `${#x}`
    Length,
    /// bash's `${!x}`
    Indirect,
    /// `${x-w}`, with a colon also if it is empty.
    Default(Word, IfEmpty),
    /// `${x=w}`
    Assign(Word, IfEmpty),
    /// `${x+w}`
    Alternative(Word, IfEmpty),
    /// `${x?w}`
    Error(Word, IfEmpty),
    /// `${x#w}`, `${x##w}`, `${x%w}`, `${x%%w}`
    Trim {
        /// What is taken away.
        pattern: Word,
        /// From the end instead of the beginning.
        suffix: bool,
        /// As much as possible.
        longest: bool,
    },
    /// bash's and ash's `${x/a/b}`
    Replace {
        /// What is replaced.
        pattern: Word,
        /// By what.
        by: Word,
        /// Everywhere.
        all: bool,
    },
    /// bash's and ash's `${x:1:2}`
    Slice {
        /// From where.
        from: Word,
        /// How much.
        length: Option<Word>,
    },
    /// bash's `${x^^}`, `${x,,}`, `${x^}`, `${x,}`
    Case {
        /// To capital letters.
        upper: bool,
        /// All of it instead of the first.
        all: bool,
    },
}

/// Whether an empty value counts as none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfEmpty {
    /// `${x:-w}`
    Too,
    /// `${x-w}`
    Not,
}
