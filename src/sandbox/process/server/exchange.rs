use std::net::SocketAddr;

use jiff::Timestamp;

use super::document::{self, Document};
use super::http_reply::{Reply, reason};
use super::http_request::Request;
use super::service::{Effect, State};
use super::values::Values;
use crate::sandbox::images::{HttpServer, Pairs, Route, Template};
use crate::sandbox::process::kernel::System;

/// What a request comes to.
pub(super) struct Answer {
    pub(super) reply: Reply,
    pub(super) delay: std::time::Duration,
    pub(super) effects: Vec<Effect>,
}

/// A request with what surrounds it.
pub(super) struct Exchange<'a> {
    pub(super) system: &'a System,
    pub(super) server: &'a HttpServer,
    /// Which of the program's HTTP ports this is.
    pub(super) number: usize,
    pub(super) port: u16,
    pub(super) request: &'a Request,
    pub(super) from: SocketAddr,
    pub(super) now: Timestamp,
}

impl Exchange<'_> {
    /// The answer, and what else happens.
    pub(super) fn answer(&self, state: &mut State) -> Answer {
        state.count += 1;
        let route = self.route(state);
        let mut answer = match route {
            Some(route) => self.by_route(route, state),
            None => self.by_root(state),
        };
        let mut headers = filled(&self.server.headers, &self.values(state, None));
        for (name, value) in std::mem::take(&mut answer.reply.headers) {
            headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            headers.push((name, value));
        }
        answer.reply.headers = headers;
        let lines = self.log_lines(&answer.reply, state);
        answer.effects.extend(lines);
        answer
    }

    fn log_lines(&self, reply: &Reply, state: &State) -> Vec<Effect> {
        let values = self.values(state, Some(reply));
        let fill = |template: &Template| template.fill(|name| values.get(name));
        let missing = self.server.error_log.as_ref().filter(|_| reply.status == 404);
        let errors = missing.into_iter().chain(&self.server.log_requests_to_errors);
        let errors = errors.map(|template| Effect::LogError(fill(template)));
        errors.chain(self.server.access_log.iter().map(|it| Effect::Log(fill(it)))).collect()
    }

    fn values<'v>(&'v self, state: &'v State, reply: Option<&'v Reply>) -> Values<'v> {
        Values {
            facts: &state.facts,
            now: self.now,
            count: state.count,
            exchange: Some((self.request, self.from)),
            reply,
            port: self.port,
        }
    }

    fn route(&self, state: &mut State) -> Option<&Route> {
        let age = self.now.duration_since(state.facts.started);
        let age = std::time::Duration::try_from(age).unwrap_or_default();
        let path = self.request.path();
        for (number, route) in self.server.routes.iter().enumerate() {
            let fits = path_fits(&route.path, &path)
                && method_fits(route.method.as_deref(), &self.request.method)
                // The liveness servers that are copied here ask for «more than 10 seconds».
                && route.after.is_none_or(|after| age > after)
                && route.until.is_none_or(|until| age <= until)
                && route.given.iter().all(|(name, value)| state.value(name) == value);
            if !fits {
                continue;
            }
            let seen = state.seen.entry((self.number, number)).or_default();
            *seen += 1;
            if route.times.is_none_or(|times| *seen <= times) {
                return Some(route);
            }
        }
        None
    }

    fn by_route(&self, route: &Route, state: &mut State) -> Answer {
        for (name, value) in &route.set {
            state.values.insert(name.clone(), value.clone());
        }
        let values = self.values(state, None);
        let fill = |template: &Template| template.fill(|name| values.get(name));
        let status = route.status.as_ref().map_or_else(|| "200".to_owned(), fill);
        let mut effects: Vec<Effect> = route.log.iter().map(|it| Effect::Log(fill(it))).collect();
        effects.extend(route.memory.map(|memory| Effect::Memory(memory.0)));
        if let Some(exit) = &route.exit {
            effects.push(Effect::Exit(fill(exit).trim().parse().unwrap_or(0)));
        }
        let reply = Reply {
            status: status.trim().parse().ok().filter(|it| (100..600).contains(it)).unwrap_or(200),
            headers: filled(&route.headers, &values),
            body: fill(&route.body).into_bytes(),
        };
        Answer { reply, delay: route.delay, effects }
    }

    fn by_root(&self, state: &State) -> Answer {
        let values = self.values(state, None);
        let root = self.server.root.as_ref().map(|root| root.fill(|name| values.get(name)));
        let found = match root {
            Some(_) if !matches!(self.request.method.as_str(), "GET" | "HEAD") => {
                return plain(self.page(405, None, &values));
            }
            Some(root) => document::find(self.system, self.server, &root, &self.request.path()),
            None => Document::NotFound,
        };
        plain(match found {
            Document::Reply(reply) if reply.status == 301 => {
                let mut page = self.page(301, None, &values);
                page.headers.extend(reply.headers);
                page
            }
            Document::Reply(reply) => reply,
            Document::NotFound => self.page(404, self.server.not_found.as_ref(), &values),
            Document::Forbidden => self.page(403, self.server.forbidden.as_ref(), &values),
        })
    }

    /// The page for what cannot be answered otherwise.
    fn page(&self, status: u16, template: Option<&Template>, values: &Values<'_>) -> Reply {
        let body = match template {
            Some(template) => {
                let reply = Reply { status, ..Reply::default() };
                let values = Values { reply: Some(&reply), ..*values };
                template.fill(|name| values.get(name))
            }
            None => format!("{status} {}\n", reason(status)),
        };
        let is_page = body.trim_start().starts_with('<');
        let kind = if is_page { "text/html" } else { "text/plain; charset=utf-8" };
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Reply { status, headers, body: body.into_bytes() }
    }
}

fn plain(reply: Reply) -> Answer {
    Answer { reply, delay: std::time::Duration::ZERO, effects: Vec::new() }
}

fn filled(headers: &Pairs<Template>, values: &Values<'_>) -> Vec<(String, String)> {
    let fill = |template: &Template| template.fill(|name| values.get(name));
    headers.0.iter().map(|(name, value)| (name.clone(), fill(value))).collect()
}

fn path_fits(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix),
        None => pattern == path,
    }
}

fn method_fits(wanted: Option<&str>, method: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == method || (wanted == "GET" && method == "HEAD"))
}
