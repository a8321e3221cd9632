/// Why a system call failed, in the words of the C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Errno {
    /// ENOENT
    #[error("No such file or directory")]
    NotFound,
    /// EACCES
    #[error("Permission denied")]
    Denied,
    /// EPERM
    #[error("Operation not permitted")]
    NotPermitted,
    /// EEXIST
    #[error("File exists")]
    Exists,
    /// ENOTDIR
    #[error("Not a directory")]
    NotFolder,
    /// EISDIR
    #[error("Is a directory")]
    IsFolder,
    /// ENOTEMPTY
    #[error("Directory not empty")]
    NotEmpty,
    /// EROFS
    #[error("Read-only file system")]
    ReadOnly,
    /// ENOSPC
    #[error("No space left on device")]
    NoSpace,
    /// ELOOP
    #[error("Too many levels of symbolic links")]
    Loop,
    /// ENAMETOOLONG
    #[error("File name too long")]
    NameTooLong,
    /// EBADF
    #[error("Bad file descriptor")]
    BadHandle,
    /// EINVAL
    #[error("Invalid argument")]
    Invalid,
    /// EBUSY
    #[error("Resource busy")]
    Busy,
    /// EMFILE
    #[error("Too many open files")]
    TooManyFiles,
    /// EAGAIN
    #[error("Resource temporarily unavailable")]
    Again,
    /// ESRCH
    #[error("No such process")]
    NoProcess,
    /// EPIPE
    #[error("Broken pipe")]
    BrokenPipe,
    /// ENOTTY
    #[error("Inappropriate ioctl for device")]
    NotTerminal,
    /// EADDRINUSE
    #[error("Address already in use")]
    AddressInUse,
}
