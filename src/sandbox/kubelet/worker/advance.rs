use super::pod_worker::PodWorker;
use super::step::{Stage, Step};
use super::surroundings::Surroundings;
use crate::sandbox::kubelet::status::deadline;
use crate::sandbox::kubelet::volumes::{MESSAGE, Making};

/// What does not come to rest within so many rounds goes on a moment later.
const MOST_ROUNDS: usize = 200;

impl PodWorker {
    /// Lets everything happen that is due. Whether it came to rest.
    pub(crate) fn advance(&mut self, world: &mut Surroundings<'_>) -> bool {
        for _ in 0..MOST_ROUNDS {
            if !self.round(world) {
                return true;
            }
        }
        false
    }

    fn round(&mut self, world: &mut Surroundings<'_>) -> bool {
        if self.work.stage == Stage::Finished {
            return false;
        }
        self.interrupt(world);
        let mut moved = self.run_programs(world);
        moved |= self.look_if_due(world);
        moved |= self.probe(world);
        moved |= self.follow_if_due(world);
        moved |= self.take_up_if_due(world);
        moved | self.go_on(world)
    }

    /// Runs the programs of containers as far as they get.
    fn run_programs(&mut self, world: &mut Surroundings<'_>) -> bool {
        let is_touched = std::mem::take(&mut self.work.is_touched);
        for instance in &mut self.runtime.instances {
            if let Some(process) = &mut instance.process
                && (is_touched || process.next_due().is_some_and(|due| due <= world.now))
            {
                process.advance(world.now);
                self.work.is_active = true;
            }
        }
        self.collect(world)
    }

    /// Takes over what programs have done. Whether a container ended.
    pub(super) fn collect(&mut self, world: &Surroundings<'_>) -> bool {
        let mut ended = false;
        for instance in &mut self.runtime.instances {
            if instance.collect() {
                let container = self.pod.spec.at(instance.slot);
                let policy = container.map_or("", |one| one.termination_message_policy.as_str());
                instance.take_message(policy, MESSAGE);
                ended = true;
            }
        }
        if ended {
            self.note_news(world);
        }
        ended
    }

    fn look_if_due(&mut self, world: &Surroundings<'_>) -> bool {
        if self.work.relist.is_none_or(|at| at > world.now) {
            return false;
        }
        self.work.relist = None;
        self.work.is_wanted |= self.runtime.look();
        true
    }

    fn follow_if_due(&mut self, world: &mut Surroundings<'_>) -> bool {
        if self.volumes.follows_at().is_none_or(|at| at > world.now) {
            return false;
        }
        let issued = self.volumes.issued(world.now);
        let host = world.node.address.to_string();
        let address = self.runtime.sandbox.map_or(String::new(), |s| s.address.to_string());
        self.volumes.follow_now(Making {
            pod: &self.pod,
            store: world.store,
            addresses: [&address, &host],
            issued,
        });
        true
    }

    /// Takes the pod up when its time has come.
    fn take_up_if_due(&mut self, world: &Surroundings<'_>) -> bool {
        let is_late = self.work.stage == Stage::Syncing
            && !self.status.phase.is_terminal()
            && deadline(&self.pod, &self.status).is_some_and(|deadline| {
                super::super::clock::TAKE_UP.at_or_after(deadline) <= world.now
            });
        let is_due = self.work.take_up.is_some_and(|at| at <= world.now);
        if !is_due && !is_late {
            return false;
        }
        if is_due {
            self.work.take_up = None;
        }
        let was_wanted = std::mem::replace(&mut self.work.is_wanted, true);
        is_due || !was_wanted
    }

    /// Goes on with the step at hand.
    fn go_on(&mut self, world: &mut Surroundings<'_>) -> bool {
        let now = world.now;
        match std::mem::take(&mut self.work.step) {
            Step::Idle if self.work.is_wanted => self.begin(world),
            Step::Mount(at) if at <= now => self.mount(world),
            Step::Sandbox(at) if at <= now => self.make_sandbox(world),
            Step::StopSandbox(at, then) if at <= now => self.end_sandbox(&then, world),
            Step::Stop(stops, then) => return self.go_on_stopping(stops, then, world),
            Step::Start(starting) => return self.go_on_starting(starting, world),
            waiting => {
                self.work.step = waiting;
                return false;
            }
        }
        true
    }
}
