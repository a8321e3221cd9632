//! What the text right before a block says about it.

use std::cell::OnceCell;

/// Words that announce what comes back, in the languages of many labs.
const OUTPUT: &[&str] = &[
    "output",
    "should see",
    "should get",
    "should show",
    "should look",
    "should be",
    "should display",
    "should yield",
    "you'll see",
    "you’ll see",
    "you will see",
    "will show",
    "looks like",
    "look like",
    "similar to",
    "something like",
    "result",
    "response",
    "returns",
    "prints",
    "displays",
    "ausgabe",
    "ergebnis",
    "sortie",
    "résultat",
    "devriez voir",
    "salida",
    "resultado",
    "debería",
    "saída",
    "вывод",
    "输出",
    "輸出",
    "结果",
    "出力",
    "결과",
    "출력",
];

/// Words that ask to type what follows.
const TYPING: &[&str] = &[
    "run",
    "runs",
    "running",
    "execute",
    "executing",
    "type",
    "enter",
    "issue",
    "invoke",
    "command",
    "commands",
    "install",
    "ausführen",
    "befehl",
    "exécutez",
    "commande",
    "ejecuta",
    "ejecute",
    "comando",
    "выполните",
];

/// The same where words have no blanks between them.
const TYPING_ANYWHERE: &[&str] = &["运行", "执行", "命令", "実行", "コマンド", "실행", "명령"];

/// The paragraph right before a block; what it says is found out where a rule asks.
#[derive(Debug, Clone, Default)]
pub(in crate::lab) struct Announcement {
    /// In lower case.
    pub(super) paragraph: String,
    promises_output: OnceCell<bool>,
    asks_to_type: OnceCell<bool>,
}

impl Announcement {
    /// The last of these paragraphs.
    pub(in crate::lab) fn of(lead: &[String]) -> Self {
        let paragraph = lead.last().map(|text| text.to_lowercase()).unwrap_or_default();
        Self { paragraph, ..Self::default() }
    }

    /// It announces what comes back.
    pub(super) fn promises_output(&self) -> bool {
        *self.promises_output.get_or_init(|| announces_output(&self.paragraph))
    }

    /// It asks to type what follows.
    pub(super) fn asks_to_type(&self) -> bool {
        *self.asks_to_type.get_or_init(|| asks_to_type(&self.paragraph))
    }
}

/// Whether the paragraph (lower case) announces output.
fn announces_output(paragraph: &str) -> bool {
    OUTPUT.iter().any(|words| paragraph.contains(words))
}

/// Whether the last sentence of the paragraph (lower case) asks to type what follows.
fn asks_to_type(paragraph: &str) -> bool {
    let paragraph = paragraph.trim_end().trim_end_matches(['.', '。']);
    let sentence = paragraph.rsplit(['.', '?', '!', '。']).next().unwrap_or(paragraph);
    sentence.split(|c: char| !c.is_alphanumeric()).any(|word| TYPING.contains(&word))
        || TYPING_ANYWHERE.iter().any(|words| sentence.contains(words))
}

/// Whether the command prints an object or a file as data.
pub(super) fn prints_data(command: &str) -> bool {
    const FLAGS: &[&str] = &[
        "-o yaml",
        "-oyaml",
        "-o=yaml",
        "--output=yaml",
        "--output yaml",
        "-o json",
        "-ojson",
        "-o=json",
        "--output=json",
        "--output json",
        "cat ",
        "kubectl edit",
        "kubectl config view",
        "kubectl kustomize",
        "kustomize build",
        "helm template",
        "helm show",
        "helm get",
    ];
    FLAGS.iter().any(|flag| command.contains(flag)) && !command.contains(['>', '<'])
}

/// Whether the command prints variables or a file, so that lines like `NAME=value` are
/// what it prints.
pub(super) fn prints_assignments(command: &str) -> bool {
    let mut words = command.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "env" | "printenv" | "cat" | "grep" | "exec" | "logs"))
        && !command.contains(['<', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_tells_what_comes() {
        assert!(announces_output("the output is as follows:"));
        assert!(announces_output("die ausgabe sieht so aus:"));
        assert!(!announces_output("start it:"));
        assert!(asks_to_type("this is easy. run:"));
        assert!(asks_to_type("now execute the test"));
        assert!(asks_to_type("运行以下命令："));
        assert!(!asks_to_type("you can run it later. this is the file:"));
        assert!(!asks_to_type("the runner:"));
    }

    #[test]
    fn some_commands_print_data() {
        assert!(prints_data("kubectl get po x -o yaml"));
        assert!(prints_data("cat pod.yaml"));
        assert!(!prints_data("kubectl get po"));
        assert!(!prints_data("helm template x > x.yaml"));
        assert!(!prints_data("cat <<E | kubectl apply -f -"));
    }
}
