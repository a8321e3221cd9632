# A base, and what is laid over it.
= mkdir -p base over
= cat > base/kustomization.yaml <<END
resources: [d.yaml, s.yaml]
configMapGenerator:
- name: conf
  literals: [a=1, b=two]
  files: [x.txt]
secretGenerator:
- name: sec
  literals: [p=q]
  type: Opaque
images:
- name: nginx
  newTag: "9"
END
= echo hi > base/x.txt
= cat > base/d.yaml <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        image: nginx:1
        envFrom: [{configMapRef: {name: conf}}]
      volumes: [{name: v, secret: {secretName: sec}}]
END
= cat > base/s.yaml <<END
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
END
= cat > over/kustomization.yaml <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: prod
namePrefix: p-
nameSuffix: -s
resources: [../base]
commonAnnotations: {note: x}
commonLabels: {part: of}
labels:
- pairs: {team: one}
  includeSelectors: false
replicas: [{name: web, count: 3}]
patches:
- path: patch.yaml
- target: {kind: Service}
  patch: |-
    - op: replace
      path: /spec/ports/0/port
      value: 81
patchesStrategicMerge:
- p2.yaml
END
= cat > over/patch.yaml <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: main, env: [{name: A, value: b}]}, {name: more, image: nginx}]}}}
END
= cat > over/p2.yaml <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {revisionHistoryLimit: 2}
END
$ kubectl kustomize base
$ kubectl kustomize over 2>/dev/null
$ kubectl apply -k base
$ kubectl get -k base -o name
$ kubectl apply -k base
$ kubectl delete -k base
$ kubectl kustomize
$ kubectl kustomize nope
$ kubectl apply -k base -f base/d.yaml
$ kubectl create -k base --dry-run=client
