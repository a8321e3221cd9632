# A port of this machine that leads into a pod.
= cat > api.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "mhausenblas/simpleservice:0.5.0", ports: [{containerPort: 9876}]}]
END
= kubectl apply -f api.yaml && kubectl wait --for=condition=Ready pod/api --timeout=60s
= (kubectl port-forward pod/api :9876 > forward.log 2>&1 & echo $! > forward.pid; for i in $(seq 200); do grep -q Forwarding forward.log && break; sleep 0.3; done; grep -q Forwarding forward.log)
$ PORT=$(sed -n 's/.*127.0.0.1:\([0-9]*\).*/\1/p' forward.log); for i in 1 2 3; do curl -s --max-time 30 http://127.0.0.1:$PORT/health; done
= kill "$(cat forward.pid)"
$ kubectl port-forward pod/nothing 1:2
$ kubectl delete pod api
