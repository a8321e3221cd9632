# Secrets of all kinds.
= printf 'cert\n' > tls.crt && printf 'key\n' > tls.key && printf 's3cret' > password.txt
$ kubectl create secret generic login --from-literal=user=admin --from-file=password.txt
$ kubectl create secret docker-registry registry --docker-server=registry.example --docker-username=u --docker-password=p --docker-email=e@example.com
$ kubectl create secret generic login --from-literal=a=b
$ kubectl create secret generic dry --from-literal=a=b --dry-run=client -o yaml
$ kubectl create secret generic dry --type=example.com/own --from-literal=a=b -o jsonpath='{.type}'
$ kubectl create secret tls broken --cert=tls.crt --key=tls.key
$ kubectl get secrets login registry
$ kubectl get secret login -o jsonpath='{.data.user}'
$ kubectl get secret login -o go-template='{{.data.user | base64decode}}'
$ kubectl describe secret login
$ kubectl get secret registry -o jsonpath='{.type}'
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
    env: [{name: USER_NAME, valueFrom: {secretKeyRef: {name: login, key: user}}}]
    volumeMounts: [{name: login, mountPath: /login, readOnly: true}]
  volumes: [{name: login, secret: {secretName: login}}]
END
$ kubectl apply -f user.yaml
= kubectl wait --for=condition=Ready pod/user --timeout=60s
$ kubectl exec user -- sh -c 'echo $USER_NAME; cat /login/password.txt; echo; ls /login'
$ kubectl describe pod user | grep -v PodReadyToStart
$ kubectl patch secret login -p '{"stringData":{"user":"root"}}'
$ kubectl get secret login -o jsonpath='{.data.user}'
$ kubectl delete pod user --now
$ kubectl delete secret login registry dry
