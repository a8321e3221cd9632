# kubectl run in its spellings.
$ kubectl run one --image=busybox --restart=Never --command -- sleep 3600
$ kubectl run one --image=busybox
$ kubectl run two --image=busybox --restart=Never --dry-run=client -o yaml
$ kubectl run two --image=busybox --restart=Never --dry-run=client -o yaml --env=A=b --port=80 --labels=a=b,c=d -- echo hi
$ kubectl run three --image=busybox --dry-run=server
$ kubectl run Bad_Name --image=busybox
$ kubectl run nothing
$ kubectl wait --for=condition=Ready pod/one --timeout=60s
$ kubectl get pod one -o jsonpath='{.metadata.labels}'
$ kubectl run done --image=busybox --restart=Never -- echo finished
? test "$(kubectl get pod done -o jsonpath='{.status.phase}')" = Succeeded
$ kubectl get pod done
$ kubectl logs done
$ kubectl attach done
$ echo answer | kubectl run asked -i --rm --image=busybox --restart=Never --quiet -- cat
$ kubectl run exposed --image=busybox --port=80 --expose --dry-run=client
$ kubectl delete pod one done --grace-period=0 --force
$ kubectl get pods
