# Joining a container that runs.
= kubectl run listener -i --image=busybox --restart=Never --command -- cat < /dev/null || true
= kubectl delete pod listener --now --ignore-not-found
= kubectl run counter --image=busybox --restart=Never --command -- sh -c 'until [ -f /tmp/go ]; do echo tick; sleep 1; done; echo late; sleep 1'
= kubectl wait --for=condition=Ready pod/counter --timeout=60s
$ : > attached.txt; (kubectl attach counter > attached.txt 2>&1; echo "code $?" >> attached.txt) & for i in $(seq 300); do grep -q tick attached.txt && break; sleep 0.2; done; kubectl exec counter -- touch /tmp/go; wait; grep -v tick attached.txt
$ echo input | kubectl run reader -i --rm --image=busybox --restart=Never --quiet -- cat
$ kubectl attach nothing
$ kubectl attach counter -c other
$ kubectl delete pod counter --now
