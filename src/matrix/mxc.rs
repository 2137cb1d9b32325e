//! `mxc:` addresses (Client-Server API, "Matrix Content URIs").

/// A checked `mxc:` address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mxc {
    server: String,
    id: String,
}

impl Mxc {
    /// Reads `mxc://server/id`. Both parts may hold only what their grammars allow, so that no one can aim a request at
    /// another endpoint.
    pub fn read(address: &str) -> Option<Self> {
        let (server, id) = address.strip_prefix("mxc://")?.split_once('/')?;
        let fits = |part: &str, extra: &[u8]| {
            (1..=255).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(&byte))
        };
        (fits(server, b"-.:[]") && fits(id, b"-_") && server != "." && server != "..")
            .then(|| Self { server: server.into(), id: id.into() })
    }

    /// The server that has it.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Its name there.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The side of the thumbnail to ask for, in pixels: few different ones, so that a picture is loaded once for all the
/// places that show it. `size` is in CSS pixels.
pub fn thumbnail_pixels(size: u32, pixel_ratio: f64) -> u32 {
    let wanted = f64::from(size) * pixel_ratio.clamp(1.0, 4.0);
    [32, 64, 96, 192, 320].into_iter().find(|pixels| f64::from(*pixels) >= wanted).unwrap_or(640)
}

/// The image types that are shown. No SVG: an object URL of it is a document of the page's own origin.
pub fn shown_image_type(content_type: &str) -> Option<&'static str> {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]
        .into_iter()
        .find(|shown| essence.eq_ignore_ascii_case(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_server_and_an_id() {
        let mxc = Mxc::read("mxc://chat.test:8448/AbC_-9").unwrap();
        assert_eq!((mxc.server(), mxc.id()), ("chat.test:8448", "AbC_-9"));
    }

    #[test]
    fn what_could_climb_or_smuggle_is_no_address() {
        for address in [
            "",
            "mxc://",
            "mxc://a",
            "mxc://a/",
            "mxc:///b",
            "https://a/b",
            "mxc://a/b/c",
            "mxc://../b",
            "mxc://a/b?c",
            "mxc://a/b#c",
            "mxc://a/..",
            "mxc://a b/c",
            "mxc://u@a/c",
            "mxc://a/%2e",
        ] {
            assert_eq!(Mxc::read(address), None, "{address}");
        }
    }

    #[test]
    fn a_thumbnail_is_never_smaller_than_shown_below_640() {
        assert_eq!(thumbnail_pixels(32, 1.0), 32);
        assert_eq!(thumbnail_pixels(32, 2.0), 64);
        assert_eq!(thumbnail_pixels(36, 1.25), 64);
        assert_eq!(thumbnail_pixels(900, 2.0), 640);
        assert_eq!(thumbnail_pixels(96, f64::NAN), 640);
    }

    #[test]
    fn a_picture_that_could_run_a_script_is_not_shown() {
        assert_eq!(shown_image_type("IMAGE/PNG; charset=x"), Some("image/png"));
        for odd in ["image/svg+xml", "text/html", "", "image/png+xml"] {
            assert_eq!(shown_image_type(odd), None, "{odd}");
        }
    }
}
