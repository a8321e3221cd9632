# apply, create, replace, diff, edit: files, folders, standard input.
= cat > settings.yaml <<END
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: red, size: "3"}
END
= mkdir -p folder && sed 's/settings/first/' settings.yaml > folder/a.yaml && sed 's/settings/second/' settings.yaml > folder/b.yaml
$ kubectl apply -f settings.yaml
$ kubectl apply -f settings.yaml
= sed -i 's/red/blue/' settings.yaml
$ kubectl apply -f settings.yaml
$ kubectl get configmap settings -o jsonpath='{.data}'
$ kubectl apply -f folder
$ kubectl apply -f folder --dry-run=client
$ kubectl apply -f folder --dry-run=server
$ cat folder/a.yaml | kubectl apply -f -
$ kubectl get cm first second
$ kubectl create -f settings.yaml
$ kubectl create -f folder/a.yaml --dry-run=client -o name
$ kubectl replace -f settings.yaml
$ kubectl replace --force -f settings.yaml
$ kubectl get -f settings.yaml -o name
= sed 's/blue/green/' settings.yaml > green.yaml
$ kubectl diff -f green.yaml | grep -c '^[-+] '
$ EDITOR='sed -i s/blue/yellow/' kubectl edit configmap settings
$ kubectl get cm settings -o jsonpath='{.data.colour}'
$ EDITOR=true kubectl edit configmap settings
$ kubectl apply -f settings.yaml --server-side --force-conflicts
$ kubectl apply view-last-applied cm first -o json
$ kubectl apply -f nothing.yaml
= printf 'apiVersion: v1\nkind: Nothing\nmetadata: {name: a}\n' > unknown.yaml
$ kubectl apply -f unknown.yaml
= printf 'kind: ConfigMap\nmetadata: {name: a}\n' > versionless.yaml
$ kubectl apply -f versionless.yaml
= printf 'a: [b\n' > broken.yaml
$ kubectl apply -f broken.yaml
$ kubectl delete -f folder
$ kubectl delete -f folder --ignore-not-found
$ kubectl delete -f folder/a.yaml
