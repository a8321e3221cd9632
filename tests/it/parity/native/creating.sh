# Everything that create makes from flags, and what it refuses.
= printf 'a=1\nb=2\n# c\n\n' > p.env; printf 'x\n' > x.txt; printf '\xff\xfe' > bin.dat; mkdir f; cp p.env x.txt f
$ kubectl create deployment web --image=nginx --dry-run=client -o yaml
$ kubectl create deployment web --image=nginx:1.2,redis --dry-run=client -o yaml
$ kubectl create deployment web --image=nginx:1.2,redis --dry-run=client -o yaml -- sleep
$ kubectl create deployment web --image=a/b/nginx:1.2 --port=80 -r 3 --dry-run=client -o yaml -- sleep 1
$ kubectl create namespace x --dry-run=client -o yaml
$ kubectl -n foo create cm x --from-literal=b=2 --from-literal=a=1 --from-file=x.txt --from-file=bin.dat --dry-run=client -o yaml
$ kubectl create secret generic x --from-literal=b=2 --from-file=x.txt --dry-run=client -o yaml
$ kubectl create secret docker-registry x --docker-username=u --docker-password=p --dry-run=client -o yaml
$ kubectl create secret docker-registry x --docker-username=u --docker-password=p --docker-email=e --docker-server=r --dry-run=client -o yaml
$ kubectl create service clusterip x --tcp=80:8080 --tcp=90 --dry-run=client -o yaml
$ kubectl create service clusterip x --clusterip=None --dry-run=client -o yaml
$ kubectl create svc nodeport x --tcp=80 --node-port=30000 --dry-run=client -o yaml
$ kubectl create service externalname x --external-name=a.b --dry-run=client -o yaml
$ kubectl create service loadbalancer x --tcp=80:http --dry-run=client -o yaml
$ kubectl create job x --image=i --dry-run=client -o yaml -- date
$ kubectl create cronjob x --image=i --schedule='* * * * *' --dry-run=client -o yaml -- date
$ kubectl create sa x --dry-run=client -o yaml
$ kubectl create rolebinding x --role=r --user=u --group=g --serviceaccount=a:b --dry-run=client -o yaml
$ kubectl create clusterrolebinding x --clusterrole=r --user=u --group=g --serviceaccount=a:b --dry-run=client -o yaml
$ kubectl create clusterrole x --verb=get --non-resource-url=/x --dry-run=client -o yaml
$ kubectl create clusterrole x --verb=get,list,foo --resource=pods,deploy/scale,rs.apps,services --dry-run=client -o yaml
$ kubectl create role x --verb=get --resource=pods --resource-name=a --resource-name=b --dry-run=client -o yaml
$ kubectl create role x --verb='*' --resource='*' --dry-run=client -o yaml
$ kubectl create role x --verb=get --resource=nope --dry-run=client -o yaml
$ kubectl create ingress x --rule='a.b/x*=svc:80,tls=sec' --rule='c.d/=svc:http,tls' --annotation=a=b --class=k --default-backend=d:1 --dry-run=client -o yaml
$ kubectl create quota x --hard=pods=1,cpu=2 --scopes=BestEffort --dry-run=client -o yaml
$ kubectl create pc x --value=10 --description=d --dry-run=client -o yaml
$ kubectl create pdb x --selector=a=b --min-available=50% --dry-run=client -o yaml
$ kubectl create deployment
$ kubectl create deployment a b --image=x
$ kubectl create ns
$ kubectl create cm a b
$ kubectl create cm a --from-literal=x --dry-run=client
$ kubectl create cm a --from-file=nofile --dry-run=client
$ kubectl create cm a --from-literal=x=1 --from-literal=x=2 --dry-run=client
$ kubectl create cm a --from-env-file=p.env --dry-run=client -o yaml
$ kubectl create cm a --from-literal=x=1 --from-env-file=p.env --dry-run=client -o yaml
$ kubectl create cm a --from-file=f --dry-run=client -o yaml
$ kubectl create secret generic a --from-env-file=p.env
$ kubectl create secret docker-registry a --dry-run=client
$ kubectl create secret tls a --dry-run=client
$ kubectl create secret tls a --cert=x.txt --key=x.txt --dry-run=client
$ kubectl create service clusterip a --dry-run=client
$ kubectl create service nodeport a --tcp=x --dry-run=client
$ kubectl create service externalname a --dry-run=client
$ kubectl create job a --dry-run=client
$ kubectl create job a --image=x --from=cronjob/x --dry-run=client
$ kubectl create cronjob a --image=x --dry-run=client
$ kubectl create role a --dry-run=client
$ kubectl create role a --verb=get --dry-run=client
$ kubectl create rolebinding a --dry-run=client
$ kubectl create clusterrolebinding a --dry-run=client
$ kubectl create clusterrolebinding a --clusterrole=x --serviceaccount=x --dry-run=client
$ kubectl create ingress a --dry-run=client
$ kubectl create ingress a --rule=foo --dry-run=client
$ kubectl create quota a --hard=x --dry-run=client
$ kubectl create pc a --dry-run=client
$ kubectl create pdb a --dry-run=client
$ kubectl create pdb a --selector=a=b --dry-run=client
$ kubectl create token
$ kubectl create clusterrole a --aggregation-rule=a=b,c=d --dry-run=client -o yaml
$ kubectl create quota a --dry-run=client -o yaml
$ kubectl create deployment web --image=nginx
$ kubectl create deployment web --image=nginx
$ kubectl create deployment web --image=nginx -o name --dry-run=server
$ kubectl create deployment web2 --image=nginx --dry-run=server
$ kubectl create ns bad_name
$ kubectl create sa s1
$ kubectl create sa s1
$ kubectl create cm -n nope x
$ kubectl create deploy web3 --image=nginx --foo
$ kubectl create secret generic t --type=foo --from-literal=a=b -o jsonpath='{.type}'
$ kubectl create cronjob tick --image=i --schedule='0 0 * * *' -- date
$ kubectl create job now --from=cronjob/tick
$ kubectl create job now --from=cronjob/nope
$ kubectl create job now --from=deploy/web
$ kubectl get job now -o jsonpath='{.metadata.annotations}{.metadata.ownerReferences[0].kind}'
