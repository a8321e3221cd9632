//! `podlab schema`: what editors check an author's YAML with.

use crate::base::Exit;
use crate::cli::args::{SchemaOf, SchemaPart};
use crate::cli::printer;
use crate::lab::{DIRECTIVE_SCHEMA, FRONT_MATTER_SCHEMA};

/// Prints the JSON Schema of a part.
pub(super) fn run(arguments: &SchemaOf) -> Exit {
    printer::out(match arguments.part {
        SchemaPart::FrontMatter => FRONT_MATTER_SCHEMA,
        SchemaPart::Directive => DIRECTIVE_SCHEMA,
    });
    Exit::Passed
}
