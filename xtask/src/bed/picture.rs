//! Pictures for the demo's people, drawn here so that nothing has to be shipped or fetched.

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// Width and height in pixels.
const SIDE: u32 = 96;

/// A PNG of a light figure, head and shoulders, before a background that fades from `top` to `bottom` (red, green, blue).
pub fn portrait(top: [u8; 3], bottom: [u8; 3]) -> Vec<u8> {
    let mut rows = Vec::with_capacity((SIDE * (SIDE * 3 + 1)) as usize);
    for y in 0..SIDE {
        rows.push(0); // every row starts with its filter: none
        for x in 0..SIDE {
            rows.extend(pixel(x, y, top, bottom));
        }
    }
    png(&rows)
}

fn pixel(x: u32, y: u32, top: [u8; 3], bottom: [u8; 3]) -> [u8; 3] {
    let down = centre(y);
    let figure = coverage(x, y) * 0.85;
    let mut colour = [0; 3];
    for ((channel, top), bottom) in colour.iter_mut().zip(top).zip(bottom) {
        let ground = f32::from(top) * (1.0 - down) + f32::from(bottom) * down;
        *channel = (ground + (255.0 - ground) * figure).round() as u8;
    }
    colour
}

/// How much of a pixel the figure covers, from 0 to 1, so that its edge is smooth.
fn coverage(x: u32, y: u32) -> f32 {
    let (x, y) = (centre(x) - 0.5, centre(y));
    let edge = 1.0 / SIDE as f32;
    let disc = |height: f32, width: f32, at: f32| {
        let distance = (x / width).hypot((y - at) / height) - 1.0;
        (0.5 - distance * width.min(height) / edge).clamp(0.0, 1.0)
    };
    disc(0.17, 0.17, 0.38).max(disc(0.36, 0.33, 0.98))
}

/// The middle of a pixel, as a part of the side.
fn centre(position: u32) -> f32 {
    (position as f32 + 0.5) / SIDE as f32
}

fn png(rows: &[u8]) -> Vec<u8> {
    // 8 bits a channel, red-green-blue, and the one kind of compression, filtering and order that there is.
    let mut header = [SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to a vector cannot fail.
    let pixels = encoder.write_all(rows).and_then(|()| encoder.finish()).unwrap_or_default();

    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", Vec::new())] {
        file.extend((content.len() as u32).to_be_bytes());
        let mut sum = Crc::new();
        for part in [kind.as_slice(), &content] {
            sum.update(part);
            file.extend(part);
        }
        file.extend(sum.sum().to_be_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portrait_is_a_png_of_the_right_size() {
        let file = portrait([255, 0, 0], [0, 0, 255]);
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(&file[12..24], b"IHDR\0\0\0\x60\0\0\0\x60");
        // The checksum of an empty IEND chunk is the same in every PNG.
        assert!(file.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
    }

    #[test]
    fn the_corners_show_the_background_and_the_face_does_not() {
        let (top, bottom) = ([200, 0, 0], [0, 0, 200]);
        assert!(pixel(0, 0, top, bottom)[1] < 5);
        assert!(pixel(SIDE / 2, 36, top, bottom)[1] > 200);
    }
}
