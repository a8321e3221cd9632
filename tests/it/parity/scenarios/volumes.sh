# Volumes that containers share.
= cat > shared.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: shared}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers:
  - {name: writer, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "echo from the writer > /out/file; sleep 3600"], volumeMounts: [{name: data, mountPath: /out}]}
  - {name: reader, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"], volumeMounts: [{name: data, mountPath: /in, readOnly: true}]}
  volumes: [{name: data, emptyDir: {}}]
END
$ kubectl apply -f shared.yaml
= kubectl wait --for=condition=Ready pod/shared --timeout=60s
$ kubectl exec shared -c reader -- cat /in/file
$ kubectl exec shared -c reader -- touch /in/other
$ kubectl exec shared -- ls /out
$ kubectl get pod shared
$ echo copied > local.txt; kubectl cp local.txt shared:/out/copy -c writer; kubectl exec shared -c reader -- cat /in/copy
$ kubectl cp shared:/out/file back.txt -c writer; cat back.txt
= cat > claim.yaml <<END
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {storageClassName: "", accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
END
$ kubectl apply -f claim.yaml
$ kubectl get pvc claim -o jsonpath='{.spec.accessModes}{.spec.resources}'
$ kubectl delete pvc claim
$ kubectl delete pod shared --now
