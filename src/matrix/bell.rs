//! Waiting in futures: for something to happen, for time to pass, or for whichever comes first.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker};

use gloo_timers::future::TimeoutFuture;

use crate::time::Millis;

/// Something that happens; everyone who waits for it goes on, and so does whoever comes later, until [`reset`](Self::reset).
#[derive(Default)]
pub(super) struct Bell {
    rung: Cell<bool>,
    wakers: RefCell<Vec<Waker>>,
}

impl Bell {
    pub(super) fn ring(&self) {
        self.rung.set(true);
        for waker in self.wakers.take() {
            waker.wake();
        }
    }

    pub(super) fn reset(&self) {
        self.rung.set(false);
    }

    pub(super) fn has_rung(&self) -> bool {
        self.rung.get()
    }

    pub(super) async fn wait(&self) {
        poll_fn(|context| {
            if self.rung.get() {
                return Poll::Ready(());
            }
            let mut wakers = self.wakers.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

/// The future's result, or `None` when the bell rings first; the future is dropped then.
pub(super) async fn unless<T>(bell: &Bell, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut rung) = (pin!(future), pin!(bell.wait()));
    poll_fn(|context| {
        if rung.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Lets time pass.
pub(super) async fn sleep(length: Millis) {
    // A browser takes 31 bits and fires at once beyond them.
    let length = u32::try_from(length.0).unwrap_or(u32::MAX).min(0x7fff_ffff);
    TimeoutFuture::new(length).await;
}
