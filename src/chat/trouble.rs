//! Why signing in did not work, in words.

use super::icons::{Icon, icon};
use super::page::{Page, text};
use crate::matrix::view::SignInError;
use crate::ui::element::{Tag, tag};

/// What was not typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// The homeserver.
    Homeserver,
    /// The user name.
    User,
    /// The password.
    Password,
}

/// Why signing in did not work.
#[derive(Clone, PartialEq)]
pub(super) enum Trouble {
    /// Nothing was sent.
    Missing(Missing),
    /// It was tried.
    Refused(SignInError),
}

/// What went wrong and what to do, with the server's own words below.
pub(super) fn words(page: Page, trouble: &Trouble) -> Tag {
    let mut details = None;
    let words = match trouble {
        Trouble::Missing(Missing::Homeserver) => text!(page, "sign_in.missing_homeserver"),
        Trouble::Missing(Missing::User) => text!(page, "sign_in.missing_user"),
        Trouble::Missing(Missing::Password) => text!(page, "sign_in.missing_password"),
        Trouble::Refused(error) => match error {
            SignInError::BadAddress => text!(page, "sign_in.bad_address"),
            SignInError::Unreachable(server) => {
                text!(page, "sign_in.unreachable", server = server)
            }
            SignInError::NotMatrix(server) => text!(page, "sign_in.not_matrix", server = server),
            SignInError::BadWellKnown(server) => {
                text!(page, "sign_in.bad_well_known", server = server)
            }
            SignInError::WrongPassword => text!(page, "sign_in.wrong_password"),
            SignInError::NoPasswordFlow => text!(page, "sign_in.no_password"),
            SignInError::Deactivated => text!(page, "sign_in.deactivated"),
            SignInError::Limited(None) => text!(page, "sign_in.limited"),
            SignInError::Limited(Some(wait)) => {
                text!(page, "sign_in.limited_for", seconds = &wait.0.div_ceil(1000).to_string())
            }
            SignInError::UsedLink => text!(page, "sign_in.used_link"),
            SignInError::Other(reason) => {
                details = Some(reason.as_str());
                text!(page, "sign_in.other")
            }
        },
    };
    let said = tag("div", "").with(tag("p", "").text(words)).with(details.map(|reason| {
        tag("details", "")
            .with(tag("summary", "").text(text!(page, "page.details")))
            .with(tag("p", "").text(reason))
            .into()
    }));
    tag("div", "trouble").with(icon(Icon::Warning)).with(said)
}
