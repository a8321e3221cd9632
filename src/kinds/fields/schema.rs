use std::collections::HashMap;
use std::sync::OnceLock;

use super::table::parse;

/// The types of all built-in kinds.
#[derive(Debug, Default)]
pub struct Schema {
    pub(super) types: Vec<TypeFields>,
    /// By `group/version.Name`; core is `v1.Pod`.
    pub(super) by_name: HashMap<String, TypeId>,
}

/// One type of a [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(super) usize);

/// A type with its fields.
#[derive(Debug, Clone, Default)]
pub struct TypeFields {
    /// `PodSpec`.
    pub name: &'static str,
    /// `apps/v1`, `v1`.
    pub group_version: &'static str,
    /// Whether it is merged as one value.
    pub atomic: bool,
    /// All fields, those of inlined types too, by name.
    pub fields: Vec<Field>,
    /// What a protobuf number means, by number.
    pub wire: Vec<(u32, Wire)>,
}

/// What travels under a protobuf number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// The field with this name.
    Field(&'static str),
    /// A message whose fields are this one's.
    Inline(TypeId),
}

/// One field of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `containerPort`.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldType,
    /// Whether the schema says that it must be there.
    pub required: bool,
    /// Whether it is sent even where it is empty.
    pub always_sent: bool,
    /// Whether empty (`0`, `false`, `""`) is not the same as absent.
    pub keeps_empty: bool,
    /// How strategic merge patches merge it.
    pub patch: Patching,
    /// Whether strategic merge patches say which keys stay (`$retainKeys`).
    pub retain_keys: bool,
    /// How server-side apply merges it.
    pub apply: Applying,
}

/// How a strategic merge patch changes a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patching {
    /// It is one value.
    #[default]
    Replace,
    /// Elements are told apart by this key.
    ByKey(&'static str),
    /// Elements are plain values, each once.
    AsSet,
}

/// How server-side apply shares a list or map between managers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Applying {
    /// As its type says: lists are one value, maps and structs are shared by key.
    #[default]
    ByType,
    /// Elements are told apart by these keys.
    ByKeys(Vec<&'static str>),
    /// Elements are plain values, each once.
    AsSet,
    /// It is one value.
    Atomic,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// Text.
    String,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A number.
    Float,
    /// Yes or no.
    Bool,
    /// Bytes, as base64 in JSON.
    Bytes,
    /// A number or a text such as `25%`.
    IntOrString,
    /// `500m`, `1Gi`.
    Quantity,
    /// A time in seconds.
    Time,
    /// A time in microseconds.
    MicroTime,
    /// `1m30s`.
    Duration,
    /// Any JSON.
    Json,
    /// An object of any kind.
    Object,
    /// A struct without fields.
    Empty,
    /// An object of a known type.
    Struct(TypeId),
    /// A list.
    List(Box<FieldType>),
    /// A map from text.
    Map(Box<FieldType>),
}

impl Schema {
    /// The table that is part of the program.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Schema> = OnceLock::new();
        SHIPPED.get_or_init(|| parse(include_str!("table.txt")))
    }

    /// The type of a kind: `("apps/v1", "Deployment")`.
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<TypeId> {
        self.by_name.get(&format!("{api_version}.{kind}")).copied()
    }

    /// A type with its fields.
    pub fn get(&self, id: TypeId) -> &TypeFields {
        static NONE: OnceLock<TypeFields> = OnceLock::new();
        self.types.get(id.0).unwrap_or_else(|| NONE.get_or_init(TypeFields::default))
    }

    /// All types, in the order of the table.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &TypeFields)> {
        self.types.iter().enumerate().map(|(index, one)| (TypeId(index), one))
    }
}

impl TypeFields {
    /// A field by its name in JSON.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let at = self.fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
        self.fields.get(at)
    }

    /// What a protobuf number means.
    pub fn wire(&self, number: u32) -> Option<Wire> {
        let at = self.wire.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.wire.get(at).map(|(_, wire)| *wire)
    }
}
