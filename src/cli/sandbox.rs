//! `podlab sandbox`: the simulated cluster alone.

use crate::base::Exit;
use crate::cli::args::Sandbox as Arguments;
use crate::cli::printer;
use crate::cli::signals::Signals;
use crate::cli::world::{block_on, refused};
use crate::sandbox::{Sandbox, SandboxOptions};

/// Runs it until a signal asks it to end.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let options = SandboxOptions { port: arguments.port, ..SandboxOptions::default() };
    block_on(serve(options))
}

async fn serve(options: SandboxOptions) -> Exit {
    // First the signals: one that comes at once shall leave nothing behind.
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return refused(error),
    };
    let sandbox = match Sandbox::start(&options).await {
        Ok(sandbox) => sandbox,
        Err(error) => return refused(error),
    };
    printer::out(&how_to_use(&sandbox));
    signals.next().await;
    sandbox.stop();
    Exit::Passed
}

fn how_to_use(sandbox: &Sandbox) -> String {
    let exports: String =
        sandbox.environment().iter().map(|(name, value)| format!(" {name}={value}")).collect();
    format!(
        "\
A simulated cluster is running at https://{server}, until Ctrl-C. Nothing of it is kept.

Use it from another terminal, with your own kubectl or with podlab's:

  export KUBECONFIG={kubeconfig}
  podlab kubectl get nodes

So that curl on this machine reaches its load balancers and node ports:

  export{exports}
",
        server = sandbox.server(),
        kubeconfig = sandbox.kubeconfig().display(),
    )
}
