//! The API from outside: requests in, answers out.

mod bad_bodies;
mod bench;
mod custom;
mod deletes;
mod laws;
mod lists;
mod patches;
mod reads;
mod writes;
