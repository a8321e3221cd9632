use std::sync::Arc;

use super::lexer::{ParseError, Parser, is_name};
use super::parser::plain_word;
use super::tree::{CaseArm, CommandKind, List, Part, Word};

impl Parser {
    /// A compound command, where one begins here.
    pub(super) fn compound(&mut self) -> Result<Option<CommandKind>, ParseError> {
        if self.extended && self.starts_with("((") {
            return self.arithmetic_command().map(Some);
        }
        if self.take_operator("(") {
            let list = self.compound_list()?;
            return match self.take_operator(")") {
                true => Ok(Some(CommandKind::Subshell(Arc::new(list)))),
                false => self.expected(Some(")")),
            };
        }
        let Some(word) = self.reserved() else { return Ok(None) };
        match word {
            "{" => self.group().map(Some),
            "if" => self.if_command().map(Some),
            "while" | "until" => self.loop_command(word).map(Some),
            "for" => self.for_command().map(Some),
            "case" => self.case_command().map(Some),
            "[[" => self.test_command().map(Some),
            "function" => self.function_command().map(Some),
            "!" | "in" | "time" | "]]" => Ok(None),
            _ => self.unexpected(),
        }
    }

    fn expect(&mut self, reserved: &'static str) -> Result<(), ParseError> {
        match self.take_reserved(reserved) {
            true => Ok(()),
            false => self.expected(Some(reserved)),
        }
    }

    fn group(&mut self) -> Result<CommandKind, ParseError> {
        self.expect("{")?;
        let list = self.compound_list()?;
        self.expect("}")?;
        Ok(CommandKind::Group(list))
    }

    fn if_command(&mut self) -> Result<CommandKind, ParseError> {
        self.expect("if")?;
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.compound_list()?;
            self.expect("then")?;
            arms.push((condition, self.compound_list()?));
            if self.take_reserved("elif") {
                continue;
            }
            if self.take_reserved("else") {
                otherwise = Some(self.compound_list()?);
            }
            self.expect("fi")?;
            return Ok(CommandKind::If { arms, otherwise });
        }
    }

    fn loop_command(&mut self, word: &'static str) -> Result<CommandKind, ParseError> {
        self.expect(word)?;
        let condition = self.compound_list()?;
        let body = self.do_group()?;
        Ok(CommandKind::Loop { until: word == "until", condition, body })
    }

    fn do_group(&mut self) -> Result<List, ParseError> {
        self.expect("do")?;
        let body = self.compound_list()?;
        self.expect("done")?;
        Ok(body)
    }

    fn for_command(&mut self) -> Result<CommandKind, ParseError> {
        self.expect("for")?;
        self.skip_blanks();
        if self.extended && self.starts_with("((") {
            return self.for_arithmetic();
        }
        if self.operator().is_some() || self.peek().is_none() {
            return self.unexpected();
        }
        let word = self.word()?;
        let Some(name) = plain_word(&word).filter(|name| is_name(name)) else {
            return Err(ParseError::Other("bad for loop variable".to_owned()));
        };
        self.skip_lines()?;
        let mut words = None;
        if self.take_reserved("in") {
            let mut list = Vec::new();
            while self.operator().is_none() && self.peek().is_some() {
                list.push(self.word()?);
            }
            words = Some(list);
            if self.peek().is_none() {
                return self.unexpected();
            }
        }
        self.end_of_for_head()?;
        let body = self.do_group()?;
        Ok(CommandKind::For { name, words, body })
    }

    fn end_of_for_head(&mut self) -> Result<(), ParseError> {
        self.take_operator(";");
        self.skip_lines()
    }

    fn for_arithmetic(&mut self) -> Result<CommandKind, ParseError> {
        self.take("((");
        let text = self.text_to_double_parenthesis()?;
        let mut parts = text.split(';').map(str::trim);
        let mut next = || self.arithmetic_word(parts.next().unwrap_or_default());
        let parts = [next()?, next()?, next()?];
        self.end_of_for_head()?;
        let body = self.do_group()?;
        Ok(CommandKind::ForArithmetic { parts, body })
    }

    fn arithmetic_command(&mut self) -> Result<CommandKind, ParseError> {
        self.take("((");
        let text = self.text_to_double_parenthesis()?;
        Ok(CommandKind::Arithmetic(self.arithmetic_word(&text)?))
    }

    fn case_command(&mut self) -> Result<CommandKind, ParseError> {
        self.expect("case")?;
        self.skip_blanks();
        if self.operator().is_some() || self.peek().is_none() {
            return self.unexpected();
        }
        let word = self.word()?;
        self.skip_lines()?;
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.skip_lines()?;
            if self.take_reserved("esac") {
                return Ok(CommandKind::Case { word, arms });
            }
            let (arm, is_last) = self.case_arm()?;
            arms.push(arm);
            if is_last {
                self.skip_lines()?;
                self.expect("esac")?;
                return Ok(CommandKind::Case { word, arms });
            }
        }
    }

    /// An arm, and whether nothing follows it but `esac`.
    fn case_arm(&mut self) -> Result<(CaseArm, bool), ParseError> {
        self.take_operator("(");
        let mut patterns: Vec<Word> = Vec::new();
        loop {
            self.skip_blanks();
            if self.operator().is_some() || self.peek().is_none() {
                return self.unexpected();
            }
            patterns.push(self.word()?);
            if self.take_operator(")") {
                break;
            }
            if !self.take_operator("|") {
                return self.unexpected();
            }
        }
        self.skip_lines()?;
        let is_empty =
            matches!(self.operator(), Some(";;" | ";&" | ";;&")) || self.reserved() == Some("esac");
        let body = if is_empty { List::default() } else { self.compound_list()? };
        self.skip_lines()?;
        let end = self.operator().filter(|operator| matches!(*operator, ";;" | ";&" | ";;&"));
        if let Some(end) = end {
            self.take(end);
        }
        let falls_through = end == Some(";&");
        Ok((CaseArm { patterns, body, falls_through }, end.is_none()))
    }

    fn function_command(&mut self) -> Result<CommandKind, ParseError> {
        self.expect("function")?;
        self.skip_blanks();
        let word = self.word()?;
        let Some(name) = plain_word(&word) else { return self.unexpected() };
        if self.take_operator("(") && !self.take_operator(")") {
            return self.unexpected();
        }
        let line = self.line;
        self.function_body(name, line).map(|command| command.kind)
    }

    /// `[[ … ]]`: words, with `&&`, `||`, `(`, `)`, `<`, `>` as words of their own.
    fn test_command(&mut self) -> Result<CommandKind, ParseError> {
        self.expect("[[")?;
        let mut words: Vec<Word> = Vec::new();
        loop {
            self.skip_lines()?;
            if self.take_reserved("]]") {
                return Ok(CommandKind::Test(words));
            }
            if self.peek().is_none() {
                return self.unexpected();
            }
            let after_match = words.last().is_some_and(|word| *word == [Part::Text("=~".into())]);
            if after_match {
                words.push(self.regex_word()?);
                continue;
            }
            match self.operator() {
                Some(operator @ ("&&" | "||" | "(" | ")" | "<" | ">")) => {
                    self.take(operator);
                    words.push(vec![Part::Text(operator.to_owned())]);
                }
                Some(_) => return self.unexpected(),
                None => words.push(self.word()?),
            }
        }
    }
}
