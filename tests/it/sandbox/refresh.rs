//! `podlab refresh`: the samples of a lab as they would read today, and nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::program;

/// What an author wrote for a server of long ago.
const OLD: &str = "\
---
title: A walkthrough of long ago
---
# Maps

Take `map.yaml`, which says what 10.0.0.1 is:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: colours
data:
  sky: blue
```

1. Make it:

   ```
   $ kubectl create -f map.yaml
   configmap \"colours\" created
   $ kubectl get configmap colours
   NAME      DATA   AGE
   colours   3      5d
   ```

2. Ask for something that is not there:

   ```
   kubectl get configmap sounds
   Error from server (NotFound): configmaps \"sounds\" not found
   ```

<!-- podlab: {expect: {sample: ignore}} -->
```
kubectl get configmap colours -o jsonpath={.data.sky}
green
```

> Somebody listens there:
>
> ```
> kubectl run web --image=nginx:1.25 --port=80
> pod \"web\" created
> ```

```
kubectl expose pod web
```

The service, with an address of its own:

```sh
kubectl get svc web
```

```
NAME   TYPE       CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE
web    NodePort   10.23.240.7   <none>        80/TCP    2m
```

Gone again:

~~~
kubectl delete configmap colours
~~~
";

/// The same with the outputs of today: what drifts is new, and the author's address and
/// ages stay.
fn today() -> String {
    OLD.replace("configmap \"colours\" created", "configmap/colours created")
        .replace("pod \"web\" created", "pod/web created")
        .replace("colours   3      5d", "colours   1      5d")
        .replace(
            "NAME   TYPE       CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE\nweb    NodePort   ",
            "NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE\nweb    ClusterIP   ",
        )
}

#[test]
fn samples_are_brought_up_to_date_and_nothing_else_changes() {
    let program = program();
    let path = program.write("home/old.md", OLD);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let text = || fs::read_to_string(&path).unwrap();
    let refresh = |arguments: &[&str]| {
        program.run([&["refresh", "old.md", "--cluster", "sandbox"], arguments].concat())
    };

    let looked = refresh(&["--check"]);
    looked.assert_code(1);
    assert_eq!(text(), OLD);
    for line in [
        "-   configmap \"colours\" created",
        "+   configmap/colours created",
        "-   colours   3      5d",
        "+   colours   1      5d",
        "+web    ClusterIP   10.23.240.7   <none>        80/TCP    2m",
    ] {
        assert!(looked.stdout.lines().any(|shown| shown == line), "{line}\n{}", looked.stdout);
    }

    let unasked = refresh(&[]);
    unasked.assert_code(2);
    assert!(unasked.stderr.contains("--yes writes it"), "{}", unasked.stderr);
    assert_eq!(text(), OLD);

    let written = refresh(&["--yes"]);
    written.assert_code(0);
    assert!(written.stdout.contains("+   configmap/colours created"), "{}", written.stdout);
    assert_eq!(text(), today());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);

    let again = refresh(&["--check"]);
    again.assert_code(0);
    assert!(again.stdout.contains("every sample is as it would read today"), "{}", again.stdout);
    assert_eq!(text(), today());
    assert_eq!(program.left_in_tmp(), Vec::<String>::new());
}

#[test]
fn a_step_that_fails_keeps_its_sample() {
    let program = program();
    let lab = "# T\n\n<!-- podlab: {timeout: 1s} -->\n```\n$ kubectl get configmap nobody\n\
               NAME     DATA   AGE\nnobody   1      1m\n```\n\n\
               ```\n$ kubectl run a --image=nginx:1.25\npod \"a\" created\n```\n";
    let path = program.write("home/old.md", lab);
    let finished = program.run(["refresh", "old.md", "--cluster", "sandbox", "--yes"]);
    finished.assert_code(1);
    let wanted = lab.replace("pod \"a\" created", "pod/a created");
    assert_eq!(fs::read_to_string(path).unwrap(), wanted);
}
