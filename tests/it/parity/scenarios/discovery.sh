# Kinds by their names.
$ kubectl api-resources --api-group=apps
$ kubectl api-resources --namespaced=false --api-group= -o name | grep -E '^(nodes|namespaces|persistentvolumes)$'
$ kubectl api-resources --api-group=batch --no-headers | awk '$1 == "jobs" {print $1, $NF}'
$ kubectl get po,svc
$ kubectl get pods,services,deployments.apps
$ kubectl get deploy.apps
$ kubectl get deployments.v1.apps
$ kubectl get netpol
$ kubectl get pvc
$ kubectl get sts,ds,jobs
$ kubectl get nothing
$ kubectl get
$ kubectl get pods nothing
$ kubectl get pod/nothing svc/nothing
$ kubectl describe nothing
$ kubectl describe pod nothing
+ kubectl explain pod.spec.containers.image
+ kubectl explain deployment
$ kubectl explain nothing
