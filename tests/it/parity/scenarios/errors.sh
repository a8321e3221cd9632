# What a server refuses, in its own words.
= pod() { printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [%s]}\n' "$1" "$2"; }; declare -f pod > pod.sh
$ . ./pod.sh; pod empty '' | kubectl apply -f -
+ . ./pod.sh; pod nameless '{image: busybox}' | kubectl create -f - 2>&1 | grep 'Required value'
$ . ./pod.sh; pod imageless '{name: a}' | kubectl create -f -
$ . ./pod.sh; pod Upper '{name: a, image: busybox}' | kubectl create -f -
$ . ./pod.sh; pod twice '{name: a, image: busybox}, {name: a, image: busybox}' | kubectl create -f -
$ . ./pod.sh; pod port '{name: a, image: busybox, ports: [{containerPort: 70000}]}' | kubectl create -f -
$ . ./pod.sh; pod policy '{name: a, image: busybox, imagePullPolicy: Sometimes}' | kubectl create -f -
$ . ./pod.sh; pod mount '{name: a, image: busybox, volumeMounts: [{name: v, mountPath: /v}]}' | kubectl create -f -
$ . ./pod.sh; pod less '{name: a, image: busybox, resources: {requests: {cpu: 2}, limits: {cpu: 1}}}' | kubectl create -f -
$ . ./pod.sh; pod probe '{name: a, image: busybox, livenessProbe: {periodSeconds: 5}}' | kubectl create -f -
$ kubectl create -f - <<< '{"apiVersion":"v1","kind":"Service","metadata":{"name":"portless"},"spec":{"selector":{"a":"b"}}}'
$ kubectl create -f - <<< '{"apiVersion":"v1","kind":"Service","metadata":{"name":"taken"},"spec":{"clusterIP":"10.96.0.1","ports":[{"port":80}]}}' 2>&1 | grep -o 'provided IP is already allocated'
$ kubectl create -f - <<< '{"apiVersion":"v1","kind":"Service","metadata":{"name":"typed"},"spec":{"type":"Odd","ports":[{"port":80}]}}'
$ kubectl create -f - <<< '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"mismatch"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"c":"d"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}'
+ ! kubectl create -f - <<< '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"selectorless"},"spec":{"template":{"metadata":{"labels":{"c":"d"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}'
$ kubectl create -f - <<< '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"-bad-"}}'
$ kubectl create -f - <<< '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"keys"},"data":{"a b":"c"}}'
$ kubectl create -f - <<< '{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}'
= . ./pod.sh; pod fixed '{name: a, image: busybox, command: [sleep, "3600"]}' | kubectl create -f -
$ kubectl patch pod fixed -p '{"spec":{"terminationGracePeriodSeconds":9}}' 2>&1 | grep -o '.*may not change fields other than'
$ kubectl patch pod fixed -p '{"metadata":{"name":"other"}}'
$ kubectl replace -f - <<< '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"absent"}}'
$ kubectl delete pod fixed --now
+ ! kubectl create -f - <<< '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"a","image":"b","imag":"c"}]}}'
