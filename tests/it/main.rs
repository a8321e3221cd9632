//! What a person sees, from the outside: the one integration binary.

mod tidy;
