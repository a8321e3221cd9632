# Jobs that succeed and jobs that do not.
$ kubectl create job hello --image=busybox -- echo done
$ kubectl wait --for=condition=complete job/hello --timeout=60s
$ kubectl get jobs hello -o jsonpath='{.status.succeeded}'
$ kubectl logs job/hello
$ kubectl get pods -l job-name=hello --no-headers | awk '{print $2, $3, $4}'
$ kubectl create job dry --image=busybox --dry-run=client -o yaml -- date
= cat > many.yaml <<END
apiVersion: batch/v1
kind: Job
metadata: {name: many}
spec:
  completions: 3
  parallelism: 2
  template:
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "sleep 1"]}]
END
$ kubectl apply -f many.yaml
$ kubectl wait --for=condition=complete job/many --timeout=60s
$ kubectl get pods -l job-name=many --no-headers | awk '{print $2, $3}'
= cat > failing.yaml <<END
apiVersion: batch/v1
kind: Job
metadata: {name: failing}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "exit 4"]}]
END
$ kubectl apply -f failing.yaml
$ kubectl wait --for=condition=failed job/failing --timeout=60s
$ kubectl get job failing -o jsonpath='{.status.failed} {.status.conditions[?(@.type=="Failed")].reason}'
$ kubectl get pods -l job-name=failing --no-headers | awk '{print $2, $3, $4}'
$ kubectl get job failing -o jsonpath='{.spec.template.metadata.labels.job-name}'
$ kubectl create cronjob tick --image=busybox --schedule='*/1 * * * *' --dry-run=client -o jsonpath='{.spec.schedule}' -- date
+ kubectl create cronjob tick --image=busybox --schedule='*/1 * * * *' -- date
+ kubectl get cronjob tick
+ kubectl create job manual --from=cronjob/tick
+ kubectl wait --for=condition=complete job/manual --timeout=60s
+ kubectl describe cronjob tick
+ kubectl delete cronjob tick
$ kubectl delete job hello many failing
? test -z "$(kubectl get pods -l job-name=many -o name)"
$ kubectl get pods -l job-name=many
