use super::Run;
use super::options::Known;
use crate::sandbox::process::kernel::OpenMode;

pub(super) async fn cat(run: Run) -> i32 {
    let options = match run.options(Known::letters("nbsAetTuv")).await {
        Ok(options) => options,
        Err(code) => return code,
    };
    let paths = match options.operands.is_empty() {
        true => vec!["-".to_owned()],
        false => options.operands.clone(),
    };
    let numbers = options.has("n") || options.has("b");
    let (mut code, mut line) = (0, 1);
    for path in &paths {
        let opened = match path.as_str() {
            "-" => Ok(0),
            path => run.system.open(path, OpenMode::Read),
        };
        let number = match opened {
            Ok(number) => number,
            Err(error) => {
                code = run.fail_open(path, error).await;
                continue;
            }
        };
        loop {
            match run.system.read(number, 64 << 10).await {
                Ok(piece) if piece.is_empty() => break,
                Ok(piece) if numbers => {
                    let text = String::from_utf8_lossy(&piece).into_owned();
                    let numbered: String = text
                        .split_inclusive('\n')
                        .map(|text| {
                            if options.has("b") && text == "\n" {
                                return text.to_owned();
                            }
                            line += 1;
                            format!("{:>6}\t{text}", line - 1)
                        })
                        .collect();
                    run.print(&numbered).await;
                }
                Ok(piece) => run.print_bytes(&piece).await,
                Err(error) => {
                    code = match run.is_gnu() {
                        true => run.fail(format!("{path}: {error}")).await,
                        false => run.fail(format!("read error: {error}")).await,
                    };
                    break;
                }
            }
        }
        if number != 0 {
            run.system.close(number);
        }
    }
    code
}
