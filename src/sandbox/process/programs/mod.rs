//! Programs that images have: one file for each, or for a small family.
//!
//! A program is an `async fn` of a [`Run`]; [`tool`] finds it by its name. Each has two
//! sets of words, busybox' and GNU's; an image says whose it has.

mod archive;
mod awk;
mod awk_functions;
mod awk_parse;
mod awk_run;
mod awk_tokens;
mod awk_value;
mod cat;
mod columns;
mod copy;
mod curl;
mod curl_options;
mod curl_transfer;
mod databases;
mod difference;
mod digest;
mod dns;
mod dump;
mod echo;
mod environment;
pub(crate) mod escapes;
mod file_basics;
mod find;
mod grep;
mod http_client;
mod identity;
mod lines;
mod load;
mod ls;
mod netcat;
mod netinfo;
mod options;
mod owners;
mod packages;
mod paths;
mod pattern_text;
mod permissions;
mod ping;
mod processes;
mod redis_cli;
mod run;
mod sed;
mod sed_script;
mod sizes;
mod sleep;
mod small;
mod stress;
mod table;
mod url;
mod usage;
mod viewers;
mod web_server;
mod wget;

pub(crate) use echo::{echo_text, printf_text};
pub(crate) use load::{LoadError, Loaded, find_in_path, load};
pub(crate) use run::Run;
pub(crate) use table::{applets, tool};
