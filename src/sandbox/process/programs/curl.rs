use super::Run;
use super::curl_options::{Asked, read};
use super::curl_transfer::Transfer;

/// Source of the words and codes: curl's manual, «Exit codes»; curl 8's `lib/` and `src/`.
pub(super) async fn curl(run: Run) -> i32 {
    let asked = match read(run.rest()) {
        Ok(asked) => asked,
        Err((code, message)) => {
            let hint = "curl: try 'curl --help' or 'curl --manual' for more information\n";
            run.print_error(&format!("curl: {message}\n{hint}")).await;
            return code;
        }
    };
    if asked.version {
        run.print(
            "curl 8.14.1 (x86_64-pc-linux-gnu) libcurl/8.14.1\nRelease-Date: 2025-06-04\n\
             Protocols: http telnet\nFeatures: (podlab's sandbox)\n",
        )
        .await;
        return 0;
    }
    let mut code = 0;
    for url in &asked.urls {
        code = fetch(&run, &asked, url).await;
        if code != 0 && asked.fails_early {
            break;
        }
    }
    code
}

/// One address, again where `--retry` says so.
async fn fetch(run: &Run, asked: &Asked, url: &str) -> i32 {
    let mut tries = 0;
    loop {
        let mut transfer = Transfer::new(run, asked);
        let code = transfer.run(url).await;
        let passing = matches!(code, 28)
            || (code == 7 && asked.retries_refused)
            || matches!(transfer.status(), 408 | 429 | 500 | 502 | 503 | 504)
            || (asked.retries_all && code != 0);
        if tries >= asked.retries || !passing {
            return code;
        }
        tries += 1;
        let seconds = match asked.retry_delay {
            0 => 1 << (tries - 1).min(9),
            delay => delay,
        };
        if !asked.silent {
            let left = asked.retries - tries + 1;
            run.print_error(&format!(
                "Warning: Problem: transient error. Will retry in {seconds} second{}. {left} {} left.\n",
                if seconds == 1 { "" } else { "s" },
                if left == 1 { "retry" } else { "retries" }
            ))
            .await;
        }
        run.system.sleep(std::time::Duration::from_secs(seconds)).await;
    }
}
