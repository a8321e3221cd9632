# Kinds that are stored: quotas, limits, ingresses, policies. The sandbox warns that nothing acts
# on them; that warning is left out.
$ kubectl create quota tight --hard=pods=10,configmaps=20 2>/dev/null
$ kubectl get quota tight -o jsonpath='{.spec.hard}'
$ kubectl create ingress web --rule=example.com/*=web:80 --dry-run=client -o jsonpath='{.spec.rules[0].host}'
$ kubectl create ingress web --rule='example.com/*=web:80' -o name 2>/dev/null
$ kubectl get ingress web -o jsonpath='{.spec.rules[0].http.paths[0].path}'
= cat > policy.yaml <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}, policyTypes: [Ingress]}
END
$ kubectl apply -f policy.yaml 2>/dev/null
$ kubectl get netpol
$ kubectl describe netpol deny
$ kubectl create priorityclass parity-high --value=1000 --dry-run=client -o jsonpath='{.value}'
$ kubectl delete quota tight
$ kubectl delete ingress web
$ kubectl delete -f policy.yaml
