# shellcheck shell=bash
# Keys, certificates and kubeconfigs, made afresh by every `up`.

make_certificates() {
    mkdir -m 700 "$STATE/pki" "$STATE/kubeconfig"
    (
        cd "$STATE/pki" || exit
        openssl req -x509 "${KEY_OPTIONS[@]}" -keyout ca.key -out ca.crt -days 3 \
            -subj /CN=podlab-cluster 2>/dev/null
        openssl genrsa -out service-account.key 2048 2>/dev/null
        openssl rsa -in service-account.key -pubout -out service-account.pub 2>/dev/null
        certificate apiserver /CN=kube-apiserver 3 \
            "DNS:kubernetes,DNS:kubernetes.default.svc,IP:$NODE_ADDRESS,IP:$BRIDGE_ADDRESS,IP:$API_SERVICE,IP:127.0.0.1"
        certificate kubelet-server "/CN=$NODE_NAME" 3 "DNS:$NODE_NAME,IP:$NODE_ADDRESS"
        certificate kubelet-client /O=system:masters/CN=apiserver-kubelet-client
        user admin /O=system:masters/CN=admin
        user harness /O=system:masters/CN=harness
        user controller-manager /CN=system:kube-controller-manager
        user scheduler /CN=system:kube-scheduler
        user proxy /CN=system:kube-proxy
        user kubelet "/O=system:nodes/CN=system:node:$NODE_NAME"
        user limited /CN=student 3 classroom
        user expired /O=system:masters/CN=expired -1
    )
}

KEY_OPTIONS=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)

# certificate NAME SUBJECT [DAYS [ALTERNATIVE-NAMES]]
certificate() {
    openssl req "${KEY_OPTIONS[@]}" -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days "${3-3}" \
        -out "$1.crt" -extfile <(
            echo "extendedKeyUsage = serverAuth, clientAuth"
            [ -z "${4-}" ] || echo "subjectAltName = $4"
        ) 2>/dev/null
    rm "$1.csr"
}

# user NAME SUBJECT [DAYS [NAMESPACE]]: a certificate and the kubeconfig that carries it.
user() {
    certificate "$1" "$2" "${3-3}"
    cat >"$STATE/kubeconfig/$1" <<CONFIG
apiVersion: v1
kind: Config
clusters:
- name: podlab-harness
  cluster:
    server: https://$NODE_ADDRESS:6443
    certificate-authority-data: $(base64 -w0 ca.crt)
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$1.crt")
    client-key-data: $(base64 -w0 "$1.key")
contexts:
- name: podlab-harness
  context:
    cluster: podlab-harness
    user: $1
    namespace: ${4-default}
current-context: podlab-harness
CONFIG
}
