/// The exit codes of `podlab`; the table stands in `--help` as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done; every step passed.
    Passed,
    /// At least one step failed.
    StepFailed,
    /// The command line could not be understood.
    Usage,
    /// The lab has errors, or there is no such lab.
    LabErrors,
    /// The cluster could not be reached, or its use was refused.
    Cluster,
    /// Stopped by Ctrl-C or a signal.
    Interrupted,
    /// A code that is passed on, such as that of a `kubectl` verb.
    Code(u8),
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::StepFailed => 1,
            Self::Usage => 2,
            Self::LabErrors => 3,
            Self::Cluster => 4,
            Self::Interrupted => 130,
            Self::Code(code) => code,
        }
    }
}
