# shellcheck shell=bash
# The programs of the cluster, each with its configuration. Paths are those inside the node.

COMPONENTS=(etcd registry containerd apiserver controller-manager scheduler kubelet proxy load-balancer dns
    names)
PKI=$STATE/pki
API=https://$NODE_ADDRESS:6443

# run_in_node NAME PROGRAM ARGUMENT...: in the background, as a child of the node's PID 1.
run_in_node() {
    local name=$1
    shift
    # shellcheck disable=SC2016 # expanded by the inner shell
    in_node setsid --fork bash -c '
        echo $$ >"$0"
        for group in $(find /sys/fs/cgroup -maxdepth 2 -type d -name daemons); do
            echo $$ >"$group/cgroup.procs"
        done
        exec "$@"' "$STATE/$name.in-node" "$@" \
        </dev/null >>"$LOGS/$name.log" 2>&1
}

signal_in_node() {
    in_node kill "-$2" "$(<"$STATE/$1.in-node")" 2>/dev/null
}

component_runs() {
    [ -r "$STATE/$1.in-node" ] && signal_in_node "$1" 0
}

component_gone() {
    ! component_runs "$1"
}

stop_component() {
    # As a crash would: asked to end, it would first wait for those who watch.
    signal_in_node "$1" KILL || return 0
    wait_for 60 "the end of $1" component_gone "$1"
}

start_apiserver_again() {
    component_runs apiserver || start_apiserver
    wait_for 60 "the API server" api_ready
}

kubernetes() {
    echo "/run/podlab-cache/$(basename "$(running_kubernetes)")/$1"
}

running_kubernetes() {
    cat "$STATE/kubernetes" 2>/dev/null || kubernetes_folder
}

start_etcd() {
    run_in_node etcd etcd --data-dir /var/lib/etcd --listen-client-urls http://127.0.0.1:2379 \
        --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 \
        --log-level warn --logger zap
}

start_registry() {
    cat >"$STATE/registry.yml" <<CONFIG
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: /run/podlab-cache/$(basename "$(images_folder)")}
  maintenance: {readonly: {enabled: true}}
http: {addr: "127.0.0.1:5000"}
CONFIG
    run_in_node registry docker-registry serve "$STATE/registry.yml"
}

start_containerd() {
    local name
    for name in _default docker.io k8s.gcr.io registry.k8s.io quay.io ghcr.io gcr.io; do
        mkdir -p "$STATE/registries/$name"
        # Named as the server as well, so that a missing image is a 404 and not a name look-up.
        cat >"$STATE/registries/$name/hosts.toml" <<CONFIG
server = "http://127.0.0.1:5000"
[host."http://127.0.0.1:5000"]
capabilities = ["pull", "resolve"]
CONFIG
    done
    mkdir -p "$STATE/cni"
    cat >"$STATE/cni/10-podlab.conflist" <<CONFIG
{"cniVersion": "0.4.0", "name": "podlab", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$POD_RANGE", "gateway": "$BRIDGE_ADDRESS"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
CONFIG
    cat >"$STATE/containerd.toml" <<CONFIG
version = 2
oom_score = 0
[plugins."io.containerd.internal.v1.opt"]
path = "/var/lib/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "registry.k8s.io/pause:3.6"
# Without CAP_SYS_RESOURCE a sandbox that wants a lower score dies in runc.
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$STATE/cni"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "$STATE/registries"
CONFIG
    run_in_node containerd containerd --config "$STATE/containerd.toml" --log-level warn
}

start_apiserver() {
    cat >"$STATE/audit-policy.yaml" <<CONFIG
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
# The cluster's own programs would drown what the tests look for.
- level: None
  userGroups: [system:nodes, system:serviceaccounts:kube-system]
- level: None
  users: [harness, system:apiserver, system:kube-controller-manager, system:kube-proxy,
    system:kube-scheduler]
- level: Metadata
CONFIG
    run_in_node apiserver "$(kubernetes kube-apiserver)" \
        --advertise-address="$NODE_ADDRESS" \
        --allow-privileged \
        --audit-log-path=/run/podlab-cache/log/audit.log \
        --audit-policy-file="$STATE/audit-policy.yaml" \
        --authorization-mode=Node,RBAC \
        --cert-dir=/var/lib/apiserver \
        --client-ca-file="$PKI/ca.crt" \
        --enable-admission-plugins=NodeRestriction \
        --etcd-servers=http://127.0.0.1:2379 \
        --kubelet-client-certificate="$PKI/kubelet-client.crt" \
        --kubelet-client-key="$PKI/kubelet-client.key" \
        --kubelet-preferred-address-types=InternalIP \
        --service-account-issuer=https://kubernetes.default.svc \
        --service-account-key-file="$PKI/service-account.pub" \
        --service-account-signing-key-file="$PKI/service-account.key" \
        --service-cluster-ip-range="$SERVICE_RANGE" \
        --tls-cert-file="$PKI/apiserver.crt" \
        --tls-private-key-file="$PKI/apiserver.key"
}

# Without the controller that gives nodes their range of pod addresses, since that one sleeps for
# its first ten seconds, and those that need a cloud.
start_controller-manager() {
    run_in_node controller-manager "$(kubernetes kube-controller-manager)" \
        --cert-dir=/var/lib/controller-manager \
        --controllers=*,-nodeipam,-route,-service,-cloud-node-lifecycle \
        --concurrent-namespace-syncs=20 --kube-api-qps=200 --kube-api-burst=400 \
        --kubeconfig="$STATE/kubeconfig/controller-manager" \
        --leader-elect=false \
        --root-ca-file="$PKI/ca.crt" \
        --service-account-private-key-file="$PKI/service-account.key" \
        --service-cluster-ip-range="$SERVICE_RANGE" \
        --use-service-account-credentials
}

start_scheduler() {
    run_in_node scheduler "$(kubernetes kube-scheduler)" --leader-elect=false \
        --cert-dir=/var/lib/scheduler --kubeconfig="$STATE/kubeconfig/scheduler"
}

start_kubelet() {
    echo "nameserver $DNS_SERVICE" >"$STATE/resolv.conf"
    cat >"$STATE/kubelet.yaml" <<CONFIG
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_ADDRESS
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupsPerQOS: false
clusterDNS: [$DNS_SERVICE]
clusterDomain: cluster.local
enforceNodeAllocatable: []
eventBurst: 200
eventRecordQPS: 100
evictionHard: {memory.available: 1Mi, nodefs.available: 0%, imagefs.available: 0%, nodefs.inodesFree: 0%}
failSwapOn: false
imageGCHighThresholdPercent: 100
kubeAPIBurst: 200
kubeAPIQPS: 100
maxPods: 240
oomScoreAdj: 0
registryPullQPS: 0
resolvConf: $STATE/resolv.conf
serializeImagePulls: false
tlsCertFile: $PKI/kubelet-server.crt
tlsPrivateKeyFile: $PKI/kubelet-server.key
volumePluginDir: /var/lib/kubelet/plugins
CONFIG
    run_in_node kubelet "$(kubernetes kubelet)" --config="$STATE/kubelet.yaml" \
        --container-runtime=remote \
        --container-runtime-endpoint=unix:///run/containerd/containerd.sock \
        --hostname-override="$NODE_NAME" --node-ip="$NODE_ADDRESS" \
        --kubeconfig="$STATE/kubeconfig/kubelet"
}

start_proxy() {
    cat >"$STATE/proxy.yaml" <<CONFIG
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: $NODE_ADDRESS
clientConnection: {kubeconfig: $STATE/kubeconfig/proxy}
clusterCIDR: $POD_RANGE
conntrack: {maxPerCore: 0}
hostnameOverride: $NODE_NAME
mode: iptables
oomScoreAdj: 0
CONFIG
    run_in_node proxy "$(kubernetes kube-proxy)" --config="$STATE/proxy.yaml"
}

start_load-balancer() {
    cp "$here/lib/load-balancer" "$STATE/load-balancer"
    run_in_node load-balancer bash "$STATE/load-balancer" "$API" "$PKI" "$BALANCER_PREFIX"
}

# Services by name, and "no such name" at once for all others.
start_dns() {
    : >"$STATE/hosts"
    run_in_node dns dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root \
        --log-facility=- --listen-address="$NODE_ADDRESS" --bind-interfaces --no-resolv --no-hosts \
        --addn-hosts="$STATE/hosts" --address=/#/
}

start_names() {
    cp "$here/lib/names" "$STATE/names"
    run_in_node names bash "$STATE/names" "$API" "$PKI" "$STATE/hosts" "$STATE/dns.in-node"
}

api_ready() {
    api /readyz
}

# api PATH CURL-OPTION...: a request of the harness itself, which the audit log leaves out.
api() {
    curl -sS --fail-with-body --max-time 5 --cacert "$STATE/pki/ca.crt" \
        --cert "$STATE/pki/harness.crt" --key "$STATE/pki/harness.key" "$API$1" "${@:2}"
}

# made PATH OBJECT: creates it, again until it is there. A server that has just started may refuse
# for a moment, or answer too late.
made() {
    wait_for 60 "an object at $1" made_or_there "$1" "$2"
}

made_or_there() {
    local answer
    answer=$(api "$1" --json "$2" 2>&1) || [[ $answer == *AlreadyExists* ]]
}

cluster_ready() {
    api "/api/v1/nodes/$NODE_NAME" |
        jq -e '.status.conditions[] | select(.type == "Ready" and .status == "True")' &&
        api "/api/v1/nodes/$NODE_NAME" | jq -e '.spec.taints == null' &&
        api /api/v1/namespaces/classroom/serviceaccounts/default &&
        api /api/v1/namespaces/default/serviceaccounts/default
}

# What the controller manager would do, see there; the kubelet waits for it with being ready.
set_pod_range() {
    api "/api/v1/nodes/$NODE_NAME" -X PATCH -H 'Content-Type: application/merge-patch+json' \
        -d "{\"spec\": {\"podCIDR\": \"$POD_RANGE\", \"podCIDRs\": [\"$POD_RANGE\"]}}"
}

# Where pods look for DNS, as on any cluster.
create_dns_service() {
    local ports='[{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53}]'
    made /api/v1/namespaces/kube-system/services "{
        \"metadata\": {\"name\": \"kube-dns\"},
        \"spec\": {\"clusterIP\": \"$DNS_SERVICE\", \"ports\": $ports}}"
    made /api/v1/namespaces/kube-system/endpoints "{
        \"metadata\": {\"name\": \"kube-dns\"},
        \"subsets\": [{\"addresses\": [{\"ip\": \"$NODE_ADDRESS\"}], \"ports\": $ports}]}"
}

# A student of a classroom: one namespace, no right to make another.
create_classroom() {
    made /api/v1/namespaces '{"metadata": {"name": "classroom"}}'
    made /apis/rbac.authorization.k8s.io/v1/namespaces/classroom/rolebindings '{
        "metadata": {"name": "student"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "student"}]}'
}
