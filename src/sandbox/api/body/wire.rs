/// A value as it travels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum WireValue<'a> {
    Number(u64),
    Fixed(u64),
    Bytes(&'a [u8]),
}

impl<'a> WireValue<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], String> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err("proto: wrong wireType for a message or text".to_owned()),
        }
    }

    pub(super) fn number(self) -> Result<i64, String> {
        match self {
            Self::Number(number) => Ok(number.cast_signed()),
            _ => Err("proto: wrong wireType for a number".to_owned()),
        }
    }

    pub(super) fn float(self) -> Result<f64, String> {
        match self {
            Self::Fixed(bits) => Ok(f64::from_bits(bits)),
            _ => Err("proto: wrong wireType for a number".to_owned()),
        }
    }
}

/// The fields of a message, in order.
///
/// Source: protobuf's encoding: keys and numbers in base 128, low bits first.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// All of it as numbers.
    pub(super) fn packed(mut self) -> Result<Vec<WireValue<'a>>, String> {
        let mut numbers = Vec::new();
        while !self.rest.is_empty() {
            numbers.push(WireValue::Number(self.varint()?));
        }
        Ok(numbers)
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut value: u64 = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or_else(too_short)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err("proto: integer overflow".to_owned())
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], String> {
        let length = usize::try_from(length).map_err(|_| too_short())?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(too_short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn field(&mut self) -> Result<(u32, WireValue<'a>), String> {
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).map_err(|_| "proto: illegal tag".to_owned())?;
        let value = match key & 7 {
            0 => WireValue::Number(self.varint()?),
            1 => WireValue::Fixed(little_endian(self.take(8)?)),
            2 => {
                let length = self.varint()?;
                WireValue::Bytes(self.take(length)?)
            }
            5 => WireValue::Fixed(little_endian(self.take(4)?)),
            other => return Err(format!("proto: illegal wireType {other}")),
        };
        Ok((number, value))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<(u32, WireValue<'a>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| (value << 8) | u64::from(*byte))
}

fn too_short() -> String {
    "unexpected EOF".to_owned()
}
