//! Doing things that take time one after the other.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen_futures::spawn_local;

/// Something that takes time.
pub type Job = Pin<Box<dyn Future<Output = ()>>>;

/// A queue of jobs: each begins when the one before is done. Cloning gives another handle to the same one.
#[derive(Clone, Default)]
pub struct Queue(Rc<Jobs>);

#[derive(Default)]
struct Jobs {
    waiting: RefCell<VecDeque<Job>>,
    /// The job under way; empty while it runs.
    current: RefCell<Option<Job>>,
    running: Cell<bool>,
    /// The job that runs at the moment is given up.
    given_up: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Queue {
    /// Puts a job behind the others.
    pub fn push(&self, job: Job) {
        self.0.waiting.borrow_mut().push_back(job);
        if !self.0.running.replace(true) {
            let jobs = self.0.clone();
            spawn_local(poll_fn(move |context| jobs.advance(context)));
        }
    }

    /// Gives up all jobs, the one under way too: a promise of a closed connection may never settle, and what waits for it would
    /// keep the connection for ever.
    pub fn clear(&self) {
        let (waiting, current) = (self.0.waiting.take(), self.0.current.take());
        drop((waiting, current));
        self.0.given_up.set(true);
        let waker = self.0.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Jobs {
    fn advance(&self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let job = self.current.take().or_else(|| self.waiting.borrow_mut().pop_front());
            let Some(mut job) = job else {
                self.running.set(false);
                return Poll::Ready(());
            };
            self.given_up.set(false);
            if job.as_mut().poll(context).is_pending() && !self.given_up.get() {
                *self.current.borrow_mut() = Some(job);
                *self.waker.borrow_mut() = Some(context.waker().clone());
                return Poll::Pending;
            }
        }
    }
}
