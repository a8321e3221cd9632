# Labels and selectors.
= for n in a b c; do kubectl create configmap $n; done
$ kubectl label configmap a tier=front env=prod
$ kubectl label configmap b tier=back
$ kubectl label cm a tier=middle
$ kubectl label cm a tier=middle --overwrite
$ kubectl label cm a env-
$ kubectl label cm c nothing-
$ kubectl label cm a 'bad key=x'
$ kubectl label cm nothing a=b
$ kubectl label cm a b c all=yes
$ kubectl get cm -l all=yes
$ kubectl get cm -l tier=back
$ kubectl get cm -l tier -o name
$ kubectl get cm -l '!tier,all' -o name
$ kubectl get cm -l 'tier in (back, middle)' -o name
$ kubectl get cm -l 'tier notin (back),all' -o name
$ kubectl get cm -l tier!=back,all -o name
$ kubectl get cm -l 'tier=(' -o name
$ kubectl get cm -L tier -l all
$ kubectl get cm --show-labels -l all
$ kubectl label cm -l all=yes seen=true
$ kubectl label cm --list a | sort
$ kubectl annotate cm a b note='some text'
$ kubectl get cm a -o jsonpath='{.metadata.annotations}'
$ kubectl get cm --field-selector metadata.name=a
$ kubectl get cm --field-selector metadata.name!=a,metadata.name!=b -l all
$ kubectl get cm --field-selector nothing=x
$ kubectl delete cm -l all=yes
$ kubectl get cm -l all=yes
