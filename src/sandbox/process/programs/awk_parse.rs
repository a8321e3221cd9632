use regex::bytes::Regex;

use super::awk_tokens::{Token, is_keyword, tokens};
use super::pattern_text::{Grammar, Reading, compile};

/// Nothing is nested deeper.
const DEEPEST: usize = 40;

#[derive(Debug)]
pub(super) struct Program {
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) pattern: Pattern,
    /// `None`: the record is printed.
    pub(super) action: Option<Vec<Statement>>,
}

#[derive(Debug)]
pub(super) enum Pattern {
    Begin,
    End,
    Always,
    When(Expression),
    Range(Expression, Expression),
}

#[derive(Debug)]
pub(super) enum Statement {
    Print(Vec<Expression>),
    Printf(Vec<Expression>),
    Do(Expression),
    If(Expression, Vec<Statement>, Vec<Statement>),
    While(Expression, Vec<Statement>),
    For(Option<Box<Statement>>, Option<Expression>, Option<Box<Statement>>, Vec<Statement>),
    Each(String, String, Vec<Statement>),
    Delete(String, Option<Vec<Expression>>),
    Next,
    Exit(Option<Expression>),
    Break,
    Continue,
}

#[derive(Debug)]
pub(super) enum Expression {
    Number(f64),
    Text(String),
    Regex(Regex),
    Field(Box<Expression>),
    Variable(String),
    Element(String, Vec<Expression>),
    Assign(Box<Expression>, &'static str, Box<Expression>),
    Change { target: Box<Expression>, by: f64, before: bool },
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    Match(bool, Box<Expression>, Box<Expression>),
    In(Vec<Expression>, String),
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
    Call(String, Vec<Expression>),
}

impl Program {
    /// Reads a program; the message where it is none.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader =
            Reader { tokens: tokens(text)?, at: 0, depth: 0, no_in: false, no_greater: false };
        let mut rules = Vec::new();
        loop {
            reader.skip_ends();
            if *reader.peek() == Token::End {
                return Ok(Self { rules });
            }
            rules.push(reader.rule()?);
        }
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    no_in: bool,
    no_greater: bool,
}

impl Reader {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(it) if *it == symbol)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        match self.take(symbol) {
            true => Ok(()),
            false => Err(format!("syntax error: {symbol} expected")),
        }
    }

    fn take_name(&mut self, name: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(it) if it == name);
        self.at += usize::from(found);
        found
    }

    fn skip_lines(&mut self) {
        while *self.peek() == Token::Line {
            self.at += 1;
        }
    }

    fn skip_ends(&mut self) {
        while *self.peek() == Token::Line || self.is(";") {
            self.at += 1;
        }
    }

    fn rule(&mut self) -> Result<Rule, String> {
        let pattern = if self.take_name("BEGIN") {
            Pattern::Begin
        } else if self.take_name("END") {
            Pattern::End
        } else if self.is("{") {
            Pattern::Always
        } else {
            let first = self.expression()?;
            match self.take(",") {
                true => Pattern::Range(first, self.expression()?),
                false => Pattern::When(first),
            }
        };
        let action = match self.is("{") {
            true => Some(self.block()?),
            false => None,
        };
        Ok(Rule { pattern, action })
    }

    fn block(&mut self) -> Result<Vec<Statement>, String> {
        self.expect("{")?;
        let mut statements = Vec::new();
        loop {
            self.skip_ends();
            if self.take("}") {
                return Ok(statements);
            }
            statements.push(self.statement()?);
        }
    }

    fn body(&mut self) -> Result<Vec<Statement>, String> {
        self.skip_lines();
        if self.is("{") {
            return self.block();
        }
        if self.take(";") {
            return Ok(Vec::new());
        }
        let statement = self.statement()?;
        if self.is(";") {
            self.at += 1;
        }
        Ok(vec![statement])
    }

    fn statement(&mut self) -> Result<Statement, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("nested too deeply".to_owned());
        }
        let statement = match self.peek().clone() {
            Token::Name(name) => {
                self.at += 1;
                match name.as_str() {
                    "print" => Statement::Print(self.printed()?),
                    "printf" => Statement::Printf(self.printed()?),
                    "if" => self.if_statement()?,
                    "while" => {
                        let condition = self.parenthesized()?;
                        Statement::While(condition, self.body()?)
                    }
                    "for" => self.for_statement()?,
                    "next" | "nextfile" => Statement::Next,
                    "break" => Statement::Break,
                    "continue" => Statement::Continue,
                    "exit" => {
                        let ends = matches!(self.peek(), Token::Line | Token::End)
                            || self.is(";")
                            || self.is("}");
                        Statement::Exit(if ends { None } else { Some(self.expression()?) })
                    }
                    "delete" => self.delete()?,
                    _ => {
                        self.at -= 1;
                        Statement::Do(self.expression()?)
                    }
                }
            }
            _ => Statement::Do(self.expression()?),
        };
        self.depth -= 1;
        Ok(statement)
    }

    fn delete(&mut self) -> Result<Statement, String> {
        let Token::Name(name) = self.next() else { return Err("syntax error".to_owned()) };
        let keys = match self.take("[") {
            true => Some(self.list("]")?),
            false => None,
        };
        Ok(Statement::Delete(name, keys))
    }

    fn printed(&mut self) -> Result<Vec<Expression>, String> {
        let mut values = Vec::new();
        let outer = std::mem::replace(&mut self.no_greater, true);
        while !(matches!(self.peek(), Token::Line | Token::End) || self.is(";") || self.is("}")) {
            if self.is(">") || self.is(">>") || self.is("|") {
                return Err("output to files is not simulated by podlab's sandbox".to_owned());
            }
            values.push(self.expression()?);
            if !self.take(",") {
                break;
            }
            self.skip_lines();
        }
        self.no_greater = outer;
        Ok(values)
    }

    fn parenthesized(&mut self) -> Result<Expression, String> {
        self.expect("(")?;
        let value = self.expression()?;
        self.expect(")")?;
        Ok(value)
    }

    fn if_statement(&mut self) -> Result<Statement, String> {
        let condition = self.parenthesized()?;
        let yes = self.body()?;
        let before = self.at;
        self.skip_ends();
        let no = match self.take_name("else") {
            true => self.body()?,
            false => {
                self.at = before;
                Vec::new()
            }
        };
        Ok(Statement::If(condition, yes, no))
    }

    fn for_statement(&mut self) -> Result<Statement, String> {
        self.expect("(")?;
        if let (Some(Token::Name(key)), Some(Token::Name(word)), Some(Token::Name(array))) =
            (self.tokens.get(self.at), self.tokens.get(self.at + 1), self.tokens.get(self.at + 2))
            && word == "in"
        {
            let (key, array) = (key.clone(), array.clone());
            self.at += 3;
            self.expect(")")?;
            return Ok(Statement::Each(key, array, self.body()?));
        }
        let first = if self.is(";") { None } else { Some(Box::new(self.statement()?)) };
        self.expect(";")?;
        let condition = if self.is(";") { None } else { Some(self.expression()?) };
        self.expect(";")?;
        let step = if self.is(")") { None } else { Some(Box::new(self.statement()?)) };
        self.expect(")")?;
        Ok(Statement::For(first, condition, step, self.body()?))
    }

    fn list(&mut self, end: &str) -> Result<Vec<Expression>, String> {
        let mut values = Vec::new();
        let outer = std::mem::replace(&mut self.no_greater, false);
        while !self.take(end) {
            values.push(self.expression()?);
            if !self.take(",") && !self.is(end) {
                return Err(format!("syntax error: {end} expected"));
            }
            self.skip_lines();
        }
        self.no_greater = outer;
        Ok(values)
    }

    fn expression(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("nested too deeply".to_owned());
        }
        let left = self.choice()?;
        let operators = ["=", "+=", "-=", "*=", "/=", "%=", "^="];
        let operator = operators.iter().copied().find(|it| self.is(it));
        let value = match operator {
            Some(operator) => {
                let is_place = matches!(
                    left,
                    Expression::Variable(_) | Expression::Field(_) | Expression::Element(..)
                );
                if !is_place {
                    return Err("syntax error at =".to_owned());
                }
                self.at += 1;
                let right = self.expression()?;
                Expression::Assign(Box::new(left), operator, Box::new(right))
            }
            None => left,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn choice(&mut self) -> Result<Expression, String> {
        let condition = self.binary(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.expression()?;
        self.expect(":")?;
        let no = self.expression()?;
        Ok(Expression::Choice(Box::new(condition), Box::new(yes), Box::new(no)))
    }

    fn binary(&mut self, level: usize) -> Result<Expression, String> {
        const LEVELS: &[&[&str]] =
            &[&["||"], &["&&"], &["in"], &["~", "!~"], &["<", "<=", "==", "!=", ">", ">="]];
        let Some(operators) = LEVELS.get(level) else { return self.concatenation() };
        let mut left = self.binary(level + 1)?;
        loop {
            if operators == &["in"] {
                if self.no_in || !self.take_name("in") {
                    return Ok(left);
                }
                let Token::Name(array) = self.next() else {
                    return Err("syntax error at in".to_owned());
                };
                left = Expression::In(vec![left], array);
                continue;
            }
            let found = operators
                .iter()
                .copied()
                .find(|it| self.is(it) && !(*it == ">" && self.no_greater));
            let Some(operator) = found else { return Ok(left) };
            self.at += 1;
            self.skip_lines();
            let right = Box::new(self.binary(level + 1)?);
            left = match operator {
                "~" => Expression::Match(true, Box::new(left), right),
                "!~" => Expression::Match(false, Box::new(left), right),
                operator => Expression::Binary(operator, Box::new(left), right),
            };
        }
    }

    fn concatenation(&mut self) -> Result<Expression, String> {
        let mut left = self.sum()?;
        while self.begins_value() {
            let right = self.sum()?;
            left = Expression::Binary(" ", Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn begins_value(&self) -> bool {
        match self.peek() {
            Token::Number(_) | Token::Text(_) | Token::Function(_) | Token::Regex(_) => true,
            Token::Name(name) => !is_keyword(name),
            Token::Symbol(symbol) => {
                matches!(*symbol, "$" | "(" | "!" | "-" | "+" | "++" | "--")
                    && *symbol != "-"
                    && *symbol != "+"
            }
            Token::Line | Token::End => false,
        }
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        while let Some(operator) = ["+", "-"].into_iter().find(|it| self.is(it)) {
            self.at += 1;
            let right = self.product()?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.unary()?;
        while let Some(operator) = ["*", "/", "%"].into_iter().find(|it| self.is(it)) {
            self.at += 1;
            let right = self.unary()?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("nested too deeply".to_owned());
        }
        let value = if self.take("!") {
            Expression::Not(Box::new(self.unary()?))
        } else if self.take("-") {
            Expression::Negative(Box::new(self.unary()?))
        } else if self.take("+") {
            self.unary()?
        } else {
            let base = self.postfix()?;
            match self.take("^") {
                true => Expression::Binary("^", Box::new(base), Box::new(self.unary()?)),
                false => base,
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    fn postfix(&mut self) -> Result<Expression, String> {
        for (symbol, by) in [("++", 1.0), ("--", -1.0)] {
            if self.take(symbol) {
                let target = Box::new(self.primary()?);
                return Ok(Expression::Change { target, by, before: true });
            }
        }
        let value = self.primary()?;
        for (symbol, by) in [("++", 1.0), ("--", -1.0)] {
            if self.take(symbol) {
                return Ok(Expression::Change { target: Box::new(value), by, before: false });
            }
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Expression, String> {
        match self.next() {
            Token::Number(number) => Ok(Expression::Number(number)),
            Token::Text(text) => Ok(Expression::Text(text)),
            Token::Regex(text) => {
                compile(&text, Reading::new(Grammar::Extended)).map(Expression::Regex)
            }
            Token::Symbol("$") => Ok(Expression::Field(Box::new(self.postfix()?))),
            Token::Symbol("(") => {
                let mut values = self.list(")")?;
                if values.len() > 1 && self.take_name("in") {
                    let Token::Name(array) = self.next() else {
                        return Err("syntax error at in".to_owned());
                    };
                    return Ok(Expression::In(values, array));
                }
                match (values.pop(), values.is_empty()) {
                    (Some(value), true) => Ok(value),
                    _ => Err("syntax error at )".to_owned()),
                }
            }
            Token::Function(name) => {
                self.expect("(")?;
                Ok(Expression::Call(name, self.list(")")?))
            }
            Token::Name(name) if name == "length" => Ok(Expression::Call(name, Vec::new())),
            Token::Name(name) if !is_keyword(&name) => match self.take("[") {
                true => Ok(Expression::Element(name, self.list("]")?)),
                false => Ok(Expression::Variable(name)),
            },
            other => Err(format!("syntax error at {other:?}")),
        }
    }
}
