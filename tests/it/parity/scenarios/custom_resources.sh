# Kinds that somebody adds.
= kubectl delete crd crontabs.parity.example --ignore-not-found
= cat > crd.yaml <<END
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.parity.example}
spec:
  group: parity.example
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct]}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Spec, type: string, jsonPath: .spec.cronSpec}, {name: Replicas, type: integer, jsonPath: .spec.replicas}, {name: Age, type: date, jsonPath: .metadata.creationTimestamp}]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [cronSpec]
            properties: {cronSpec: {type: string}, replicas: {type: integer, minimum: 1}}
END
$ kubectl apply -f crd.yaml
$ kubectl wait --for=condition=Established crd/crontabs.parity.example --timeout=30s
? kubectl get crontabs
$ kubectl get crontabs
= printf 'apiVersion: parity.example/v1\nkind: CronTab\nmetadata: {name: mine}\nspec: {cronSpec: "* * * * */5", replicas: 2}\n' > mine.yaml
$ kubectl apply -f mine.yaml
$ kubectl get ct
$ kubectl get crontab mine -o jsonpath='{.spec}'
$ kubectl patch ct mine --type=merge -p '{"spec":{"replicas":3}}'
$ kubectl get ct mine
$ kubectl patch ct mine --type=merge -p '{"spec":{"replicas":0}}'
$ kubectl patch ct mine --type=merge -p '{"spec":{"replicas":"many"}}'
+ ! kubectl create -f - <<< '{"apiVersion":"parity.example/v1","kind":"CronTab","metadata":{"name":"empty"},"spec":{}}'
$ kubectl label ct mine a=b
$ kubectl api-resources --api-group=parity.example
$ kubectl delete ct mine
$ kubectl delete crd crontabs.parity.example
? ! kubectl get crontabs
