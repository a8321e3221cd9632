# Joining a container that runs.
= kubectl run listener -i --image=busybox --restart=Never --command -- cat < /dev/null || true
= kubectl delete pod listener --now --ignore-not-found
= kubectl run counter --image=busybox --restart=Never --command -- sh -c 'sleep 4; echo late; sleep 1'
= kubectl wait --for=condition=Ready pod/counter --timeout=60s
$ kubectl attach counter
$ echo input | kubectl run reader -i --rm --image=busybox --restart=Never --quiet -- cat
$ kubectl attach nothing
$ kubectl attach counter -c other
$ kubectl delete pod counter --now
