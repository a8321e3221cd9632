//! Shell text to commands with spans; placeholders and their substitution.
