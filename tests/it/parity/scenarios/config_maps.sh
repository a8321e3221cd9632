# Config maps made and used.
= printf 'a=1\nb=2\n' > pairs.env && printf 'hello\n' > greeting.txt && mkdir -p files && cp pairs.env greeting.txt files
$ kubectl create configmap literal --from-literal=colour=red --from-literal=size=3
$ kubectl create cm from-file --from-file=greeting.txt
$ kubectl create configmap from-folder --from-file=files
$ kubectl create configmap from-key --from-file=other=greeting.txt
$ kubectl create configmap from-env --from-env-file=pairs.env
$ kubectl create configmap literal --from-literal=a=b
$ kubectl create configmap dry --from-literal=a=b --dry-run=client -o yaml
$ kubectl create configmap dry --from-literal=a=b --dry-run=server
$ kubectl create configmap dry --from-literal=novalue
$ kubectl get configmaps literal from-file from-folder from-key from-env
$ kubectl describe configmap literal
$ kubectl describe cm from-folder
$ kubectl get cm from-env -o jsonpath='{.data.a}{.data.b}'
= cat > user.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: user}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: busybox
    imagePullPolicy: Always
    command: [sleep, "3600"]
    env: [{name: COLOUR, valueFrom: {configMapKeyRef: {name: literal, key: colour}}}]
    envFrom: [{configMapRef: {name: from-env}, prefix: P_}]
    volumeMounts: [{name: files, mountPath: /files}]
  volumes: [{name: files, configMap: {name: from-folder}}]
END
$ kubectl apply -f user.yaml
= kubectl wait --for=condition=Ready pod/user --timeout=60s
$ kubectl exec user -- sh -c 'echo $COLOUR $P_a $P_b'
$ kubectl exec user -- ls /files
$ kubectl exec user -- cat /files/greeting.txt
$ kubectl exec user -- sh -c 'echo x > /files/new'
$ kubectl describe pod user | grep -v PodReadyToStart
= sed 's/name: user/name: lacking/; s/literal/missing/' user.yaml | kubectl apply -f -
? kubectl get pod lacking | grep -q CreateContainerConfigError
$ kubectl get pod lacking
$ kubectl get pod lacking -o jsonpath='{.status.containerStatuses[0].state.waiting.message}'
$ kubectl delete pod user lacking --now
$ kubectl delete configmap literal from-file
$ kubectl delete cm --all
