//! What parts of the program weigh: by how much it gets smaller without the functions that have a module in their name. That is without
//! what falls away below them, and without their data.

use std::ops::Range;

use anyhow::{Context, Result};

use crate::pages::compress::brotli;
use crate::size;

/// The sections of a module that a part is looked for in, or that are not shipped.
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
/// In the section of names: those of functions.
const FUNCTIONS: u8 = 1;

/// A program with the names of its functions.
struct Program<'a> {
    functions: Vec<(&'a str, &'a [u8])>,
    /// Everything else that is shipped.
    rest: Vec<&'a [u8]>,
}

/// A table of what each part weighs. A part is what its functions' names have in them, parted by `|`.
pub(super) fn table(wasm: &[u8], parts: &[String]) -> Result<String> {
    let program = Program::read(wasm).context("the program can't be read")?;
    let whole = program.weight(|_| true)?;
    let mut table = format!(
        "{:>7} {:>9} {:>9}\n{:>7} {:>9} {:>9}  the whole\n",
        "brotli",
        "first",
        "functions",
        size::kb(whole),
        "",
        program.functions.len()
    );
    for part in parts {
        let of_it = |name: &str| part.split('|').any(|word| name.contains(word));
        let without = program.weight(|name| !of_it(name))?;
        let count = program.functions.iter().filter(|(name, _)| of_it(name)).count();
        table +=
            &format!("{:>7} {:>9} {count:>9}  {part}\n", size::kb(whole.saturating_sub(without)), size::kb(without));
    }
    Ok(table)
}

impl<'a> Program<'a> {
    /// Reads a module with names. `None` for what is none.
    fn read(wasm: &'a [u8]) -> Option<Self> {
        let mut at = Reader { bytes: wasm, at: 8 };
        let (mut imported, mut bodies, mut names, mut rest) = (0, Vec::new(), Vec::new(), Vec::new());
        while at.at < wasm.len() {
            let start = at.at;
            let id = at.byte()?;
            let mut section = at.part()?;
            match id {
                CUSTOM => {
                    if section.part()?.bytes_left() == b"name" {
                        names = function_names(section)?;
                    }
                }
                IMPORT => imported = functions_among(section)?,
                CODE => {
                    for _ in 0..section.number()? {
                        bodies.push(section.part()?.bytes_left());
                    }
                }
                _ => rest.push(wasm.get(start..at.at)?),
            }
        }
        let name = |index: usize| names.iter().find(|(of, _)| *of == index + imported).map_or("", |(_, name)| *name);
        let mut by_index = vec![""; bodies.len()];
        for (index, place) in by_index.iter_mut().enumerate() {
            // Names come in the order of their functions, so that the place is nearly always the right one.
            let guess = names.get(index + imported).filter(|(of, _)| *of == index + imported);
            *place = guess.map_or_else(|| name(index), |(_, name)| *name);
        }
        Some(Self { functions: by_index.into_iter().zip(bodies).collect(), rest })
    }

    /// What brotli makes of it with these functions alone.
    fn weight(&self, keeps: impl Fn(&str) -> bool) -> Result<usize> {
        let bodies = self.functions.iter().filter(|(name, _)| keeps(name)).map(|(_, body)| *body);
        let all: Vec<u8> = self.rest.iter().copied().chain(bodies).flatten().copied().collect();
        Ok(brotli(&all)?.len())
    }
}

fn function_names(mut section: Reader<'_>) -> Option<Vec<(usize, &str)>> {
    while section.at < section.bytes.len() {
        let kind = section.byte()?;
        let mut part = section.part()?;
        if kind == FUNCTIONS {
            let count = part.number()?;
            return (0..count)
                .map(|_| Some((part.number()?, str::from_utf8(part.part()?.bytes_left()).ok()?)))
                .collect();
        }
    }
    Some(Vec::new())
}

/// How many of the imports are functions.
fn functions_among(mut section: Reader<'_>) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.part()?;
        section.part()?;
        match section.byte()? {
            0 => {
                section.number()?;
                functions += 1;
            }
            kind @ (1 | 2) => {
                if kind == 1 {
                    section.byte()?;
                }
                let has_most = section.number()? & 1 == 1;
                section.number()?;
                if has_most {
                    section.number()?;
                }
            }
            _ => {
                section.byte()?;
                section.byte()?;
            }
        }
    }
    Some(functions)
}

/// Bytes, and how far they have been read.
#[derive(Clone, Copy)]
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    /// A number in LEB128, of at most five bytes.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// What follows its own length.
    fn part(&mut self) -> Option<Self> {
        let length = self.number()?;
        let range: Range<usize> = self.at..self.at.checked_add(length)?;
        let bytes = self.bytes.get(range)?;
        self.at += length;
        Some(Self { bytes, at: 0 })
    }

    fn bytes_left(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one imported function and two of its own, `a::one` and `b::two`.
    fn module() -> Vec<u8> {
        let section = |id: u8, content: &[u8]| [&[id, u8::try_from(content.len()).expect("short")], content].concat();
        let names = [&[4][..], b"name", &[1, 17, 2, 1, 6], b"a::one", &[2, 6], b"b::two"].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 0, 0]),
            section(IMPORT, &[2, 1, b'm', 1, b'f', 0, 0, 1, b'm', 1, b'x', 2, 0, 1]),
            section(3, &[2, 0, 0]),
            section(CODE, &[2, 2, 0, 0x0b, 3, 0, 0x01, 0x0b]),
            section(CUSTOM, &names),
        ]
        .concat()
    }

    #[test]
    fn functions_are_known_by_their_names_and_imports_are_none_of_them() {
        let module = module();
        let program = Program::read(&module).expect("a program");
        assert_eq!(program.functions, [("a::one", &[0, 0x0b][..]), ("b::two", &[0, 1, 0x0b][..])]);
        assert_eq!(program.rest.len(), 2);
    }

    #[test]
    fn a_part_is_all_that_has_one_of_its_words() {
        let table = table(&module(), &["a::|b::".to_owned(), "c::".to_owned()]).expect("a table");
        let counts: Vec<_> = table.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1)).collect();
        assert_eq!(counts.len(), 3, "{table}");
        assert!(table.contains("        2  a::|b::") && table.contains("        0  c::"), "{table}");
    }

    #[test]
    fn what_is_cut_short_is_no_program() {
        let module = module();
        for length in 9..module.len() {
            let _ = Program::read(&module[..length]);
        }
        assert!(Program::read(&module[..module.len() - 5]).is_none());
    }
}
