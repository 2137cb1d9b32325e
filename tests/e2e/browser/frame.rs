//! A place in a browser where a test looks and presses: the top page or a frame in it.

use std::time::Duration;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thirtyfour::{By, WebDriver, WebElement};

use super::{WAIT, until};

/// How long a page that may have died is asked what it says of itself.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Where the browser is, what its frames say, and the errors on its console, for whoever reads why a test failed.
async fn said_by(driver: &WebDriver) -> String {
    let said = async {
        let url = driver.current_url().await.map_or_else(|error| format!("no page: {error}"), String::from);
        // Firefox tells no log.
        let log = driver.browser_log().await.unwrap_or_default();
        let errors: Vec<String> =
            log.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect();
        let frames = said_by_frames(driver).await;
        format!("at {url}, with these errors on the console: {errors:#?}, and these frames: {frames:#?}")
    };
    tokio::time::timeout(LAST_WORDS, said).await.unwrap_or_else(|_| "in a browser that does not answer".to_owned())
}

/// The address and the state of each frame on the way down to the innermost; of one that died, what the driver says of it.
async fn said_by_frames(driver: &WebDriver) -> Vec<String> {
    let mut frames = Vec::new();
    let said = async {
        driver.enter_default_frame().await?;
        while let Ok(frame) = driver.find(By::Css("iframe")).await {
            frame.enter_frame().await?;
            let script = "return [location.href, document.readyState, window.standIn?.phase()].join(' ')";
            frames.push(driver.execute(script, Vec::new()).await?.convert()?);
        }
        anyhow::Ok(())
    };
    if let Err(error) = said.await {
        frames.push(format!("{error:#}"));
    }
    let _back = driver.enter_default_frame().await;
    frames
}

/// The top page or a frame in it. It is found anew for each step, so a frame may be replaced between two of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    driver: &'a WebDriver,
    way: Way<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    Along(&'a [&'a str]),
    ToTheEnd,
}

impl<'a> Frame<'a> {
    pub(super) fn along(driver: &'a WebDriver, path: &'a [&'a str]) -> Self {
        Self { driver, way: Way::Along(path) }
    }

    pub(super) fn innermost(driver: &'a WebDriver) -> Self {
        Self { driver, way: Way::ToTheEnd }
    }

    /// Runs the body of a function; a promise that it returns is awaited.
    pub(crate) async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<T> {
        self.inside(async || {
            let run = self.driver.execute(script, arguments).await;
            let returned = run.with_context(|| format!("running {script}"))?;
            returned.convert().with_context(|| format!("reading {} from {script}", returned.json()))
        })
        .await
    }

    /// Waits until an expression is truthy, and returns it. A promise is awaited.
    pub(crate) async fn becomes<T: DeserializeOwned>(&self, expression: &str) -> anyhow::Result<T> {
        let script = format!("return Promise.resolve({expression}).then(value => value || null)");
        self.until(expression, WAIT, async || self.run(&script, Vec::new()).await).await
    }

    /// Waits for an element to be shown, and returns its text.
    pub(crate) async fn shown(&self, css: &str) -> anyhow::Result<String> {
        self.with_element(&format!("{css} is shown"), css, async |element| {
            Ok(if element.is_displayed().await? { Some(element.text().await?) } else { None })
        })
        .await
    }

    /// Waits for an element to be there and in nobody's way, and clicks it as a person does.
    pub(crate) async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.with_element(&format!("{css} can be clicked"), css, async |element| {
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// The same of what the body of a function finds, as an element in a shadow root, which no selector of the page leads to; `null`
    /// is "not yet".
    pub(crate) async fn click_found(&self, what: &str, script: &str, arguments: &[Value]) -> anyhow::Result<()> {
        let step = async || {
            self.inside(async || {
                let found = self.driver.execute(script, arguments.to_vec()).await?;
                if found.json().is_null() {
                    return Ok(None);
                }
                found.element()?.click().await?;
                Ok(Some(()))
            })
            .await
        };
        self.until(&format!("{what} can be clicked"), WAIT, step).await
    }

    /// Types into a field, after what is there.
    pub(crate) async fn type_into(&self, css: &str, text: &str) -> anyhow::Result<()> {
        self.with_element(&format!("{css} takes text"), css, async |element| {
            element.send_keys(text).await?;
            Ok(Some(()))
        })
        .await
    }

    async fn with_element<T>(
        &self,
        what: &str,
        css: &str,
        mut step: impl AsyncFnMut(WebElement) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        let step = async || self.inside(async || step(self.driver.find(By::Css(css)).await?).await).await;
        self.until(what, WAIT, step).await
    }

    /// Waits as [`until`] does; when it was in vain, the error has what the page says of itself.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        limit: Duration,
        question: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        match until(what, limit, question).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(error.context(said_by(self.driver).await)),
        }
    }

    async fn inside<T>(&self, step: impl AsyncFnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.driver.enter_default_frame().await?;
        let result = async {
            self.enter().await?;
            step().await
        }
        .await;
        self.driver.enter_default_frame().await?;
        result
    }

    async fn enter(&self) -> anyhow::Result<()> {
        match self.way {
            Way::Along(path) => {
                for css in path {
                    self.driver.find(By::Css(*css)).await?.enter_frame().await?;
                }
            }
            Way::ToTheEnd => {
                while let Ok(frame) = self.driver.find(By::Css("iframe")).await {
                    frame.enter_frame().await?;
                }
            }
        }
        Ok(())
    }
}
