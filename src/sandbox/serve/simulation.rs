use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use super::clock::Clock;
use super::watchers::Watchers;
use crate::sandbox::store::Change;
use crate::sandbox::world::World;

/// The world with its clock: every request and every tick goes through here, one at a time.
#[derive(Debug)]
pub(super) struct Simulation {
    world: Mutex<Scheduled>,
    clock: Clock,
    watchers: Watchers,
    /// Something may have been written by a container.
    activity: watch::Sender<()>,
    /// The next due time is another one.
    rescheduled: Notify,
}

#[derive(Debug)]
struct Scheduled {
    world: World,
    due: Option<Timestamp>,
}

impl Simulation {
    /// Puts a world under a clock.
    pub(super) fn new(world: World, clock: Clock) -> Self {
        Self {
            world: Mutex::new(Scheduled { world, due: None }),
            clock,
            watchers: Watchers::default(),
            activity: watch::Sender::new(()),
            rescheduled: Notify::new(),
        }
    }

    /// What time it is in there.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Those who wait for changes of objects.
    pub(super) fn watchers(&self) -> &Watchers {
        &self.watchers
    }

    /// Changes whenever a container may have written something.
    pub(super) fn activity(&self) -> watch::Receiver<()> {
        self.activity.subscribe()
    }

    /// Does something to the world as it is now, and lets what follows from it happen.
    pub(super) fn with<R>(&self, act: impl FnOnce(&mut World, Timestamp) -> R) -> R {
        let (answer, changes) = {
            let mut scheduled = self.lock();
            let now = self.clock.now();
            let before = scheduled.world.store().revision();
            scheduled.world.advance(now);
            let answer = act(&mut scheduled.world, now);
            scheduled.world.advance(now);
            self.schedule(&mut scheduled);
            (answer, changes_since(&scheduled.world, before))
        };
        match changes {
            Some(changes) if changes.is_empty() => {}
            Some(changes) => self.watchers.wake(&changes),
            None => self.watchers.wake_all(),
        }
        self.activity.send_replace(());
        answer
    }

    /// Looks at the world, or takes out of it what is there already.
    pub(super) fn look<R>(&self, look: impl FnOnce(&mut World, Timestamp) -> R) -> R {
        let mut scheduled = self.lock();
        let answer = look(&mut scheduled.world, self.clock.now());
        // Where something was taken, there is room for more.
        self.schedule(&mut scheduled);
        answer
    }

    fn schedule(&self, scheduled: &mut Scheduled) {
        let due = scheduled.world.next_due();
        if due != scheduled.due {
            scheduled.due = due;
            self.rescheduled.notify_one();
        }
    }

    /// A panic inside of one request leaves a world that the others can go on with.
    fn lock(&self) -> MutexGuard<'_, Scheduled> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// None where they are too many to be remembered.
fn changes_since(world: &World, revision: u64) -> Option<Vec<Change>> {
    let store = world.store();
    if store.revision() == revision {
        return Some(Vec::new());
    }
    store.changes_since(revision).ok().map(|changes| changes.cloned().collect())
}

/// Lets time pass: sleeps until something is due, and lets it happen. Never returns.
pub(super) async fn drive(simulation: Arc<Simulation>) {
    /// Timers are no finer than this.
    const SHORTEST: Duration = Duration::from_millis(1);
    simulation.with(|_, _| ());
    loop {
        let due = simulation.lock().due;
        tokio::select! {
            () = simulation.clock.sleep_until(due, SHORTEST) => simulation.with(|_, _| ()),
            () = simulation.rescheduled.notified() => {}
        }
    }
}
