//! All images that are known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use include_dir::{Dir, include_dir};

use super::definition::Definition;
use super::image::Image;
use super::reference::Reference;
use super::registries::{Registries, no_such_tag};
use super::tags;

/// The data that is part of the program.
static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/images");

/// The file that describes registries instead of images.
const REGISTRIES: &str = "registries.yaml";

/// So many answers are remembered.
const REMEMBERED: usize = 1000;

/// The images that can be pulled.
#[derive(Debug, Default)]
pub struct Images {
    families: BTreeMap<String, Arc<Definition>>,
    unknown: Arc<Definition>,
    registries: Registries,
    found: Mutex<BTreeMap<String, Lookup>>,
}

/// What a pull of an image finds.
#[derive(Debug, Clone)]
pub enum Lookup {
    /// Data says how it behaves.
    Known(Arc<Image>),
    /// No data describes it: its containers start and idle, and an event should say so.
    Simulated(Arc<Image>),
    /// The pull fails, with what follows `Failed to pull image "x": `.
    NotFound(String),
    /// The name is none: `InvalidImageName`, with what follows `Failed to apply default image tag "x": `.
    Invalid(String),
}

/// Why image data cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("image data {file}: {reason}")]
pub struct ImageError {
    /// Which file.
    pub file: String,
    /// Line, column and what is wrong there.
    pub reason: String,
}

/// The data is shared; what was found is not.
impl Clone for Images {
    fn clone(&self) -> Self {
        Self {
            families: self.families.clone(),
            unknown: Arc::clone(&self.unknown),
            registries: self.registries.clone(),
            found: Mutex::default(),
        }
    }
}

impl Images {
    /// The images that come with the program.
    ///
    /// # Errors
    /// [`ImageError`] where a shipped file cannot be read; a test reads them all.
    pub fn shipped() -> Result<Self, ImageError> {
        Self::with(&[])
    }

    /// The shipped images and those of more files (name and text), which win.
    ///
    /// # Errors
    /// [`ImageError`] for the first file that cannot be read.
    pub fn with(extra: &[(String, String)]) -> Result<Self, ImageError> {
        let shipped = SHIPPED.files().filter_map(|file| {
            let name = file.path().to_str()?;
            name.ends_with(".yaml").then_some((name, file.contents_utf8()?))
        });
        let extra = extra.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        Self::read(shipped.chain(extra))
    }

    fn read<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, ImageError> {
        let mut images = Self::default();
        let mut definitions = Vec::new();
        for (file, text) in files {
            if file == REGISTRIES {
                images.registries = parse(file, text)?;
                continue;
            }
            let definition: Definition = parse(file, text)?;
            check(file, &definition)?;
            definitions.push((file, definition));
        }
        images.add_all(&definitions)?;
        Ok(images)
    }

    fn add_all(&mut self, definitions: &[(&str, Definition)]) -> Result<(), ImageError> {
        let by_name: BTreeMap<String, &Definition> = definitions
            .iter()
            .flat_map(|(_, definition)| {
                definition.names.iter().map(move |name| (repository(name), definition))
            })
            .collect();
        for (file, definition) in definitions {
            let whole = Arc::new(resolve(file, definition, &by_name)?);
            for name in &whole.names {
                self.families.insert(repository(name), Arc::clone(&whole));
            }
        }
        if let Some(unknown) = self.families.get(&repository("podlab/unknown")) {
            self.unknown = Arc::clone(unknown);
        }
        Ok(())
    }

    /// What a reference names.
    pub fn find(&self, reference: &str) -> Lookup {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lookup) = found.get(reference) {
            return lookup.clone();
        }
        let lookup = self.look_up(reference);
        if found.len() < REMEMBERED {
            found.insert(reference.to_owned(), lookup.clone());
        }
        lookup
    }

    fn look_up(&self, text: &str) -> Lookup {
        let Some(reference) = Reference::parse(text) else {
            return Lookup::Invalid(format!(
                "couldn't parse image name {text:?}: invalid reference format"
            ));
        };
        let Some(family) = self.families.get(&reference.repository()) else {
            return match self.registries.refusal(&reference) {
                Some(refusal) => Lookup::NotFound(refusal),
                None => Lookup::Simulated(image(reference, &self.unknown)),
            };
        };
        let has_tag = reference.digest.is_some() || tags::is_listed(&family.tags, &reference.tag);
        match has_tag {
            true => Lookup::Known(image(reference, family)),
            false => Lookup::NotFound(no_such_tag(&reference)),
        }
    }
}

fn image(reference: Reference, definition: &Arc<Definition>) -> Arc<Image> {
    Arc::new(Image::new(reference, Arc::clone(definition)))
}

fn repository(name: &str) -> String {
    Reference::parse(name).map_or_else(|| name.to_owned(), |reference| reference.repository())
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, ImageError> {
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| ImageError { file: file.to_owned(), reason: error.to_string() })
}

/// What the types of the format do not say.
fn check(file: &str, definition: &Definition) -> Result<(), ImageError> {
    let fail = |reason: String| Err(ImageError { file: file.to_owned(), reason });
    if definition.names.is_empty() {
        return fail("`names` is missing: the repositories that this file describes".to_owned());
    }
    if let Some(name) = definition.names.iter().find(|name| Reference::parse(name).is_none()) {
        return fail(format!("{name:?} in `names` is no repository"));
    }
    if let Some(tag) = definition.tags.iter().find(|tag| !tags::is_pattern(tag)) {
        return fail(format!(
            "{tag:?} in `tags` cannot be read: a bracket lacks its partner, or there are too many"
        ));
    }
    for (program, cases) in &definition.programs {
        for case in cases {
            if case.script.is_some() == case.serve.is_some() {
                return fail(format!(
                    "each case of program {program:?} needs either `script` or `serve`"
                ));
            }
        }
    }
    Ok(())
}

/// The definition with everything that its bases say.
fn resolve(
    file: &str,
    definition: &Definition,
    by_name: &BTreeMap<String, &Definition>,
) -> Result<Definition, ImageError> {
    let mut whole = definition.clone();
    let mut seen = BTreeSet::new();
    let mut next = definition.from.clone();
    while let Some(name) = next {
        let base = by_name.get(&repository(&name)).copied();
        let (Some(base), true) = (base, seen.insert(name.clone())) else {
            return Err(ImageError {
                file: file.to_owned(),
                reason: format!("`from: {name}` names no image of the data, or itself"),
            });
        };
        build_on(&mut whole, base);
        next = base.from.clone();
    }
    Ok(whole)
}

/// As a Dockerfile's `FROM`: what the upper image does not say, the lower one does.
fn build_on(upper: &mut Definition, lower: &Definition) {
    // A new entry point makes the arguments of the old one void.
    if upper.entrypoint.is_none() {
        upper.entrypoint.clone_from(&lower.entrypoint);
        upper.command = upper.command.take().or_else(|| lower.command.clone());
    }
    upper.working_dir = upper.working_dir.take().or_else(|| lower.working_dir.clone());
    upper.user = upper.user.or(lower.user);
    upper.style = upper.style.or(lower.style);
    upper.size = upper.size.or(lower.size);
    let missing = |tool: &&String| !upper.tools.contains(tool);
    let more: Vec<String> = lower.tools.iter().filter(missing).cloned().collect();
    upper.tools.extend(more);
    upper.without.extend(lower.without.iter().cloned());
    add_missing(&mut upper.env, &lower.env);
    add_missing(&mut upper.files, &lower.files);
    add_missing(&mut upper.programs, &lower.programs);
}

fn add_missing<V: Clone>(upper: &mut BTreeMap<String, V>, lower: &BTreeMap<String, V>) {
    for (key, value) in lower {
        upper.entry(key.clone()).or_insert_with(|| value.clone());
    }
}
